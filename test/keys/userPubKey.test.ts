import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isUserPubKey } from "../../src/keys/userPubKey";
import { BAD, GOOD } from "../vectors/userPubKeys";

describe("accepted", () => {
  test.each(GOOD)("%s", (_name, text) => {
    expect(isUserPubKey(text)).toBe(true);
  });
});

describe("refused", () => {
  test.each(BAD)("%s", (_name, text) => {
    expect(isUserPubKey(text)).toBe(false);
  });

  test("any text at all, without an exception", () => {
    fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 60 }), (text) => !isUserPubKey(text)));
  });

  test("a good key in which one letter differs", () => {
    const [, key] = GOOD[0] as readonly [string, string];
    const other = fc.tuple(
      fc.nat(key.length - 1),
      fc.constantFrom(..."123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"),
    );
    fc.assert(
      fc.property(other, ([at, letter]) => {
        fc.pre(key[at] !== letter);
        return !isUserPubKey(key.slice(0, at) + letter + key.slice(at + 1));
      }),
    );
  });
});
