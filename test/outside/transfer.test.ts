import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { executeFile } from "../../scripts/lib/d1.mjs";
import { emptyDirectory } from "../../scripts/lib/directory/memory.mjs";
import { insertFiles } from "../../scripts/lib/directory/statements.mjs";
import { type Answer, Client, freshPubKey, type Question } from "./client.ts";
import { type Server, startServer } from "./server.ts";

/** A directory of 100,000 entries is exported while it is in use and restored elsewhere, under another master secret. */

const run = promisify(execFile);
const TOKEN = "token-for-the-first-key";
const USERS = 10_000;
const ENTRIES_OF_EACH = 10;
const FIRST_DATE = 1_700_000_000_000;
const QUESTIONS = 10_000;
const LIMIT_MS = 60_000;

const secrets = { from: randomBytes(32).toString("base64"), to: randomBytes(32).toString("base64") };
const instanceId = freshPubKey();
const keys = Array.from({ length: 64 }, freshPubKey);
const contextId = "32fcd0b5-ceb5-44a7-9990-0d999b9718e6";
const hostUrl = "https://bridge.example.com/api/v2.0";
const ownerOf = (user: number) => ({ instanceId, contextId, userId: `user${user}` });

let directory: string;
let file: string;
let from: Server;
let to: Server;
let owner: { apiKeyId: string; apiKeySecret: string };
let recorded: { questions: Question[]; answers: Answer[] };

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "veridge-transfer-"));
  file = join(directory, "export.ndjson");
  const start = (name: "from" | "to") => {
    const vars = { MASTER_SECRET: secrets[name], PMX_INITIALIZATION_TOKEN: TOKEN, RATE_LIMIT: "off" };
    return startServer({ persistTo: join(directory, name), vars });
  };
  from = await start("from");
  to = await start("to");
  await fill(join(directory, "from"));
  const params = { initializationToken: TOKEN, name: "owner" };
  owner = await new Client(from.url).call("auth/createFirstApiKey", params);
  const client = await login(from);
  await client.call("pkiAdmin/setHost", { hostPubKey: instanceId, hostUrl });
  await client.call("pkiAdmin/addHostUrl", { instanceId, hostUrl: "https://other.example.com" });
  await client.call("pkiAdmin/setHost", {
    hostPubKey: freshPubKey(),
    hostUrl: "https://it's.example.com/;--",
  });
  await client.call("pkiAdmin/setKey", { ...ownerOf(0), userPubKey: freshPubKey() });
  await client.call("pkiAdmin/deleteKey", ownerOf(1));
  await client.call("user/addApiKey", {
    type: "secret",
    name: "second",
    clientSecret: "a secret of at least 32 characters, with ü",
    maxScope: ["pki:read", "ipAddr:127.0.0.1"],
  });
  recorded = { questions: questions(), answers: [] };
  recorded.answers = await client.ask(recorded.questions);
}, 2 * LIMIT_MS);

afterAll(async () => {
  await Promise.all([from.stop(), to.stop()]);
  await rm(directory, { recursive: true });
});

const login = ({ url }: Server) => Client.login(url, owner.apiKeyId, owner.apiKeySecret);

/** Writes the histories straight into the database, as an import would. */
async function fill(persistTo: string) {
  const db = emptyDirectory();
  const insert = db.prepare("INSERT INTO key_history VALUES (?, ?, ?, ?, ?, ?)");
  db.exec("BEGIN");
  for (let n = 0; n < USERS * ENTRIES_OF_EACH; n++) {
    const [user, entry] = [n % USERS, Math.floor(n / USERS) + 1];
    const key = entry % 4 === 0 ? null : (keys[n % keys.length] as string);
    insert.run(instanceId, contextId, `user${user}`, FIRST_DATE + n, key, entry);
  }
  db.exec("COMMIT");
  const set = (restoring: number) => `UPDATE clock SET restoring = ${restoring}, last = ${FIRST_DATE + 1e6};`;
  const [rows] = insertFiles(db);
  await executeFile({ remote: false, persistTo }, `${set(1)}${rows}${set(0)}`);
}

/** Numbers from 0 to below `bound`, the same in every run (a linear congruential generator, Knuth's MMIX). */
function* numbers(): Generator<number, never, number> {
  let state = 1n;
  let bound = 1;
  for (;;) {
    state = (state * 6364136223846793005n + 1442695040888963407n) % 2n ** 64n;
    bound = yield Number((state >> 33n) % BigInt(bound));
  }
}

function questions(): Question[] {
  const random = numbers();
  random.next();
  const below = (bound: number) => random.next(bound).value;
  return Array.from({ length: QUESTIONS }, (): Question => {
    const who = ownerOf(below(USERS + 100)); // some of them were never heard of
    const date = FIRST_DATE + below(USERS * ENTRIES_OF_EACH + 1000);
    const userPubKey = keys[below(keys.length)] as string;
    const kinds: Question[] = [
      { method: "pki/verifyKey", params: { ...who, userPubKey, date } },
      { method: "pki/getKeyAt", params: { ...who, date } },
      { method: "pki/getCurrentKey", params: who },
      { method: "pki/getKeyHistory", params: who },
      {
        method: "pki/verifyKeys",
        params: { keys: [{ ...who, userPubKey, date }], toleranceMs: below(5000) },
      },
      { method: "pki/verifyHostById", params: { instanceId, hostUrl } },
      { method: "pki/getHost", params: { hostUrl: "https://other.example.com" } },
      { method: "pkiAdmin/listHosts", params: {} },
      { method: "user/listApiKeys", params: {} },
    ];
    return kinds[below(100) < 80 ? below(5) : 5 + below(4)] as Question;
  });
}

const exportTo = (path: string) =>
  run("npm", ["run", "--silent", "export", "--", "--persist-to", join(directory, "from"), "--out", path]);

function importFrom(path: string, { args = [] as string[], env = {} } = {}) {
  const command = ["run", "--silent", "import", "--", "--persist-to", join(directory, "to"), "--in", path];
  const environment = { ...process.env, MASTER_SECRET: secrets.to, ...env };
  return run("npm", [...command, ...args], { env: environment });
}

const refused = (sentence: RegExp) => ({ code: 1, stderr: expect.stringMatching(sentence) });

describe("npm run export", () => {
  it("writes a file for its owner alone, which names the master and holds no secret in the clear", async () => {
    const { stdout } = await exportTo(file);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const text = await readFile(file, "utf8");
    const header = JSON.parse(text.slice(0, text.indexOf("\n")));
    expect(header.rows).toMatchObject({
      users: 1,
      installation: 1,
      api_keys: 2,
      hosts: 2,
      host_urls: 3,
      key_history: USERS * ENTRIES_OF_EACH + 2,
    });
    expect(stdout).toContain(header.masters[0]);
    expect(text).not.toContain(owner.apiKeySecret);
    expect(text).not.toContain("a secret of at least 32 characters");
  });

  it("does not write over a file", async () => {
    await expect(exportTo(file)).rejects.toMatchObject(refused(/^veridge: .* exists: name a new file/));
  });
});

describe("npm run import", () => {
  it("writes nothing of a damaged file", async () => {
    const damaged = join(directory, "damaged.ndjson");
    const text = await readFile(file, "utf8");
    await writeFile(damaged, text.replace(`"entry":7`, `"entry":0`));
    await expect(importFrom(damaged)).rejects.toMatchObject(refused(/line \d+: key_history refuses the row/));
    await writeFile(damaged, text.replace(`"name":"second"`, `"name":"Second"`));
    await expect(importFrom(damaged)).rejects.toMatchObject(refused(/its checksum is another/));
    await writeFile(damaged, text.slice(0, text.lastIndexOf("{")));
    await expect(importFrom(damaged)).rejects.toMatchObject(refused(/is cut short/));
    expect((await fetch(`${to.url}/ready`)).status).toBe(200);
  });

  it("refuses without the master that the secrets are sealed under", async () => {
    await expect(importFrom(file)).rejects.toMatchObject(
      refused(/sealed under master \S+: import with --master-from/),
    );
  });

  it("leaves the deployment closed where it breaks off, and goes on from there", async () => {
    const env = {
      MASTER_SECRET_FROM: secrets.from,
      WRANGLER: resolve("test/outside/breakingWrangler.mjs"),
    };
    const broken = importFrom(file, { args: ["--master-from"], env });
    await expect(broken).rejects.toMatchObject(refused(/^veridge: the database refused: broke off/));
    const params = { initializationToken: TOKEN, name: "early" };
    const early = { jsonrpc: "2.0", id: 1, method: "auth/createFirstApiKey", params };
    expect((await new Client(to.url).post(early)).status).toBe(503);

    const started = Date.now();
    const { stdout } = await importFrom(file, {
      args: ["--master-from"],
      env: { ...env, WRANGLER: undefined },
    });
    expect(stdout).toContain(`${USERS * ENTRIES_OF_EACH + 2} key_history`);
    expect(Date.now() - started).toBeLessThan(LIMIT_MS);
  });

  it("gives equal answers to all recorded questions", async () => {
    const client = await login(to);
    const answers = await client.ask(recorded.questions);
    expect(answers).toEqual(recorded.answers);
    expect(new Set(answers.map(({ result, error }) => (error ? error.code : typeof result)))).toEqual(
      new Set([79, 80, "boolean", "object"]),
    );
  });

  it("goes on stamping above all that it brought", async () => {
    const client = await login(to);
    const who = { instanceId, contextId, userId: "user-after-import" };
    await client.call("pkiAdmin/setKey", { ...who, userPubKey: freshPubKey() });
    const { createDate } = await client.call("pki/getCurrentKey", who);
    const { createDate: newest } = await client.call("pki/getCurrentKey", ownerOf(0));
    expect(createDate).toBeGreaterThan(newest);
  });

  it("refuses a deployment that is not empty", async () => {
    const again = importFrom(file, { args: ["--master-from"], env: { MASTER_SECRET_FROM: secrets.from } });
    await expect(again).rejects.toMatchObject(refused(/the deployment is not empty/));
  });
});
