import { execFileSync, spawnSync } from "node:child_process";
import { readFile, rm, stat } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { copyCheckout } from "./checkout.ts";
import { type ServerOptions, startServer } from "./server.ts";

let root: string;
beforeAll(async () => {
  root = await copyCheckout();
});
afterAll(() => rm(root, { recursive: true }));

const start = async (options: ServerOptions) => {
  const server = await startServer({ root, ...options });
  onTestFinished(() => server.stop());
  return server;
};

const createFirstApiKey = async (url: string, initializationToken: string | undefined) => {
  const answer = await fetch(`${url}/main`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({
      jsonrpc: "2.0",
      id: 1,
      method: "auth/createFirstApiKey",
      params: { initializationToken, name: "first" },
    }),
  });
  return answer.json();
};

describe("npm start", () => {
  it("makes secrets and an API key on the first run only, and keeps its data over a restart", async () => {
    const persistTo = join(root, "data");
    const first = await start({ script: "start", persistTo });
    const secrets = join(root, ".dev.vars");
    expect((await stat(secrets)).mode & 0o777).toBe(0o600);
    const made = await readFile(secrets, "utf8");
    expect(Buffer.from(parseEnv(made).MASTER_SECRET ?? "", "base64")).toHaveLength(32);
    await first.stop();

    const again = await start({ script: "start", persistTo });
    expect(again.output()).toContain("The first API key exists.");
    expect(again.output()).not.toContain("API key secret:");
    expect(await readFile(secrets, "utf8")).toBe(made);
    const [curl = ""] = /curl .+/.exec(first.output()) ?? [];
    const token = execFileSync("sh", ["-c", curl.replace(first.url, again.url)], { encoding: "utf8" });
    expect(JSON.parse(token)).toMatchObject({ result: { accessToken: expect.any(String) } });
  });
});

describe("npm run dev", () => {
  it("makes no API key, and a --var wins over the local secrets", async () => {
    const server = await start({ vars: { PMX_INITIALIZATION_TOKEN: "from the command line" } });
    const { PMX_INITIALIZATION_TOKEN: local } = parseEnv(await readFile(join(root, ".dev.vars"), "utf8"));
    expect(await createFirstApiKey(server.url, local)).toMatchObject({ error: { code: 97 } });
    expect(await createFirstApiKey(server.url, "from the command line")).toMatchObject({
      result: { apiKeyId: expect.any(String) },
    });
  });

  it("ends all its processes on Ctrl-C, without a complaint", async () => {
    const server = await start({});
    process.kill(-server.pid, "SIGINT"); // a terminal signals the whole group
    await server.ended();
    expect(server.output()).toMatch(/Veridge is ready on .+\n$/);
  });

  it("ends all its processes on a SIGTERM to node alone", async () => {
    const server = await start({});
    const node = server.processes().find(({ command }) => /^\S*node scripts\/dev\.mjs/.test(command));
    process.kill(node?.pid ?? Number.NaN, "SIGTERM");
    await server.ended();
  });

  it.each([
    { args: ["--port"], says: /--port/ },
    { args: ["--port", "http"], says: /--port is a number/ },
    { args: ["--port", "65536"], says: /--port is a number/ },
    { args: ["--port", "--persist-to", "data"], says: /--port/ },
    { args: ["--var", "NAME"], says: /NAME:VALUE/ },
    { args: ["--prot", "8101"], says: /--prot/ },
  ])("refuses $args with one line", ({ args, says }) => {
    expect(failingLine(args)).toMatch(says);
  });

  it.each(["127.0.0.1", "0.0.0.0"])("refuses a port that is taken on %s with one line", async (host) => {
    const port = await takePort(host);
    expect(failingLine(["--port", String(port)])).toContain(`port ${port} is taken`);
  });
});

/** Runs `npm run dev` with these arguments, which must fail with one line. */
function failingLine(args: string[]): string {
  const { status, stderr } = spawnSync("npm", ["run", "--silent", "dev", "--", ...args], {
    cwd: root,
    encoding: "utf8",
    timeout: 60_000,
  });
  expect(status).toBe(1);
  expect(stderr).toMatch(/^veridge: .+\n$/);
  return stderr;
}

async function takePort(host: string): Promise<number> {
  const server = createServer();
  onTestFinished(() => void server.close());
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  return (server.address() as { port: number }).port;
}
