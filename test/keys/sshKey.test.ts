import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fingerprint } from "../../src/keys/fingerprint";
import { KeyError } from "../../src/keys/keyError";
import { parseSshKey } from "../../src/keys/sshKey";
import bad from "../vectors/sshKeys.bad.json";
import good from "../vectors/sshKeys.good.json";

/** The sentence that refuses the text, or undefined if it is accepted. */
function reasonFor(text: string): string | undefined {
  try {
    parseSshKey(text);
    return undefined;
  } catch (error) {
    if (error instanceof KeyError) return error.reason;
    throw error;
  }
}

describe("accepted", () => {
  test.each(good)("$name", ({ text, algorithm, bits, comment, fingerprint: expected }) => {
    const key = parseSshKey(text);
    expect(key).toMatchObject({ algorithm, bits, comment: comment ?? undefined });
    expect(fingerprint(key.blob)).toBe(expected);
  });

  test.each(good)("$name, given back as base64, is the same key", ({ text }) => {
    const { comment, ...key } = parseSshKey(text);
    expect(parseSshKey(key.base64)).toEqual({ ...key, comment: undefined });
  });
});

describe("refused, with a reason that fits", () => {
  test.each(bad)("$name", ({ text, reason }) => {
    expect(reasonFor(text)).toMatch(new RegExp(reason));
  });

  test("more text than any key has, before it is looked at", () => {
    expect(reasonFor(" ".repeat(32 * 1024 + 1))).toMatch("at most 32768 characters");
    expect(reasonFor(" ".repeat(32 * 1024))).toMatch("empty");
  });

  test("naming the algorithms there are, where it is none of them", () => {
    expect(reasonFor(base64(Uint8Array.of(0, 0, 0, 1, 120)))).toBe(
      "The key is none of ssh-ed25519, ecdsa-sha2-nistp256, ecdsa-sha2-nistp384, ecdsa-sha2-nistp521, ssh-rsa, " +
        "sk-ssh-ed25519@openssh.com, sk-ecdsa-sha2-nistp256@openssh.com.",
    );
  });
});

test("RFC 4716's longest header is read: a tag of 64 bytes, a value of 1,024 between quotation marks", () => {
  const [begin = "", ...lines] =
    good.find(({ name }) => name === "RFC 4716 without headers")?.text.split("\n") ?? [];
  const withHeader = (size: number) =>
    [begin, `${"x".repeat(64)}: "\\`, `${"y".repeat(size)}"`, ...lines].join("\n");
  expect(reasonFor(withHeader(1024))).toBeUndefined();
  expect(reasonFor(withHeader(1025))).toMatch("too long");
});

const key = fc.constantFrom(...good).map(({ text }) => parseSshKey(text));

test("a blob cut short or made longer is refused", () => {
  fc.assert(
    fc.property(key, fc.nat(), fc.uint8Array({ minLength: 1, maxLength: 4 }), ({ blob }, at, more) => {
      expect(reasonFor(base64(blob.subarray(0, at % blob.length)))).toBeDefined();
      expect(reasonFor(base64(Uint8Array.of(...blob, ...more)))).toBeDefined();
    }),
  );
});

test("what is accepted is canonical: a changed character is refused or is another key", () => {
  fc.assert(
    fc.property(key, fc.nat(), fc.string({ unit: "grapheme", maxLength: 2 }), (original, at, put) => {
      const index = at % original.base64.length;
      const text = original.base64.slice(0, index) + put + original.base64.slice(index + 1);
      fc.pre(text !== original.base64);
      if (reasonFor(text) === undefined) expect(parseSshKey(text).blob).not.toEqual(original.blob);
    }),
  );
});

test("no text makes the parser throw anything but a KeyError, and no reason repeats the text", () => {
  const word = fc.constantFrom(
    "ssh-rsa",
    "-----BEGIN",
    "---- BEGIN SSH2 PUBLIC KEY ----",
    "AAAA",
    "\n",
    " ",
    ":",
    "\\",
  );
  const text = fc.array(fc.oneof(word, fc.string({ unit: "binary" }))).map((parts) => parts.join(""));
  fc.assert(
    fc.property(text, fc.uuid(), (before, secret) => {
      expect(reasonFor(before + secret)).not.toContain(secret);
    }),
  );
});

function base64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}
