import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { METHODS } from "../src/methods";
import { HOST_PUB_KEY, KEY_OWNER, USER_PUB_KEY } from "../src/methods/examples";
import { bearer, rpc, tokenFor } from "./support";

let sent: ReturnType<typeof bearer>;

beforeAll(async () => {
  sent = bearer(await tokenFor());
});

const CLAIM = { ...KEY_OWNER, userPubKey: USER_PUB_KEY, date: 1 };
const LOGIN = { grantType: "client_credentials", clientId: "abc", clientSecret: "x".repeat(32), scope: [] };
const SIGNATURE = {
  grantType: "client_signature",
  clientId: "abc",
  signature: "",
  timestamp: 1,
  nonce: "",
  scope: [],
};
const KEY = { type: "secret", name: "", clientSecret: "x".repeat(32), maxScope: [] };
const TEXT = "a text of 3 to 128 characters, none of them a control character";
const POINT = "a public key in Base58Check: a compressed point of secp256k1";

test.each<[string, unknown, string]>([
  ["pki/getCurrentKey", {}, "userId: expected a string"],
  ["pki/getCurrentKey", [], "params: expected an object"],
  ["pki/getCurrentKey", { ...KEY_OWNER, userId: 5 }, "userId: expected a string"],
  ["pki/getCurrentKey", { ...KEY_OWNER, userId: "ab" }, `userId: expected ${TEXT}`],
  ["pki/getCurrentKey", { ...KEY_OWNER, instanceId: "x" }, `instanceId: expected ${POINT}`],
  [
    "pki/getCurrentKey",
    { ...KEY_OWNER, user: 1 },
    "params has a field that is not known here; the fields are userId, instanceId, contextId",
  ],
  ["pki/getKeyAt", { ...KEY_OWNER, date: 1.5 }, "date: expected a whole number of milliseconds from 0"],
  ["pki/getKeyAt", { ...KEY_OWNER, date: null }, "date: expected a number"],
  ["pki/getKeyHistory", { ...KEY_OWNER, limit: 0 }, "limit: expected a number of at least 1"],
  ["pki/getKeyHistory", { ...KEY_OWNER, limit: 10_001 }, "limit: expected a number of at most 10000"],
  ["pki/getKeyHistory", { ...KEY_OWNER, limit: 1.5 }, "limit: expected a whole number"],
  ["pki/verifyKeys", { keys: [] }, "keys: expected at least 1 item"],
  ["pki/verifyKeys", { keys: Array(257).fill(CLAIM) }, "keys: expected at most 256 items"],
  ["pki/verifyKeys", { keys: {} }, "keys: expected an array"],
  ["pki/verifyKeys", { keys: [CLAIM, 5] }, "keys.1: expected an object"],
  ["pki/verifyKeys", { keys: [{ ...CLAIM, date: "1" }] }, "keys.0.date: expected a number"],
  ["pki/verifyKeys", { keys: [{ ...CLAIM, when: 1 }] }, "keys.0 has a field that is not known here"],
  [
    "pki/verifyKeys",
    { keys: [CLAIM], toleranceMs: 600_001 },
    "toleranceMs: expected a number of at most 600000",
  ],
  ["pki/getHost", {}, "params: expected instanceId, hostUrl, or both"],
  [
    "pkiAdmin/setHost",
    { hostPubKey: HOST_PUB_KEY, hostUrl: "ab" },
    "hostUrl: expected a text of 3 to 2048 characters, none of them a control character",
  ],
  ["auth/token", {}, 'grantType: expected "client_credentials" or "refresh_token" or "client_signature"'],
  ["auth/token", { ...LOGIN, clientSecret: "x" }, "clientSecret: expected a text of 32 to 256 characters"],
  [
    "auth/token",
    { ...LOGIN, scope: ["session:a", "session:b"] },
    "scope: expected a list in which a token has one session: entry at most",
  ],
  [
    "auth/token",
    { ...LOGIN, scope: ["expires:0"] },
    "scope: expected a list in which an expires: entry is a whole number of milliseconds from 1 to 900000",
  ],
  [
    "auth/token",
    { ...LOGIN, scope: ["ipAddr:x"] },
    "scope: expected a list in which an ipAddr: entry names one IPv4 or IPv6 address",
  ],
  [
    "auth/token",
    { ...LOGIN, scope: ["connection"] },
    "scope: a token for this connection alone can only be asked for over a WebSocket",
  ],
  [
    "auth/token",
    { ...SIGNATURE, nonce: "a;b" },
    "nonce: expected 0 to 64 printable ASCII characters without a semicolon",
  ],
  ["auth/token", { ...SIGNATURE, timestamp: -1 }, "timestamp: expected a number of at least 0"],
  ["user/addApiKey", { ...KEY, type: "other" }, 'type: expected "pubKey" or "secret"'],
  ["user/updateApiKey", { apiKeyId: "abc", enabled: "yes" }, "enabled: expected a boolean"],
])("%s with %j", async (method, params, sentence) => {
  expect((await rpc(method, params, sent)).error).toEqual({
    code: -32602,
    message: "Invalid params",
    data: sentence,
  });
});

describe("no value is ever repeated", () => {
  const MARK = "Zq7Zq7";
  const value = fc.oneof(
    fc.constant(MARK),
    fc.constant(`${MARK}\n`),
    fc.constant(`session:${MARK}:read_write`),
    fc.constant(MARK.repeat(600)),
    fc.constant([MARK, MARK]),
    fc.constant({ [MARK]: MARK }),
    fc.constant([`expires:${MARK}`]),
    fc.constant([`ipAddr:${MARK}`]),
    fc.constant(null),
    fc.double(),
  );

  test.each(METHODS.map((m) => [m.name, m] as const))("by %s", async (name, { example }) => {
    const good = example.params as object;
    const fields = Object.keys(good);
    const params = fc
      .tuple(fc.constantFrom(MARK, ...fields), value)
      .map(([field, put]) => ({ ...good, [field]: put }));
    await fc.assert(
      fc.asyncProperty(params, async (given) => {
        const { error } = await rpc(name, given, sent);
        expect(JSON.stringify(error ?? null)).not.toContain(MARK);
        if (error?.code === -32602) expect(error.data).toEqual(expect.stringMatching(/^[^\n]+$/));
      }),
      { numRuns: 25 },
    );
  });
});
