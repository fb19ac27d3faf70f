import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Client, freshPubKey } from "./client.ts";
import { type Server, startServer } from "./server.ts";

const run = promisify(execFile);
const TOKEN = "token-for-the-first-key";
const instanceId = freshPubKey();
const hostUrl = "https://bridge.example.com";
const alice = { instanceId, contextId: "context", userId: "al'ice" };
const bob = { instanceId, contextId: "context", userId: "bob" };

let data: string;
let server: Server;
let owner: { apiKeyId: string; apiKeySecret: string };
let client: Client;

const login = () => Client.login(server.url, owner.apiKeyId, owner.apiKeySecret);
const npm = (script: string, ...args: string[]) =>
  run("npm", ["run", "--silent", script, "--", "--persist-to", data, ...args]);
const code = async (caller: Client, method: string, params: object) =>
  (await caller.ask([{ method, params }]))[0]?.error?.code;

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), "veridge-erase-"));
  const vars = { PMX_INITIALIZATION_TOKEN: TOKEN, PUBLIC_READ: "true" };
  server = await startServer({ persistTo: data, vars });
  const params = { initializationToken: TOKEN, name: "owner" };
  owner = await new Client(server.url).call("auth/createFirstApiKey", params);
  client = await login();
  await client.call("pkiAdmin/setHost", { hostPubKey: instanceId, hostUrl });
  for (const who of [alice, bob]) {
    for (let n = 0; n < 3; n++) await client.call("pkiAdmin/setKey", { ...who, userPubKey: freshPubKey() });
  }
});
afterAll(async () => {
  await server.stop();
  await rm(data, { recursive: true });
});

describe("npm run erase", () => {
  const args = ["--instance", instanceId, "--context", alice.contextId, "--user", alice.userId];

  it("only says what it would remove, until --yes", async () => {
    expect((await npm("erase", ...args)).stdout).toBe("Would remove 3 entries for good: add --yes.\n");
    expect(await client.call("pki/getKeyHistory", alice)).toHaveLength(3);
  });

  it("removes that user's history and no other, and history is append-only again", async () => {
    await npm("erase", ...args, "--yes");
    expect(await client.call("pki/getKeyHistory", alice)).toEqual([]);
    expect(await client.call("pki/getKeyHistory", bob)).toHaveLength(3);
    await client.call("pkiAdmin/setKey", { ...alice, userPubKey: freshPubKey() });
    expect(await client.call("pki/getKeyHistory", alice)).toHaveLength(1);
  });

  it("fails where there is none", async () => {
    const stranger = ["--instance", instanceId, "--context", "context", "--user", "stranger"];
    await expect(npm("erase", ...stranger, "--yes")).rejects.toMatchObject({
      stderr: "veridge: there is no such history.\n",
    });
  });
});

describe("npm run after-restore", () => {
  it("ends all sessions and empties KV, and hosts are answered as before", async () => {
    const question = { method: "pki/verifyHostById", params: { instanceId, hostUrl } };
    await new Client(server.url).ask([question]); // without a credential: fills KV
    const { stdout } = await npm("after-restore");
    expect(stdout).toMatch(/^A new epoch; [1-9]\d* sessions ended; 1 host records removed from KV\./);
    expect(await code(client, "user/listSessions", {})).toBe(14);
    expect((await new Client(server.url).ask([question]))[0]?.result).toBe(true);
    const [host] = await (await login()).call("pkiAdmin/listHosts", {});
    expect(host.addresses).toEqual([hostUrl]);
  });
});
