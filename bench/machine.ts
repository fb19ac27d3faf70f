import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Miniflare, type WorkerOptions } from "miniflare";
import { ROOT } from "../scripts/lib/paths.mjs";

/** Starts Workers in one workerd, each on a socket of its own: Miniflare's entry port costs 2.7 times the CPU. */

export interface Machine {
  readonly miniflare: Miniflare;
  readonly ports: ReadonlyMap<string, number>;
  /** CPU seconds that this workerd has used so far. */
  cpuSeconds(): number;
}

const VARS = {
  PUBLIC_READ: "true",
  RATE_LIMIT: "off",
  ISSUER: "bench",
  MASTER_SECRET: Buffer.alloc(32, 7).toString("base64"),
};
const INITIALIZATION_TOKEN = "bench-initialization-token";

const worker = (name: string, code: string): WorkerOptions => ({
  config: {
    name,
    compatibilityDate: "2026-11-01",
    manifest: { mainModule: "index.mjs", modules: { "index.mjs": { type: "esm", contents: code } } },
    env: {
      DB: { type: "d1", id: "bench" },
      KV: { type: "kv", id: "bench" },
      ...Object.fromEntries(
        Object.entries({ ...VARS, PMX_INITIALIZATION_TOKEN: INITIALIZATION_TOKEN }).map(([key, value]) => [
          key,
          { type: "text" as const, value },
        ]),
      ),
    },
  },
  dev: { unsafeDirectSockets: [{ host: "127.0.0.1", port: 0 }], stripCfConnectingIp: false },
});

/** `workers`: the code of each, by name. All share one D1 database, which is kept in `directory` where one is given. */
export async function startMachine(workers: Record<string, string>, directory?: string): Promise<Machine> {
  const before = workerdPids();
  const miniflare = new Miniflare({
    workers: Object.entries(workers).map(([name, code]) => worker(name, code)),
    // A line for each change would fill the terminal.
    handleStructuredLogs: () => {},
    ...(directory !== undefined && { resourcePersistencePath: directory }),
  });
  await miniflare.ready;
  const [pid] = workerdPids().filter((p) => !before.includes(p));
  if (pid === undefined) throw new Error("no workerd of this process");
  const names = Object.keys(workers);
  const urls = await Promise.all(names.map((name) => miniflare.unsafeGetDirectURL(name)));
  const ports = new Map(names.map((name, i) => [name, Number(urls[i]?.port)]));
  return { miniflare, ports, cpuSeconds: () => cpuSecondsOf(pid) };
}

/** The kernel counts CPU time in hundredths of a second (USER_HZ, proc(5)). */
const TICKS_PER_S = 100;

/** Fields of /proc/PID/stat after the command's name, which may hold spaces: proc(5) counts from 1, these from field 3. */
const statOf = (pid: number): string[] => {
  const text = readFileSync(`/proc/${pid}/stat`, "utf8");
  return text.slice(text.lastIndexOf(")") + 2).split(" ");
};

const cpuSecondsOf = (pid: number): number => {
  const fields = statOf(pid);
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_S;
};

const workerdPids = (): number[] =>
  readdirSync("/proc")
    .map(Number)
    .filter((pid) => pid > 0 && isOurWorkerd(pid));

function isOurWorkerd(pid: number): boolean {
  try {
    const isChild = Number(statOf(pid)[1]) === process.pid;
    return isChild && readFileSync(`/proc/${pid}/comm`, "utf8").startsWith("workerd");
  } catch {
    return false; // it ended meanwhile
  }
}

const statementsOf = (file: string): string[] =>
  readFileSync(join(ROOT, "migrations", file), "utf8").split("--> statement-breakpoint");

/** Applies the product's migrations and makes the table of the bare routes. */
export async function migrate({ miniflare }: Machine): Promise<void> {
  const db = await miniflare.getD1Database("DB", "product");
  const files = readdirSync(join(ROOT, "migrations")).filter((f) => f.endsWith(".sql"));
  const statements = files.sort().flatMap(statementsOf);
  statements.push("create table bench (id text primary key, text text not null) strict, without rowid");
  await db.batch(statements.map((s) => db.prepare(s)));
}

/** Calls one method of the product and gives its result. */
export async function call(
  machine: Machine,
  method: string,
  params: unknown,
  token?: string,
): Promise<unknown> {
  const response = await fetch(`http://127.0.0.1:${machine.ports.get("product")}/main`, {
    method: "POST",
    headers: { "content-type": "application/json", ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
  });
  const { result, error } = (await response.json()) as { result?: unknown; error?: unknown };
  if (error) throw new Error(`${method}: ${JSON.stringify(error)}`);
  return result;
}

/** Makes the first API key and logs in with it. */
export async function login(machine: Machine): Promise<string> {
  const params = { initializationToken: INITIALIZATION_TOKEN, name: "bench" };
  const made = (await call(machine, "auth/createFirstApiKey", params)) as Record<string, string>;
  const { apiKeyId: clientId, apiKeySecret: clientSecret } = made;
  const grant = { grantType: "client_credentials", clientId, clientSecret, scope: [] };
  return ((await call(machine, "auth/token", grant)) as { accessToken: string }).accessToken;
}
