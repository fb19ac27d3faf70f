import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { executeFile } from "../../scripts/lib/d1.mjs";
import { migrate } from "../../scripts/lib/migrate.mjs";
import { copyCheckout } from "./checkout.ts";

/** Misconfigurations, made on purpose, in a checkout of their own. */

const run = promisify(execFile);
const GOOD_MASTER = randomBytes(32).toString("base64");
const HOUR_MS = 3_600_000;

let root: string;
let data: string;
let toml: string;

beforeAll(async () => {
  root = await copyCheckout();
  data = join(root, "data");
  toml = await readFile(join(root, "wrangler.toml"), "utf8");
});
afterAll(() => rm(root, { recursive: true }));

interface Deployment {
  vars?: string;
  cut?: RegExp;
  secrets?: string;
  sql?: string;
}

/** What doctor says of it: all it prints. */
async function examine({ vars = "", cut = /(?!)/, secrets = "", sql }: Deployment, ...args: string[]) {
  await writeFile(join(root, "wrangler.toml"), toml.replace(cut, "").replace("[vars]", `[vars]\n${vars}`));
  await writeFile(join(root, ".dev.vars"), secrets);
  if (sql !== undefined) await executeFile({ remote: false, persistTo: data }, sql);
  const command = ["run", "--silent", "doctor", "--", "--persist-to", data, ...args];
  return run("npm", command, { cwd: root }).catch((error: { stdout: string; stderr: string }) => error);
}

describe("npm run doctor", () => {
  it("finds no secret, no schema, no binding, no cron and a server that does not answer", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    const cut = /\[\[kv_namespaces\]\]\nbinding = "KV"\n|crons = .*\n/g;
    const { stdout, stderr } = await examine({ cut }, "--url", `http://127.0.0.1:${port}`);
    expect(stdout).toContain("- MASTER_SECRET is not set");
    expect(stdout).toContain("- the database has schema none");
    expect(stdout).toContain("- wrangler.toml does not bind KV.");
    expect(stdout).toContain("- wrangler.toml has no cron");
    expect(stdout).toContain(`- http://127.0.0.1:${port} does not answer.`);
    expect(stderr).toBe("veridge: 5 findings.\n");
  });

  it("finds weak secrets, open doors, and variables that make no sense", async () => {
    await migrate(data);
    const { stdout, stderr } = await examine({
      vars: 'CORS_ORIGINS = "*"\nRATE_LIMIT = "off"\nPUBLIC_READ = "yes"',
      secrets: `MASTER_SECRET=${Buffer.alloc(32).toString("base64")}\nMASTER_SECRET_PREVIOUS=c2hvcnQ=\nPMX_INITIALIZATION_TOKEN=guess`,
      sql: `UPDATE clock SET sweptAt = ${Date.now()};`,
    });
    expect(stdout).toContain("- MASTER_SECRET is guessable.");
    expect(stdout).toContain("- MASTER_SECRET_PREVIOUS is shorter than 32 bytes.");
    expect(stdout).toContain("- PMX_INITIALIZATION_TOKEN can be guessed.");
    expect(stdout).toContain("- CORS_ORIGINS lets every web page");
    expect(stdout).toContain("- RATE_LIMIT is off");
    expect(stdout).toContain('- PUBLIC_READ is neither "true" nor "false"');
    expect(stderr).toBe("veridge: 6 findings.\n");
  });

  it("finds what the database tells: a token after its use, a master that is gone, a clock ahead, a dead cron", async () => {
    const { stdout, stderr } = await examine({
      secrets: `MASTER_SECRET=${GOOD_MASTER}\nMASTER_SECRET_PREVIOUS=${GOOD_MASTER}\nPMX_INITIALIZATION_TOKEN=0123456789abcdef`,
      sql: `INSERT INTO users (id, username, createDate) VALUES ('u', 'owner', 1);
        INSERT INTO installation VALUES (1, 'u', 1);
        INSERT INTO api_keys VALUES ('k', 'u', '', NULL, 'gone.x', '[]', 0, NULL, 1, 1);
        UPDATE clock SET last = ${Date.now() + HOUR_MS}, sweptAt = ${Date.now() - HOUR_MS};`,
    });
    expect(stdout).toContain("- MASTER_SECRET_PREVIOUS is the present master secret.");
    expect(stdout).toContain("- PMX_INITIALIZATION_TOKEN is still set");
    expect(stdout).toContain("- secrets of API keys are sealed under master gone, which is not set.");
    expect(stdout).toMatch(/- the clock is 3\d{3} s ahead/);
    expect(stdout).toContain("- the cron did not run for 60 minutes.");
    expect(stderr).toBe("veridge: 5 findings.\n");
  });

  it("finds a restore that broke off, and nothing where all is well", async () => {
    const secrets = `MASTER_SECRET=${GOOD_MASTER}`;
    const mend = "DELETE FROM api_keys; UPDATE clock SET restoring = 1;";
    const { stdout, stderr } = await examine({ secrets, sql: mend });
    expect(stdout).toContain("- a restore broke off");
    expect(stderr).toBe("veridge: 2 findings.\n");
    const reset = `UPDATE clock SET restoring = 0, sweptAt = ${Date.now()};
      DROP TRIGGER clock_only_forward; UPDATE clock SET last = 0;`;
    expect((await examine({ secrets, sql: reset })).stdout).toMatch(/^All \d+ checks passed\.\n$/);
  });
});
