import { execFile } from "node:child_process";
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readExport } from "../../scripts/lib/directory/exportFile.mjs";
import { deriveMaster, openSecret } from "../../scripts/lib/source.mjs";
import { freshPubKey } from "./client.ts";

/** Exports as mongoexport writes them, with everything in them that is known to go wrong. */

const run = promisify(execFile);
const MASTER_SECRET = randomBytes(32).toString("base64");
const T = 1_700_000_000_000;
const [host, otherHost, first, second, third] = Array.from({ length: 5 }, freshPubKey) as [
  string,
  string,
  string,
  string,
  string,
];
const context = "context";
const secret = "a secret of the peer's, 32 or more characters";
const pem = generateKeyPairSync("ed25519").publicKey.export({ type: "spki", format: "pem" }).toString();
const long = (ms: number) => ({ $numberLong: String(ms) });
const id = (n: number) => ({ $oid: n.toString(16).padStart(24, "0") });

let identities = 0;
const entry = (userId: string, createDate: unknown, userPubKey?: string | null) => {
  identities += 1;
  const key = userPubKey === undefined ? {} : { userPubKey };
  return { _id: id(identities), instanceId: host, contextId: context, userId, ...key, createDate };
};

const LATER = Date.now() + 86_400_000;
const COLLECTIONS = {
  hostidentity: [
    {
      _id: id(1),
      instanceId: host,
      hostPubKey: host,
      addresses: ["https://a.example.com", "https://b.example.com"],
      createDate: long(T),
    },
    {
      _id: id(2),
      instanceId: otherHost,
      hostPubKey: otherHost,
      addresses: ["https://b.example.com"],
      createDate: T + 1,
    },
    { _id: id(3), instanceId: "renamed", hostPubKey: freshPubKey(), addresses: [], createDate: T },
  ],
  useridentity: [
    entry("replaced", long(T), first),
    entry("replaced", T + 1000, second),
    entry("deleted", T, first),
    entry("deleted", T + 1000, null),
    entry("deleted by absence", T, first),
    entry("deleted by absence", T + 1000),
    { ...entry("equal dates", T, second), _id: id(900) },
    { ...entry("equal dates", T, first), _id: id(800) },
    { ...entry("equal dates", T + 1, third), _id: id(1000) },
    entry("repeated", T, first),
    entry("repeated", T + 1000, first),
    entry("off the curve", T, first),
    entry("off the curve", T + 1000, "1".repeat(50)),
    entry("from the future", LATER, first),
    { ...entry("nowhere", T, first), instanceId: "renamed" },
  ],
  api_key: [
    { _id: "firstkey", name: "first", clientSecret: secret, user: "owner", maxScope: [], enabled: true },
    {
      _id: "signing",
      name: "signs",
      publicKey: pem,
      clientSecret: "guess",
      user: "owner",
      maxScope: ["pki:read_write", "solution"],
      enabled: true,
    },
    {
      _id: "bound",
      name: "bound",
      clientSecret: secret,
      user: "owner",
      maxScope: ["pki:read", "ipAddr:example.com"],
      enabled: true,
    },
    {
      _id: "of-disabled",
      name: "",
      clientSecret: secret,
      user: "disabled one",
      maxScope: ["pki:read"],
      enabled: true,
    },
    { _id: "short", name: "", clientSecret: "too short", user: "owner", maxScope: [], enabled: true },
    { _id: "orphan", name: "", clientSecret: secret, user: "nobody", maxScope: [], enabled: true },
  ],
  user: [
    { _id: "owner", createDate: long(T + 5), enabled: true },
    { _id: "disabled one", createDate: T, enabled: false },
  ],
};

let directory: string;
const migrate = (...args: string[]) =>
  run("npm", ["run", "--silent", "migrate:privmx", "--", "--dir", join(directory, "mongo"), ...args], {
    env: { ...process.env, MASTER_SECRET },
  });

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "veridge-privmx-"));
  await mkdir(join(directory, "mongo"));
  for (const [name, documents] of Object.entries(COLLECTIONS)) {
    const lines = documents.map((document) => `${JSON.stringify(document)}\n`);
    await writeFile(join(directory, "mongo", `${name}.json`), lines.join(""));
  }
});
afterAll(() => rm(directory, { recursive: true }));

describe("npm run migrate:privmx", () => {
  it("writes nothing in a dry run, and lists what it refuses and what means something else here", async () => {
    const out = join(directory, "dry.ndjson");
    const { stdout } = await migrate("--dry-run", "--out", out);
    expect(existsSync(out)).toBe(false);
    const [refused = "", different = ""] = stdout.split(/^Different here/m);
    for (const line of [
      `hostidentity ${id(2).$oid}: an address is another's or stands twice: https://b.example.com.`,
      `hostidentity ${id(3).$oid}: its instanceId is not its public key`,
      "the key is no point of secp256k1; off the curve of context",
      "bad createDate, which is later than now",
      "bad instanceId",
      "api_key bound: its maxScope has a restriction that cannot be kept here",
      "api_key short: its secret is no text of 32 to 256 characters",
      "api_key orphan: its user is not among the users",
    ]) {
      expect(refused).toContain(line);
    }
    expect(refused).toContain("Refused (8)");
    for (const line of [
      `replaced of context at ${host}: ${first} is not valid here from ${new Date(T + 1000).toISOString()} on; the peer still says it is.`,
      `deleted of context at ${host}: ${first} is not valid here`,
      `deleted by absence of context at ${host}: ${first} is not valid here`,
      "raised from an equal date by 1 ms",
      `repeated of context at ${host}: the entry of ${new Date(T + 1000).toISOString()} repeats the key in force.`,
      "api_key firstkey: empty maxScope; the peer lets it do everything, here it may do nothing.",
      "api_key signing: proves itself by its public key alone",
      "api_key signing: kept, but grants nothing here: solution.",
      "api_key of-disabled: disabled, because its user is.",
      "user disabled one: named user-1 here.",
      "user owner: the owner here",
      "the peer answers pki/* to everybody, here only with PUBLIC_READ",
    ]) {
      expect(different).toContain(line);
    }
    expect(stdout).not.toContain(secret);
  });

  describe("writes a file for npm run import", () => {
    let db: DatabaseSync;
    const history = (userId: string) =>
      db
        .prepare("SELECT createDate, userPubKey FROM key_history WHERE userId = ? ORDER BY createDate")
        .all(userId)
        .map((row) => Object.values(row));
    const apiKey = (key: string) => db.prepare("SELECT * FROM api_keys WHERE id = ?").get(key);

    beforeAll(async () => {
      const out = join(directory, "moved.ndjson");
      await migrate("--out", out, "--full-scope-first-keys");
      ({ db } = await readExport(out));
    });

    it("keeps dates, deletions among them, and raises only the second of two equal ones", () => {
      expect(history("replaced")).toEqual([
        [T, first],
        [T + 1000, second],
      ]);
      for (const userId of ["deleted", "deleted by absence"]) {
        expect(history(userId)).toEqual([
          [T, first],
          [T + 1000, null],
        ]);
      }
      expect(history("equal dates")).toEqual([
        [T, first],
        [T + 1, second],
        [T + 2, third],
      ]);
    });

    it("lets a key that is off the curve end the one before it, and leaves out what is later than now", () => {
      expect(history("off the curve")).toEqual([
        [T, first],
        [T + 1000, null],
      ]);
      expect(history("from the future")).toEqual([]);
    });

    it("seals secrets, takes no guessable one, and gives a first key its full scope when told so", async () => {
      const sealed = String(apiKey("firstkey")?.sealedSecret);
      expect(await openSecret([await deriveMaster(MASTER_SECRET)], "firstkey", sealed)).toBe(secret);
      expect(apiKey("firstkey")).toMatchObject({ permissions: 2 ** 31 - 1, enabled: 1, userId: "owner" });
      expect(apiKey("signing")).toMatchObject({ sealedSecret: null, publicKey: pem, permissions: 12 });
      expect(apiKey("of-disabled")).toMatchObject({ enabled: 0 });
      expect(apiKey("bound")).toBeUndefined();
    });

    it("makes the user of a first key the owner", () => {
      expect(db.prepare("SELECT ownerId FROM installation").get()).toEqual({ ownerId: "owner" });
    });
  });

  it("names the file and line of what is no document of the peer's", async () => {
    const broken = join(directory, "broken");
    await mkdir(broken);
    for (const name of Object.keys(COLLECTIONS)) await writeFile(join(broken, `${name}.json`), "");
    await writeFile(
      join(broken, "user.json"),
      '{"_id":"a","createDate":1,"enabled":true}\n{"_id":"b","createDate":"x"}\n',
    );
    await expect(migrate("--dry-run", "--dir", broken)).rejects.toMatchObject({
      stderr: expect.stringMatching(
        /^veridge: .*user\.json, line 2: createDate is not what a PrivMX PKI Server writes there\.\n$/,
      ),
    });
  });
});
