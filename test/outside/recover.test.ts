import { execFile } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Server, startServer } from "./server.ts";

const run = promisify(execFile);
const TOKEN = "token-for-the-first-key";
let data: string;
let server: Server;
let token: string;

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), "veridge-recover-"));
  server = await startServer({ persistTo: data, vars: { PMX_INITIALIZATION_TOKEN: TOKEN } });
});
afterAll(async () => {
  await server.stop();
  await rm(data, { recursive: true });
});

const recover = (...args: string[]) =>
  run("npm", ["run", "--silent", "recover", "--", "--persist-to", data, "--url", server.url, ...args]);

async function rpc(method: string, params: object, token?: string) {
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params, token });
  const headers = { "content-type": "application/json" };
  const answer = await fetch(`${server.url}/main`, { method: "POST", headers, body });
  return (await answer.json()) as { result: { apiKeyId: string; accessToken: string; scope: string[] } };
}

describe("npm run recover", () => {
  it("refuses where no first key was ever made", async () => {
    await expect(recover()).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^veridge: no first API key.*\n$/),
    });
  });

  it("makes a key whose printed commands log in and add a key with a secret", async () => {
    await rpc("auth/createFirstApiKey", { initializationToken: TOKEN, name: "lost" });
    const { stdout } = await recover();
    const [logIn = "", add = ""] = [...stdout.matchAll(/^ {2}(curl .*)$/gm)].map(
      ([, curl]) => curl as string,
    );
    const { result } = JSON.parse((await run("bash", ["-c", logIn])).stdout);
    expect(result.scope).toEqual(["user:read", "user:write"]);
    const added = await run("bash", ["-c", add.replace("ACCESS_TOKEN", result.accessToken)]);
    const secret = /Its secret would be: (\S+)/.exec(stdout)?.[1];
    const granted = await rpc("auth/token", {
      grantType: "client_credentials",
      clientId: JSON.parse(added.stdout).result.apiKeyId,
      clientSecret: secret,
      scope: [],
    });
    expect(granted.result.scope).toEqual(["user:read", "user:write"]);
    token = granted.result.accessToken;
  });

  it("asks which key makes room where the owner has ten, and takes that one", async () => {
    const pair = generateKeyPairSync("ed25519").publicKey.export({ type: "spki", format: "pem" });
    for (let n = 3; n < 10; n++) {
      const key = { type: "pubKey", name: `${n}`, clientPubKey: pair, maxScope: ["pki:read"] };
      await rpc("user/addApiKey", key, token);
    }
    const full = await recover().catch((error) => error);
    const ids = [...full.stderr.matchAll(/(\w+) \(enabled\)/g)].map(([, id]) => id);
    expect(ids).toHaveLength(10);
    const { stdout } = await recover("--replace", ids[0]);
    expect(stdout).toContain("A new API key of the owner");
  });
});
