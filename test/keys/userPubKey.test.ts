import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isUserPubKey } from "../../src/keys/userPubKey";
import { code } from "../support";
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

test("a malformed key is -32602 on the wire, for host and user", async () => {
  const setup = { setup: { env: { PUBLIC_READ: "true" } } };
  const bad = BAD[2]?.[1];
  expect(await code("pki/verifyHostById", { instanceId: bad, hostUrl: "https://a.example.com" }, setup)).toBe(
    -32602,
  );
  expect(
    await code("pki/verifyHostByPub", { hostPubKey: bad, hostUrl: "https://a.example.com" }, setup),
  ).toBe(-32602);
});
