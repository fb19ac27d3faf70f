import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { formatOpensshTime } from "../../src/keys/opensshTime.ts";
import { type Directory, makeSshKey, type SshKeyPair, startDirectory } from "./directory.ts";

/** Signatures that git and ssh-keygen verify by what a running directory says, as examples/git-signatures tells. */

const ALICE = "alice@example.com";
/** In s since the epoch: Alice's old key ends and her new one begins then. */
const ROTATION = Math.floor(Date.now() / 1000) + 3600;
const rotation = new Date(ROTATION * 1000).toISOString();

const home = mkdtempSync(join(tmpdir(), "veridge-git-"));
const [signers, credentials, repository] = ["allowed_signers", "credentials", "repository"].map((name) =>
  join(home, name),
) as [string, string, string];
const [oldKey, newKey, stolenKey] = [makeSshKey(home), makeSshKey(home), makeSshKey(home)];
let directory: Directory;
let alice: string;

beforeAll(async () => {
  directory = await startDirectory();
  alice = await directory.addUser(ALICE);
  await directory.addKey(alice, oldKey, { not_after: rotation });
  await directory.addKey(alice, newKey, { not_before: rotation });
  writeFileSync(credentials, await directory.addCredentials(["ssh:read"]), { mode: 0o600 });
  git(["init", "--quiet", repository]);
});
afterAll(async () => {
  await directory?.stop();
  rmSync(home, { recursive: true });
});

const update = (url = directory.url) =>
  spawnSync("examples/git-signatures/update-allowed-signers", [url, credentials, signers], {
    encoding: "utf8",
  });

function git(args: string[], date = "") {
  const name = { GIT_AUTHOR_NAME: "Alice", GIT_AUTHOR_EMAIL: ALICE, GIT_COMMITTER_NAME: "Alice" };
  const dates = { GIT_COMMITTER_EMAIL: ALICE, GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date };
  // Far from UTC, and without anybody's own configuration.
  const env = { ...process.env, TZ: "JST-9", GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1" };
  const config = ["-c", "gpg.format=ssh", "-c", `gpg.ssh.allowedSignersFile=${signers}`];
  return execFileSync("git", [...config, ...args], {
    encoding: "utf8",
    env: { ...env, ...name, ...dates },
    stdio: ["ignore", "pipe", "ignore"],
  });
}

/** @returns the id of a commit signed with `key` and dated `second` since the epoch */
function commit(key: SshKeyPair, second: number): string {
  const sign = [
    "-c",
    `user.signingKey=${key.path}`,
    "commit",
    "--quiet",
    "--allow-empty",
    "-S",
    "-m",
    "test",
  ];
  git(["-C", repository, ...sign], `@${second} +0000`);
  return git(["-C", repository, "rev-parse", "HEAD"]).trim();
}

/** What git says of a commit: G, good, and whose key it was; or another letter. */
function verdict(id: string): string {
  const said = git(["-C", repository, "log", "-1", "--format=%G? %GS", id]).trim();
  const verifies = () => git(["-C", repository, "verify-commit", id]);
  if (said.startsWith("G ")) verifies();
  else expect(verifies).toThrow();
  return said;
}

/** Whether ssh-keygen takes a signature by `key` for Alice's at a time in s since the epoch. */
function verifies(key: SshKeyPair, second: number): boolean {
  const message = join(home, "message");
  writeFileSync(message, "hello");
  rmSync(`${message}.sig`, { force: true });
  execFileSync("ssh-keygen", ["-q", "-Y", "sign", "-f", key.path, "-n", "file", message], {
    stdio: "ignore",
  });
  const files = ["-f", signers, "-s", `${message}.sig`, `-Overify-time=${formatOpensshTime(second)}`];
  const { status } = spawnSync("ssh-keygen", ["-Y", "verify", "-n", "file", "-I", ALICE, ...files], {
    input: "hello",
  });
  return status === 0;
}

describe("allowed_signers", () => {
  it("lets git accept what a key signed before its rotation, and refuse what it signed after", () => {
    expect(update()).toMatchObject({ status: 0, stdout: "", stderr: "" });
    const commits = [oldKey, newKey].map((key) => [commit(key, ROTATION - 1), commit(key, ROTATION)]);
    expect(commits.map((ids) => ids.map((id) => verdict(id)[0]))).toEqual([
      ["G", expect.stringMatching(/[^G]/)],
      [expect.stringMatching(/[^G]/), "G"],
    ]);
    expect(verdict(commits[0]?.[0] ?? "")).toBe(`G ${ALICE}`);
  });

  it("lets ssh-keygen do the same", () => {
    update();
    const times = [ROTATION - 1, ROTATION];
    expect([oldKey, newKey].map((key) => times.map((second) => verifies(key, second)))).toEqual([
      [true, false],
      [false, true],
    ]);
    expect(verifies(makeSshKey(home), ROTATION)).toBe(false);
  });

  it("disowns all that a key signed once it is deleted as compromised", async () => {
    const path = await directory.addKey(alice, stolenKey, { not_after: rotation });
    update();
    const id = commit(stolenKey, ROTATION - 1);
    expect(verdict(id)).toBe(`G ${ALICE}`);
    await directory.rest("DELETE", path);
    const again = await directory.addKey(alice, stolenKey, { not_before: rotation });
    await directory.rest("DELETE", `${again}?compromised=true`);
    update();
    expect(verdict(id)).not.toMatch(/^G/);
    expect(readFileSync(signers, "utf8")).not.toContain(stolenKey.publicKey.split(" ")[1]);
    expect(verifies(oldKey, ROTATION - 1)).toBe(true);
  });

  it("stays as it was where it cannot be brought up to date", async () => {
    update();
    const before = readFileSync(signers, "utf8");
    writeFileSync(credentials, 'user = "nobody:nothing"\n');
    expect(update()).toMatchObject({ status: 22, stderr: expect.stringContaining("401") });
    expect(readFileSync(signers, "utf8")).toBe(before);
    expect(readdirSync(home).filter((name) => name.startsWith("allowed_signers"))).toHaveLength(1);
  });
});
