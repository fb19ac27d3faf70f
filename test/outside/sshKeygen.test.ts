import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { allowedSignersLine } from "../../src/keys/allowedSigners.ts";
import { authorizedKeysLine, parseAuthorizedKeysFile } from "../../src/keys/authorizedKeysFile.ts";
import { fingerprint } from "../../src/keys/fingerprint.ts";
import { KeyError } from "../../src/keys/keyError.ts";
import { formatOpensshTime } from "../../src/keys/opensshTime.ts";
import { parseSshKey, type SshKey } from "../../src/keys/sshKey.ts";
import bad from "../vectors/sshKeys.bad.json" with { type: "json" };
import good from "../vectors/sshKeys.good.json" with { type: "json" };

const MADE = [
  ["ed25519", "256"],
  ["ecdsa", "256"],
  ["ecdsa", "384"],
  ["ecdsa", "521"],
  ["rsa", "2048"],
  ["rsa", "2056"],
  ["rsa", "3072"],
] as const;

const directory = mkdtempSync(join(tmpdir(), "ssh-keygen-"));
const path = (name: string) => join(directory, name);
const made = new Map<string, SshKey>();

beforeAll(() => {
  for (const [type, bits] of MADE) {
    const file = path(type + bits);
    execFileSync("ssh-keygen", [
      "-q",
      "-t",
      type,
      "-b",
      bits,
      "-N",
      "",
      "-C",
      "alice@example.com",
      "-f",
      file,
    ]);
    made.set(type + bits, parseSshKey(readFileSync(`${file}.pub`, "utf8")));
  }
});

afterAll(() => rmSync(directory, { recursive: true }));

/** What `ssh-keygen -lf` prints of each line: `BITS FINGERPRINT`, or undefined where it finds no key. */
function judge(lines: readonly string[]): (string | undefined)[] {
  writeFileSync(path("judged"), lines.map((line, index) => `${line} line-${index}\n`).join(""));
  const { stdout } = spawnSync("ssh-keygen", ["-lf", path("judged")], { encoding: "utf8" });
  const verdicts = new Array<string | undefined>(lines.length).fill(undefined);
  for (const [, verdict, index] of stdout.matchAll(/^(\d+ SHA256:\S+) .*?line-(\d+) \(/gm)) {
    verdicts[Number(index)] = verdict;
  }
  return verdicts;
}

/** Our verdict, in the form of `judge`. */
function verdict(text: string): string | undefined {
  try {
    const { bits, blob } = parseSshKey(text);
    return `${bits} ${fingerprint(blob)}`;
  } catch (error) {
    if (error instanceof KeyError) return undefined;
    throw error;
  }
}

/** The line of a blob, begun with the algorithm that the blob itself states. */
function lineOf(blob: Uint8Array): string {
  const bytes = Buffer.from(blob);
  const name = bytes.subarray(4, 4 + (bytes.length < 4 ? 0 : bytes.readUInt32BE())).toString("latin1");
  return `${/^[!-~]+$/.test(name) ? name : "ssh-ed25519"} ${bytes.toString("base64")}`;
}

test.each(MADE)(
  "%s of %s bits, as ssh-keygen makes it and as it exports it, has its fingerprint",
  (type, bits) => {
    const key = made.get(type + bits);
    const exported = execFileSync("ssh-keygen", ["-e", "-f", path(`${type}${bits}.pub`)], {
      encoding: "utf8",
    });
    expect(key).toMatchObject({ bits: Number(bits), comment: "alice@example.com" });
    expect(judge([lineOf(key?.blob ?? new Uint8Array())])).toEqual([verdict(key?.base64 ?? "")]);
    expect(parseSshKey(exported).blob).toEqual(key?.blob);
  },
);

test("ssh-keygen accepts every key that the vectors call good, with the same fingerprint and size", () => {
  const keys = good.map(({ text }) => parseSshKey(text));
  expect(judge(keys.map(({ blob }) => lineOf(blob)))).toEqual(keys.map(({ base64 }) => verdict(base64)));
});

test("ssh-keygen refuses the points that the vectors call degenerate", () => {
  const degenerate = bad.filter(({ reason }) => reason === "degenerate");
  expect(judge(degenerate.map(({ text }) => lineOf(Buffer.from(text, "base64"))))).toEqual(
    degenerate.map(() => undefined),
  );
  expect(degenerate.length).toBeGreaterThan(0);
});

type Mutation = (blob: Uint8Array) => Uint8Array;

const splice =
  (at: number, removed: number, put: Iterable<number>): Mutation =>
  (blob) => {
    const start = at % (blob.length + 1);
    return Uint8Array.of(...blob.subarray(0, start), ...put, ...blob.subarray(start + removed));
  };

/** Adds to the stated length of one of the blob's strings, and puts bytes before its first. */
const resize =
  (which: number, by: number, put: Uint8Array): Mutation =>
  (blob) => {
    const bytes = Buffer.from(blob);
    const offsets: number[] = [];
    for (let at = 0; at + 4 <= bytes.length; at += 4 + bytes.readUInt32BE(at)) offsets.push(at);
    const at = offsets[which % (offsets.length || 1)] ?? bytes.length;
    if (at + 4 > bytes.length) return bytes;
    bytes.writeUInt32BE((bytes.readUInt32BE(at) + by) >>> 0, at);
    return splice(at + 4, 0, put)(bytes);
  };

const anywhere = fc.oneof(fc.nat({ max: 120 }), fc.nat({ max: 3000 }));
const string = fc.nat({ max: 5 });
const NOTHING = new Uint8Array();
const mutation = fc.oneof(
  fc.tuple(anywhere, fc.nat({ max: 255 })).map(([at, byte]) => splice(at, 1, [byte])),
  fc.tuple(anywhere, fc.nat({ max: 3 }), fc.uint8Array({ maxLength: 3 })).map((args) => splice(...args)),
  anywhere.map((at) => splice(at, Number.POSITIVE_INFINITY, [])),
  fc
    .tuple(string, fc.oneof(fc.integer({ min: -4, max: 4 }), fc.integer()))
    .map(([at, by]) => resize(at, by, NOTHING)),
  fc.tuple(string, fc.uint8Array({ maxLength: 3, max: 3 })).map(([at, put]) => resize(at, put.length, put)),
);
const mutations = fc.array(fc.tuple(fc.nat(), fc.array(mutation, { minLength: 1, maxLength: 2 })), {
  minLength: 1,
  maxLength: 400,
  size: "max",
});

test("what ssh-keygen refuses of mutated keys is refused, and what is accepted has its fingerprint and size", () => {
  const originals = [...made.values(), ...good.map(({ text }) => parseSshKey(text))].map(({ blob }) => blob);
  fc.assert(
    fc.property(mutations, (batch) => {
      const mutants = batch.map(([which, steps]) =>
        steps.reduce((blob, step) => step(blob), originals[which % originals.length] ?? new Uint8Array()),
      );
      const theirs = judge(mutants.map(lineOf));
      const ours = mutants.map((blob) => verdict(Buffer.from(blob).toString("base64")));
      // A stricter verdict than ssh-keygen's is allowed, every other must be the same.
      expect(ours).toEqual(ours.map((own, index) => own && theirs[index]));
    }),
    { numRuns: 100 },
  );
});

describe("lines that are written", () => {
  const ENDS = Date.parse("2030-01-01T00:00:10Z");

  test("for sshd are read by ssh-keygen, and by the import", () => {
    const lines = [...made.values()].map((key) =>
      authorizedKeysLine(
        { ...key, sourceAddress: ["192.0.2.0/24", "2001:db8::1"], notAfter: ENDS },
        { expiry: true },
      ),
    );
    const expected = [...made.values()].map(({ base64 }) => verdict(base64));
    expect(judge(lines)).toEqual(expected);
    const imported = parseAuthorizedKeysFile(lines.join("\n"));
    expect(imported.map((line) => ("key" in line ? verdict(line.key.base64) : line.refused))).toEqual(
      expected,
    );
  });

  test("for allowed_signers let a signature verify at exactly the seconds they name", () => {
    const key = made.get("ed25519256");
    if (key === undefined) throw new Error("no key was made");
    const from = ENDS - 5000;
    const line = allowedSignersLine({ ...key, principal: "alice+ci@example.com", from, until: ENDS });
    writeFileSync(path("signers"), `${line}\n`);
    writeFileSync(path("message"), "hello");
    execFileSync("ssh-keygen", ["-q", "-Y", "sign", "-f", path("ed25519256"), "-n", "git", path("message")], {
      stdio: "ignore",
    });
    const verifies = (ms: number, principal = "alice+ci@example.com") => {
      const time = `-Overify-time=${formatOpensshTime(ms / 1000)}`;
      const files = ["-f", path("signers"), "-s", path("message.sig")];
      return spawnSync("ssh-keygen", ["-Y", "verify", time, ...files, "-n", "git", "-I", principal], {
        input: "hello",
      }).status;
    };
    expect([from - 1000, from, ENDS - 1000, ENDS].map((ms) => verifies(ms))).toEqual([255, 0, 0, 255]);
    expect(verifies(from, "mallory@example.com")).toBe(255);
  });
});
