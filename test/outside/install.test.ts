import { spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { copyCheckout } from "./checkout.ts";

let root: string;
beforeAll(async () => {
  root = await copyCheckout();
});
afterAll(() => rm(root, { recursive: true }));

const install = (nodeArgs: string[] = [], env: Record<string, string> = {}) =>
  spawnSync(process.execPath, [...nodeArgs, "scripts/install.mjs"], {
    cwd: root,
    encoding: "utf8",
    env: { ...process.env, ...env },
  });

describe("scripts/install.mjs", () => {
  it("does and says nothing when all packages are there", () => {
    expect(install()).toMatchObject({ status: 0, stdout: "", stderr: "" });
  });

  it("refuses a Node that is too old with one line", () => {
    const pretend = "Object.defineProperty(process, 'versions', { value: { node: '18.20.0' } })";
    const { status, stderr } = install(["--import", `data:text/javascript,${encodeURIComponent(pretend)}`]);
    expect(status).toBe(1);
    expect(stderr).toMatch(/^veridge: Node 20 or newer is needed, this is v\S+\.\n$/);
  });

  it("says at last, in one line, that packages could not be installed", async () => {
    await rm(join(root, "node_modules"));
    const { status, stderr } = install([], {
      npm_config_registry: "http://127.0.0.1:1",
      npm_config_cache: await mkdtemp(join(root, "cache-")),
      npm_config_fetch_retries: "0",
    });
    expect(status).toBe(1);
    expect(stderr).toMatch(/\nveridge: npm ci failed with status 1; its reason stands above\.\n$/);
  });
});
