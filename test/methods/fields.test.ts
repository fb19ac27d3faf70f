import { beforeAll, describe, expect, test } from "vitest";
import { KEY_OWNER } from "../../src/methods/examples";
import { newPubKey } from "../seed";
import { bearer, call, code, tokenFor } from "../support";
import { BAD as BAD_PUB_KEYS } from "../vectors/userPubKeys";

let sent: ReturnType<typeof bearer>;

beforeAll(async () => {
  sent = bearer(await tokenFor());
});

const OK = 0;
const REFUSED = -32602;

describe("a user's and a context's id", () => {
  test.each<[string, string, number]>([
    ["2 characters", "ab", REFUSED],
    ["3 characters", "abc", OK],
    ["3 spaces", "   ", OK],
    ["128 characters", "x".repeat(128), OK],
    ["129 characters", "x".repeat(129), REFUSED],
    ["2 code points of 2 units each", "😀😀", REFUSED],
    ["3 code points of 2 units each", "😀😀😀", OK],
    ["128 code points of 2 units each", "😀".repeat(128), OK],
    ["129 code points of 2 units each", "😀".repeat(129), REFUSED],
    ["a high surrogate alone", "abc\ud83d", REFUSED],
    ["a low surrogate alone", "\ude00abc", REFUSED],
    ["surrogates the wrong way round", "abc\ude00\ud83d", REFUSED],
    ["a null character", "ab\u0000c", REFUSED],
    ["a line break", "abc\n", REFUSED],
    ["a delete character", "abc\u007f", REFUSED],
    ["a C1 control character", "abc\u0085", REFUSED],
    ["a right-to-left mark, which is no control character", "abc\u200f", OK],
  ])("of %s", async (_what, id, answered) => {
    for (const field of ["userId", "contextId"]) {
      expect(await code("pki/getKeyHistory", { ...KEY_OWNER, [field]: id }, sent), field).toBe(answered);
    }
  });

  test("is compared byte for byte: never normalised, spaces significant", async () => {
    const ids = ["user", "User", " user", "user ", "us\u00e9r", "use\u0301r", "ｕser", "user\u200b"];
    for (const userId of ids) {
      expect(await code("pkiAdmin/setKey", { ...KEY_OWNER, userId, userPubKey: newPubKey() }, sent)).toBe(OK);
    }
    for (const userId of ids) {
      expect(await call("pki/getKeyHistory", { ...KEY_OWNER, userId }, sent), userId).toHaveLength(1);
    }
  });

  test("holds no SQL", async () => {
    const userId = "' or 1=1; drop table key_history; --";
    expect(await call("pki/getKeyHistory", { ...KEY_OWNER, userId }, sent)).toEqual([]);
    expect(
      await code(
        "pki/verifyKeys",
        { keys: [{ ...KEY_OWNER, userId, userPubKey: newPubKey(), date: 1 }] },
        sent,
      ),
    ).toBe(OK);
  });
});

test("a host's key is checked like a user's: malformed, it is -32602", async () => {
  for (const [name, bad] of BAD_PUB_KEYS) {
    const hostUrl = "https://a.example.com";
    expect(await code("pki/verifyHostById", { instanceId: bad, hostUrl }, sent), name).toBe(REFUSED);
    expect(await code("pki/verifyHostByPub", { hostPubKey: bad, hostUrl }, sent), name).toBe(REFUSED);
  }
});

describe("PUBLIC_READ", () => {
  const open = { setup: { env: { PUBLIC_READ: "true" } } };
  const owner = { ...KEY_OWNER, userId: "nobody" };
  const claim = { ...owner, userPubKey: KEY_OWNER.instanceId, date: 1 };

  test.each<[string, object, number]>([
    ["pki/getCurrentKey", owner, 79],
    ["pki/getKeyAt", { ...owner, date: 1 }, 80],
    ["pki/getKeyHistory", owner, OK],
    ["pki/verifyKey", claim, 80],
    ["pki/verifyKeys", { keys: [claim] }, OK],
    ["pki/getHost", { hostUrl: "https://none.example.com" }, 87],
    ["pki/verifyHostById", { instanceId: KEY_OWNER.instanceId, hostUrl: "https://none.example.com" }, OK],
    ["pki/verifyHostByPub", { hostPubKey: KEY_OWNER.instanceId, hostUrl: "https://none.example.com" }, OK],
  ])("opens %s", async (method, params, answered) => {
    expect(await code(method, params, open)).toBe(answered);
    expect(await code(method, params)).toBe(14);
    expect(await code(method, { ...params, more: 1 }, open)).toBe(REFUSED);
  });

  test.each([
    "pkiAdmin/listHosts",
    "pkiAdmin/setKey",
    "user/listApiKeys",
    "user/listSessions",
    "user/addApiKey",
  ])("does not open %s", async (method) => {
    expect(await code(method, {}, open)).toBe(14);
  });

  test("gives a caller with a scope too small no more than the scope: 73", async () => {
    const small = bearer(await tokenFor("ssh:read"), open.setup);
    expect(await code("pki/getKeyHistory", owner, small)).toBe(73);
  });
});
