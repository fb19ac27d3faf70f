import { readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type InstalledCommand, installCommand } from "./authorizedKeysCommand.ts";
import { type Directory, makeSshKey, type SshKeyPair, startDirectory } from "./directory.ts";
import { type Sshd, startSshd } from "./sshd.ts";

/** A real sshd, the example's AuthorizedKeysCommand and a running directory. Everybody logs in as root, who is always there. */

const HOUR_MS = 3_600_000;
const inAnHour = new Date(Date.now() + HOUR_MS).toISOString();
let directory: Directory;
let command: InstalledCommand;
let sshd: Sshd;
let root: string;
let credentials: string;

beforeAll(async () => {
  command = installCommand();
  [directory, sshd] = await Promise.all([startDirectory(), startSshd(command)]);
  root = await directory.addUser("root");
  credentials = await directory.addCredentials(["ssh:read"]);
});
afterAll(async () => {
  await Promise.all([directory?.stop(), sshd?.stop()]);
  command?.uninstall();
});
beforeEach(() => {
  command.setCredentials(credentials);
  command.configure({ URL: directory.url });
});

const newKey = () => makeSshKey(command.directory);
const replace = (path: string, { publicKey }: SshKeyPair, more: object) =>
  directory.rest("PUT", path, { name: "test", public_key: publicKey, ...more });

describe("sshd, while the directory is there", () => {
  it("lets a registered key in and no other", async () => {
    const [key, other] = [newKey(), newKey()];
    await directory.addKey(root, key);
    expect(await Promise.all([sshd.letsIn(key), sshd.letsIn(other)])).toEqual([true, false]);
  });

  it("refuses a key that was deleted", async () => {
    const key = newKey();
    const path = await directory.addKey(root, key);
    expect(await sshd.letsIn(key)).toBe(true);
    await directory.rest("DELETE", path);
    expect(await sshd.letsIn(key)).toBe(false);
  });

  it("refuses a key after its not_after", async () => {
    const key = newKey();
    const path = await directory.addKey(root, key, { not_after: inAnHour });
    expect(await sshd.letsIn(key)).toBe(true);
    await replace(path, key, { not_after: new Date(Date.now() - 1).toISOString() });
    expect(await sshd.letsIn(key)).toBe(false);
  });

  it("refuses a key that comes from none of its source addresses", async () => {
    const key = newKey();
    const path = await directory.addKey(root, key, { source_address: ["192.0.2.0/24", "2001:db8::/32"] });
    expect(await sshd.letsIn(key)).toBe(false);
    expect(sshd.log()).toContain("not from a permitted host");
    await replace(path, key, { source_address: ["192.0.2.0/24", "127.0.0.1/8"] });
    expect(await sshd.letsIn(key)).toBe(true);
  });

  it("lets nobody in whose key is another user's", async () => {
    const key = newKey();
    await directory.addKey(await directory.addUser("joe"), key);
    expect(await sshd.letsIn(key)).toBe(false);
  });

  it("lets a key in by an answer without expiry times, and keeps none of them", async () => {
    const key = newKey();
    await directory.addKey(root, key, { not_after: inAnHour });
    command.configure({ URL: directory.url, KEEP_SECONDS: "3600", EXPIRY: "none" });
    expect(await sshd.letsIn(key)).toBe(true);
    expect((await command.run("root", key.fingerprint)).output).toMatch(/^ssh-ed25519 /);
    expect(command.kept()).toEqual([]);
  });

  it("lets nobody in by credentials that are wrong or lack ssh:read, and logs why", async () => {
    const key = newKey();
    await directory.addKey(root, key);
    command.configure({ URL: directory.url, KEEP_SECONDS: "3600" });
    expect(await sshd.letsIn(key)).toBe(true);
    const unfit = ['user = "nobody:nothing"\n', await directory.addCredentials(["pki:read"])];
    const logs = [];
    for (const text of unfit) {
      command.setCredentials(text);
      expect(await sshd.letsIn(key)).toBe(false);
      const { output, log } = await command.run("root", key.fingerprint);
      expect(output).toBe("");
      logs.push(log);
    }
    expect(logs).toEqual([
      expect.stringMatching(/^veridge: .*status: 401/),
      expect.stringMatching(/^veridge: .*status: 403/),
    ]);
  });

  it("forgets what was kept of a user whom the directory does not know any more", async () => {
    const [jane, key] = [await directory.addUser("jane"), newKey()];
    await directory.addKey(jane, key);
    command.configure({ URL: directory.url, KEEP_SECONDS: "3600" });
    await command.run("jane", key.fingerprint);
    const kept = () => command.kept().filter((path) => path.includes("/jane,"));
    expect(kept()).toHaveLength(1);
    await directory.rest("DELETE", `/local-user-store/api/v1/users/${jane}`);
    expect(await command.run("jane", newKey().fingerprint)).toEqual({ status: 0, output: "", log: "" });
    expect(kept()).toEqual([]);
  });
});

describe("sshd, while the directory is away", () => {
  let keys: Record<"known" | "ending" | "deleted" | "unseen" | "local", SshKeyPair>;

  beforeAll(async () => {
    keys = { known: newKey(), ending: newKey(), deleted: newKey(), unseen: newKey(), local: newKey() };
    const { known, ending, deleted, unseen, local } = keys;
    await directory.addKey(root, known);
    await directory.addKey(root, unseen);
    await directory.addKey(root, ending, { not_after: inAnHour });
    const path = await directory.addKey(root, deleted);
    command.setCredentials(credentials);
    command.configure({ URL: directory.url, KEEP_SECONDS: "3600" });
    for (const key of [known, ending, deleted]) expect(await sshd.letsIn(key)).toBe(true);
    await directory.rest("DELETE", path);
    expect(await sshd.letsIn(deleted)).toBe(false);
    writeFileSync(sshd.localKeys, `${local.publicKey}\n`);
    await directory.stop();
  });
  beforeEach(() => command.configure({ URL: directory.url, KEEP_SECONDS: "3600" }));

  /** Makes what is kept of a key older, as time would. */
  function age(key: SshKeyPair, replaced: RegExp, by: string) {
    const hash = key.fingerprint.replace("SHA256:", "").replaceAll("/", "_").replaceAll("+", "-");
    const path = command.kept().find((path) => path.endsWith(`/root,${hash}`)) as string;
    const text = readFileSync(path, "utf8");
    expect(text).toMatch(replaced);
    writeFileSync(path, text.replace(replaced, by));
  }

  it("lets in by the last good answer, and no key without one", async () => {
    expect(await sshd.letsIn(keys.known)).toBe(true);
    expect(await sshd.letsIn(keys.unseen)).toBe(false);
    expect(await sshd.letsIn(keys.deleted)).toBe(false);
  });

  it("refuses by itself a key that has ended since", async () => {
    expect(await sshd.letsIn(keys.ending)).toBe(true);
    age(keys.ending, /expiry-time="\d+Z"/, 'expiry-time="20250101000000Z"');
    expect((await command.run("root", keys.ending.fingerprint)).output).toContain("20250101000000Z");
    const logged = sshd.log().length;
    expect(await sshd.letsIn(keys.ending)).toBe(false);
    expect(sshd.log().slice(logged)).toContain("Refused by key options");
  });

  it("lets nobody in by it where the administrator has not said how long it counts", async () => {
    command.configure({ URL: directory.url });
    expect(await sshd.letsIn(keys.known)).toBe(false);
  });

  it("lets nobody in by it after that time", async () => {
    const hourAgo = Math.floor((Date.now() - HOUR_MS) / 1000);
    age(keys.known, /^#\d+/, `#${hourAgo}`);
    expect(await sshd.letsIn(keys.known)).toBe(false);
  });

  it("still lets a key of a local file in", async () => {
    expect(await sshd.letsIn(keys.local)).toBe(true);
  });
});
