import { beforeAll, describe, expect, test } from "vitest";
import { sql } from "../seed";
import { basicHeader, type ClientKey, pmxHeader, secretKey, signedLogin } from "../signing";
import { bearer, call, code, tokenFor } from "../support";

const HOME = "203.0.113.7";
const AWAY = "203.0.113.8";
const METHOD = "pkiAdmin/listHosts";

let key: ClientKey;

beforeAll(async () => {
  key = await secretKey(["pki:read_write"], "unbound");
});

const from = (address: string | null, headers: Record<string, string> = {}) => ({
  headers: { ...headers, ...(address !== null && { "cf-connecting-ip": address }) },
});
const authorized = (address: string | null, token: string) =>
  from(address, { authorization: `Bearer ${token}` });
const loginParams = ({ apiKeyId, apiKeySecret }: ClientKey, scope: string[]) => ({
  ...{ grantType: "client_credentials", clientId: apiKeyId, clientSecret: apiKeySecret, scope },
});
const login = (scope: string[], address: string | null = HOME, by = key) =>
  call("auth/token", loginParams(by, ["pki:read", ...scope]), from(address));

describe("a token bound to an address", () => {
  test("works from there and is 14 from elsewhere, or from nowhere known", async () => {
    const { accessToken } = await login([`ipAddr:${HOME}`]);
    expect(await code(METHOD, {}, authorized(HOME, accessToken))).toBe(0);
    for (const address of [AWAY, null, "", "unknown", `${HOME}, ${HOME}`, `${HOME}/32`]) {
      expect(await code(METHOD, {}, authorized(address, accessToken)), String(address)).toBe(14);
    }
  });

  test("does not heed X-Forwarded-For", async () => {
    const { accessToken } = await login([`ipAddr:${HOME}`]);
    const forged = { authorization: `Bearer ${accessToken}`, "x-forwarded-for": HOME, "x-real-ip": HOME };
    expect(await code(METHOD, {}, from(AWAY, forged))).toBe(14);
  });

  test("works from any of several", async () => {
    const { accessToken } = await login([`ipAddr:${HOME}`, `ipAddr:${AWAY}`]);
    for (const address of [HOME, AWAY])
      expect(await code(METHOD, {}, authorized(address, accessToken))).toBe(0);
    expect(await code(METHOD, {}, authorized("203.0.113.9", accessToken))).toBe(14);
  });

  test.each([
    ["::ffff:203.0.113.7", HOME],
    [HOME, "::ffff:203.0.113.7"],
    ["::FFFF:CB00:7107", HOME],
    ["2001:db8::1", "2001:0DB8:0:0:0:0:0:1"],
    ["2001:db8:0:0::1", "2001:db8::1"],
  ])("to %s works from %s: addresses are compared parsed", async (bound, address) => {
    const { accessToken } = await login([`ipAddr:${bound}`]);
    expect(await code(METHOD, {}, authorized(address, accessToken))).toBe(0);
  });

  test("is bound at refresh and fork too, and stays good where it is refused", async () => {
    const { refreshToken } = await login([`ipAddr:${HOME}`]);
    const refresh = { grantType: "refresh_token", refreshToken };
    const fork = { refreshToken, sessionName: "f" };
    expect(await code("auth/token", refresh, from(AWAY))).toBe(14);
    expect(await code("auth/forkToken", fork, from(AWAY))).toBe(14);
    const forked = await call("auth/forkToken", fork, from(HOME));
    expect(await code(METHOD, {}, authorized(HOME, forked.accessToken))).toBe(0);
    expect(await code(METHOD, {}, authorized(AWAY, forked.accessToken))).toBe(14);
    const refreshed = await call("auth/token", refresh, from(HOME));
    expect(await code(METHOD, {}, authorized(AWAY, refreshed.accessToken))).toBe(14);
  });

  test("may be asked for from elsewhere, as one asks on behalf of another machine", async () => {
    const { accessToken } = await login([`ipAddr:${AWAY}`], HOME);
    expect(await code(METHOD, {}, authorized(HOME, accessToken))).toBe(14);
    expect(await code(METHOD, {}, authorized(AWAY, accessToken))).toBe(0);
  });

  test.each([
    "ipAddr:",
    "ipAddr:example.com",
    "ipAddr:203.0.113.0/24",
    "ipAddr:*",
    "ipAddr:203.0.113.07",
    "ipAddr:fe80::1%eth0",
  ])("%s is refused", async (entry) => {
    expect(await code("auth/token", loginParams(key, [entry]))).toBe(-32602);
  });
});

describe("a key bound to an address", () => {
  let bound: ClientKey;

  beforeAll(async () => {
    bound = await secretKey(["pki:read_write", `ipAddr:${HOME}`], "bound");
  });

  test("is bound at every use: 12, 14, 14 from elsewhere", async () => {
    expect(await code("auth/token", loginParams(bound, []), from(AWAY))).toBe(12);
    expect(await code("auth/token", await signedLogin(bound), from(AWAY))).toBe(14);
    const basic = { authorization: basicHeader(bound.apiKeyId, bound.apiKeySecret) };
    expect(await code(METHOD, {}, from(AWAY, basic))).toBe(14);
    expect(await code(METHOD, {}, from(HOME, basic))).toBe(0);
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: METHOD, params: {} });
    const pmx = async () => ({ authorization: await pmxHeader(bound, body) });
    expect(await code(METHOD, {}, from(AWAY, await pmx()))).toBe(14);
    expect(await code(METHOD, {}, from(HOME, await pmx()))).toBe(0);
  });

  test("binds its tokens as well, whatever they ask for", async () => {
    const { accessToken } = await login([], HOME, bound);
    expect(await code(METHOD, {}, authorized(HOME, accessToken))).toBe(0);
    expect(await code(METHOD, {}, authorized(AWAY, accessToken))).toBe(14);
    const wider = await login([`ipAddr:${AWAY}`, `ipAddr:${HOME}`], HOME, bound);
    expect(await code(METHOD, {}, authorized(AWAY, wider.accessToken))).toBe(14);
  });

  test("that is bound later binds the tokens it gave before", async () => {
    const { accessToken, refreshToken } = await login([], AWAY);
    expect(await code(METHOD, {}, authorized(AWAY, accessToken))).toBe(0);
    const change = { apiKeyId: key.apiKeyId, maxScope: ["pki:read_write", `ipAddr:${HOME}`] };
    await call("user/updateApiKey", change, bearer(await tokenFor()));
    expect(await code(METHOD, {}, authorized(AWAY, accessToken))).toBe(14);
    expect(await code("auth/token", { grantType: "refresh_token", refreshToken }, from(AWAY))).toBe(14);
    expect(await code(METHOD, {}, authorized(HOME, accessToken))).toBe(0);
  });
});

test("a connection token is 14 everywhere but on its socket", async () => {
  const other = await secretKey(["pki:read"], "socket");
  const { accessToken, refreshToken } = await login([], HOME, other);
  await sql("update sessions set connectionId = 'a socket' where apiKeyId = ?", other.apiKeyId);
  expect(await code(METHOD, {}, authorized(HOME, accessToken))).toBe(14);
  expect(await code("auth/token", { grantType: "refresh_token", refreshToken })).toBe(14);
  expect(await code("auth/forkToken", { refreshToken, sessionName: "f" })).toBe(14);
});
