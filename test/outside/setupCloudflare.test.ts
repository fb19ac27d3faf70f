import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { unstable_readConfig as readConfig } from "wrangler";

const run = promisify(execFile);
let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "veridge-setup-"));
});
afterEach(() => rm(directory, { recursive: true }));

const EVERYTHING = [
  "whoami",
  "d1 list --json",
  "d1 create veridge --jurisdiction eu",
  "secret list --format json --env ",
  "deploy --secrets-file FILE --env ",
  "d1 migrations apply DB --remote --env ",
];

/** Runs it with these answers typed in; gives what it printed, and which calls of wrangler it made. */
async function setUp(answers: string[], failAt = "", args: string[] = []) {
  const record = join(directory, "calls");
  await writeFile(record, "");
  const env = {
    ...process.env,
    WRANGLER: resolve("test/outside/standInWrangler.mjs"),
    RECORD: record,
    STATE: join(directory, "state"),
    FAIL_AT: failAt,
  };
  const child = run("npm", ["run", "--silent", "setup:cloudflare", "--", ...args], { env });
  child.child.stdin?.end(answers.map((answer) => `${answer}\n`).join(""));
  const { stdout, stderr } = await child.catch((error: { stdout: string; stderr: string }) => error);
  return { stdout, stderr, calls: (await readFile(record, "utf8")).split("\n").slice(0, -1) };
}

describe("npm run setup:cloudflare", () => {
  it("shows its steps and does nothing in a dry run", async () => {
    const { stdout, calls } = await setUp([], "", ["--dry-run"]);
    expect(stdout.match(/^\d\./gm)).toEqual(["1.", "2.", "3.", "4.", "5."]);
    expect(calls).toEqual([]);
  });

  it("deploys from nothing, tells the secrets once, and checks the result", async () => {
    const { stdout, calls } = await setUp(["eu", "y", "", "yes", "y"]);
    expect(calls.slice(0, EVERYTHING.length)).toEqual(EVERYTHING);
    expect(calls.slice(EVERYTHING.length)).toEqual([
      "secret list --format json --env ",
      expect.stringMatching(/^d1 execute DB --remote --env {2}--yes --json --command SELECT/),
    ]);
    expect(stdout).toMatch(/MASTER_SECRET=[A-Za-z0-9+/]{43}=\n/);
    expect(stdout).toContain("Deployed to https://veridge.example.workers.dev.");
  });

  it("stops where the answer is no", async () => {
    const { stderr, calls } = await setUp(["", "y", "n"]);
    expect(calls).toEqual(["whoami"]);
    expect(stderr).toContain("veridge: stopped before this step: Make the database veridge");
  });

  it("tells which step failed, each in turn, and goes on from there when run again", async () => {
    const answers = ["eu", "y", "y", "y", "y"];
    const all: string[] = [];
    for (const step of ["whoami", "d1 list", "d1 create", "deploy", "d1 migrations"]) {
      const { stderr, calls } = await setUp(answers, step);
      expect(calls.at(-1)).toMatch(new RegExp(`^${step}`));
      expect(stderr).toContain(`failed: stand-in: ${step} failed`);
      all.push(...calls);
    }
    const { stdout, calls } = await setUp(answers);
    expect(stdout).toContain("Set up.");
    // Once where it failed and once where it did not: what is there is not made again.
    for (const made of [/^d1 create/, /--secrets-file/]) {
      expect([...all, ...calls].filter((call) => made.test(call))).toHaveLength(2);
    }
  });
});

/** What wrangler's own type leaves open. */
interface Bindings {
  d1_databases: { binding: string; database_name: string }[];
  kv_namespaces: { binding: string }[];
  ratelimits: { name: string; namespace_id: string; simple: object }[];
  durable_objects: { bindings: { name: string; class_name: string }[] };
  analytics_engine_datasets: { binding: string }[];
  assets?: { binding?: string };
  secrets: object;
  triggers: object;
  observability: object;
}

describe("wrangler.toml", () => {
  it("gives staging every binding, with a database and limits of its own", () => {
    const read = (env: object) => readConfig({ config: "wrangler.toml", ...env }, { hideWarnings: true });
    const [top, staging] = [read({}) as Bindings, read({ env: "staging" }) as Bindings];
    const names = (config: Bindings) => ({
      d1: config.d1_databases.map(({ binding }) => binding),
      kv: config.kv_namespaces.map(({ binding }) => binding),
      limits: config.ratelimits.map(({ name, simple }) => ({ name, simple })),
      objects: config.durable_objects.bindings.map(({ name, class_name }) => ({ name, class_name })),
      analytics: config.analytics_engine_datasets.map(({ binding }) => binding),
      assets: config.assets?.binding,
      secrets: config.secrets,
      triggers: config.triggers,
      observability: config.observability,
    });
    expect(names(staging)).toEqual(names(top));
    expect(staging.d1_databases[0]?.database_name).not.toBe(top.d1_databases[0]?.database_name);
    const shared = staging.ratelimits.filter((limit) =>
      top.ratelimits.some(({ namespace_id }) => namespace_id === limit.namespace_id),
    );
    expect(shared).toEqual([]);
  });
});
