import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { authorizedKeysLine, parseAuthorizedKeysFile } from "../../src/keys/authorizedKeysFile";
import { KeyError } from "../../src/keys/keyError";
import vectors from "../vectors/authorizedKeys.json";

const BASE64 = vectors.key.split(" ")[1] ?? "";
const KEY = {
  algorithm: "ssh-ed25519",
  base64: BASE64,
  comment: undefined,
  sourceAddress: [] as readonly string[],
  notAfter: undefined,
};
const WITH_EXPIRY = { expiry: true };

describe("a line for sshd", () => {
  test("has no options for a key without restrictions", () => {
    expect(authorizedKeysLine(KEY, WITH_EXPIRY)).toBe(`ssh-ed25519 ${BASE64}`);
  });

  test("has source addresses in network form", () => {
    const line = authorizedKeysLine(
      { ...KEY, sourceAddress: ["10.0.0.1/8", "::ffff:192.0.2.1", "2001:DB8::/32"] },
      WITH_EXPIRY,
    );
    expect(line).toBe(`from="10.0.0.0/8,192.0.2.1,2001:db8::/32" ssh-ed25519 ${BASE64}`);
  });

  test("is not written for a source address that is none", () => {
    expect(() => authorizedKeysLine({ ...KEY, sourceAddress: ['*",command="id'] }, WITH_EXPIRY)).toThrow(
      KeyError,
    );
  });

  test.each([
    ["2030-01-01T00:00:00.000Z", "20291231235959Z"],
    ["2030-01-01T00:00:00.999Z", "20291231235959Z"],
    ["2030-01-01T00:00:01.000Z", "20300101000000Z"],
    ["9999-12-31T23:59:59.999Z", "99991231235958Z"],
    ["+010000-01-01T00:00:00.000Z", "99991231235959Z"],
    ["1970-01-01T00:00:02.000Z", "19700101000001Z"],
  ])("of a key until %s ends with the last second before it, %s", (notAfter, expected) => {
    const line = authorizedKeysLine({ ...KEY, notAfter: Date.parse(notAfter) }, WITH_EXPIRY);
    expect(line).toBe(`expiry-time="${expected}" ssh-ed25519 ${BASE64}`);
  });

  test("leaves the expiry out for an OpenSSH that does not know it", () => {
    const key = { ...KEY, notAfter: Date.parse("2030-01-01T00:00:00Z"), sourceAddress: ["192.0.2.1"] };
    expect(authorizedKeysLine(key, { expiry: false })).toBe(`from="192.0.2.1" ssh-ed25519 ${BASE64}`);
  });

  test.each([0, 1999, Number.NaN, Number.POSITIVE_INFINITY, Date.parse("9999-12-31T23:59:59Z") + 2000])(
    "is not written for an end that sshd cannot read: %s",
    (notAfter) => expect(() => authorizedKeysLine({ ...KEY, notAfter }, WITH_EXPIRY)).toThrow(RangeError),
  );

  test("has a blank where the comment breaks its line, in whichever way", () => {
    const line = authorizedKeysLine({ ...KEY, comment: "a\r\nb\u2028\u2029c\td e" }, WITH_EXPIRY);
    expect(line).toBe(`ssh-ed25519 ${BASE64} a b c d e`);
  });

  test("stays one line whatever the comment holds", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (comment) => {
        const line = authorizedKeysLine({ ...KEY, comment: `\n${comment}\r\n${vectors.key}` }, WITH_EXPIRY);
        expect(line).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
        expect(line.startsWith(`ssh-ed25519 ${BASE64} `)).toBe(true);
      }),
    );
  });
});

describe("an imported line", () => {
  test.each(vectors.accepted)("$name", ({ options, sourceAddress, notAfter }) => {
    const [line, ...more] = parseAuthorizedKeysFile(options + vectors.key);
    expect(more).toEqual([]);
    expect(line).toMatchObject({
      line: 1,
      key: {
        base64: BASE64,
        comment: "alice@example.com",
        sourceAddress,
        notAfter: notAfter === null ? undefined : Date.parse(notAfter),
      },
    });
  });

  test.each(vectors.refused)("refused: $name", ({ line, reason }) => {
    const text = line.replace("KEY", vectors.key).replace("BASE64", BASE64);
    expect(parseAuthorizedKeysFile(text)).toEqual([{ line: 1, refused: expect.stringContaining(reason) }]);
  });
});

test("a file is read line by line: blank lines and comments count, but yield nothing", () => {
  const text = ["# a comment", "", "  \t", `  ${vectors.key}\r`, " # another", "garbage", vectors.key].join(
    "\n",
  );
  const lines = parseAuthorizedKeysFile(text);
  expect(lines.map(({ line }) => line)).toEqual([4, 6, 7]);
  expect(lines.map((line) => "key" in line)).toEqual([true, false, true]);
});

test("a line longer than any that sshd needs is refused before it is looked at", () => {
  const line = `${'from="192.0.2.1",'.repeat(2000)} ${vectors.key}`;
  expect(parseAuthorizedKeysFile(line)).toEqual([
    { line: 1, refused: "A line must have at most 32768 characters." },
  ]);
  expect(parseAuthorizedKeysFile("x".repeat(32 * 1024))).toEqual([
    { line: 1, refused: expect.stringContaining("must begin with the key's algorithm") },
  ]);
});

test("what is written for sshd is read back as the same key, at most two seconds shorter", () => {
  const address = fc.oneof(
    fc.ipV4(),
    fc.ipV4Extended().filter((text) => /^(0|[1-9]\d*)(\.(0|[1-9]\d*)){3}$/.test(text)),
  );
  const notAfter = fc.option(fc.integer({ min: 3000, max: Date.parse("9999-12-31T23:59:59Z") }), {
    nil: undefined,
  });
  fc.assert(
    fc.property(fc.uniqueArray(address, { maxLength: 64 }), notAfter, (sourceAddress, end) => {
      const line = authorizedKeysLine({ ...KEY, sourceAddress, notAfter: end }, WITH_EXPIRY);
      const [read] = parseAuthorizedKeysFile(line);
      if (read === undefined || !("key" in read)) throw new Error("refused");
      expect(read.key).toMatchObject({ base64: BASE64, sourceAddress });
      if (end === undefined) expect(read.key.notAfter).toBeUndefined();
      else {
        expect(read.key.notAfter).toBeLessThanOrEqual(end - 1000);
        expect(read.key.notAfter).toBeGreaterThan(end - 2000);
      }
    }),
  );
});

test("no text makes the import throw", () => {
  const piece = fc.constantFrom(
    'from="',
    '"',
    "\\",
    ",",
    " ",
    "\n",
    "expiry-time=",
    "no-pty",
    vectors.key,
    "192.0.2.1",
  );
  const text = fc.array(fc.oneof(piece, fc.string({ unit: "binary" }))).map((parts) => parts.join(""));
  fc.assert(
    fc.property(text, (file) => {
      for (const line of parseAuthorizedKeysFile(file))
        expect("key" in line || line.refused.length > 0).toBe(true);
    }),
  );
});
