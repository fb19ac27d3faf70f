import { beforeAll, describe, expect, test } from "vitest";
import { type Credential, pickCredential } from "../../src/auth/credential";
import { basicHeader, type ClientKey, pmxHeader, pubKey, secretKey } from "../signing";
import { bearer, call, code, post, type RpcAnswer, tokenFor } from "../support";

const METHOD = "pkiAdmin/listHosts";
let token: string;
let key: ClientKey;

beforeAll(async () => {
  token = await tokenFor("pki:read");
  key = await secretKey();
});

async function answered(headers: Record<string, string>, field?: unknown): Promise<number> {
  const body = {
    jsonrpc: "2.0",
    id: 1,
    method: METHOD,
    params: {},
    ...(field !== undefined && { token: field }),
  };
  return (await (await post(body, { headers })).json<RpcAnswer>()).error?.code ?? 0;
}

describe("each place of a credential", () => {
  test.each(["Bearer", "bearer", "BEARER"])("Authorization: %s", async (scheme) => {
    expect(await answered({ authorization: `${scheme} ${token}` })).toBe(0);
  });

  test("X-User-Token", async () => {
    expect(await answered({ "x-user-token": token })).toBe(0);
  });

  test("the token field of the request object", async () => {
    expect(await answered({}, token)).toBe(0);
  });

  test.each(["Basic", "basic", "BASIC"])("Authorization: %s", async (scheme) => {
    const value = basicHeader(key.apiKeyId, key.apiKeySecret).slice("Basic ".length);
    expect(await answered({ authorization: `${scheme} ${value}` })).toBe(0);
  });

  test("Basic with a secret that holds colons and letters beyond ASCII", async () => {
    const clientSecret = `pässwörd:${"x:".repeat(20)}😀`;
    const params = { type: "secret", name: "colons", clientSecret, maxScope: ["pki:read"] };
    const { apiKeyId } = await call("user/addApiKey", params, bearer(await tokenFor()));
    expect(await answered({ authorization: basicHeader(apiKeyId, clientSecret) })).toBe(0);
  });

  test("none is anonymous: 14", async () => {
    expect(await answered({})).toBe(14);
  });
});

describe("a credential that is present but invalid is 14 and never anonymous", () => {
  const open = { env: { PUBLIC_READ: "true" } };
  const params = {
    instanceId: "8UV7xqdcyqYDcZomeZbv4YNXLhikz1gt5teR9Qgot8xknL6nhH",
    hostUrl: "https://a.example.com",
  };
  const read = (headers: Record<string, string>) =>
    code("pki/verifyHostById", params, { headers, setup: open });

  test("without any, PUBLIC_READ lets the call through", async () => {
    expect(await read({})).toBe(0);
  });

  test.each<[string, Record<string, string>]>([
    ["an empty Authorization header", { authorization: "" }],
    ["an unknown scheme", { authorization: "Digest username=a" }],
    ["Bearer without a token", { authorization: "Bearer" }],
    ["Bearer with what is no token", { authorization: "Bearer abc" }],
    ["an empty X-User-Token", { "x-user-token": "" }],
    ["X-User-Token with what is no token", { "x-user-token": "abc" }],
    ["Basic without a value", { authorization: "Basic" }],
    ["Basic that is no base64", { authorization: "Basic @@@@" }],
    ["Basic without a colon", { authorization: `Basic ${btoa("abc")}` }],
    ["Basic of bytes that are no UTF-8", { authorization: `Basic ${btoa("abc:\xff")}` }],
    ["Basic of an unknown key", { authorization: `Basic ${btoa("unknown:secret")}` }],
    ["two Bearer tokens", { authorization: "Bearer abc, Bearer def" }],
    ["pmx-hmac-sha256 without a value", { authorization: "pmx-hmac-sha256" }],
    ["pmx-hmac-sha256 of another version", { authorization: "pmx-hmac-sha256 a;2;1;n;s" }],
    ["pmx-hmac-sha256 with too few parts", { authorization: "pmx-hmac-sha256 a;1;1;n" }],
    ["pmx-hmac-sha256 with too many parts", { authorization: "pmx-hmac-sha256 a;1;1;n;s;t" }],
    ["pmx-hmac-sha256 with a timestamp that is no number", { authorization: "pmx-hmac-sha256 a;1;1e3;n;s" }],
    ["pmx-hmac-sha256 of an unknown key", { authorization: `pmx-hmac-sha256 a;1;${Date.now()};n;AAAA` }],
  ])("%s", async (_what, headers) => {
    expect(await read(headers)).toBe(14);
  });

  test("a token field that is empty", async () => {
    expect(await answered({}, "")).toBe(14);
  });

  test("the secret of another key, and any secret of a pubKey key", async () => {
    const other = await secretKey();
    expect(await read({ authorization: basicHeader(key.apiKeyId, other.apiKeySecret) })).toBe(14);
    expect(await read({ authorization: basicHeader((await pubKey()).apiKeyId, "") })).toBe(14);
  });
});

describe("only auth/* looks at no credential", () => {
  test("a client refreshes with its expired token still in the header", async () => {
    const params = {
      grantType: "client_credentials",
      clientId: key.apiKeyId,
      clientSecret: key.apiKeySecret,
      scope: [],
    };
    const { refreshToken } = await call("auth/token", params, bearer("expired"));
    expect(await code("auth/token", { grantType: "refresh_token", refreshToken }, bearer("expired"))).toBe(0);
  });
});

describe("precedence", () => {
  const request = { method: "POST", path: "/main", body: new ArrayBuffer(0) };
  const basic = `Basic ${btoa("id:secret")}`;
  const pmx = "pmx-hmac-sha256 id;1;1;n;AAAA";
  const picked = (c: Credential) => ("token" in c ? c.token : c.kind);

  test.each([
    ["Bearer before all", { authorization: "Bearer A", userToken: "B", tokenField: "C" }, "A"],
    ["X-User-Token before the field", { userToken: "B", tokenField: "C" }, "B"],
    ["X-User-Token before Basic", { authorization: basic, userToken: "B" }, "B"],
    ["the field before Basic", { authorization: basic, tokenField: "C" }, "C"],
    ["the field before pmx-hmac", { authorization: pmx, tokenField: "C" }, "C"],
    ["Basic", { authorization: basic }, "basic"],
    ["pmx-hmac", { authorization: pmx }, "signature"],
    ["a bad scheme", { authorization: "Digest a" }, "invalid"],
    ["nothing", {}, "none"],
  ])("%s", (_what, places, kind) => {
    expect(picked(pickCredential(places, request))).toBe(kind);
  });

  test("a bad credential of a higher place is not made good by one below", async () => {
    expect(await answered({ authorization: "Bearer bad", "x-user-token": token }, token)).toBe(14);
    expect(await answered({ "x-user-token": "bad" }, token)).toBe(14);
    expect(await answered({ authorization: basicHeader(key.apiKeyId, key.apiKeySecret) }, "bad")).toBe(14);
    expect(await answered({ authorization: `Bearer ${token}`, "x-user-token": "bad" }, "bad")).toBe(0);
  });

  test("each call of a batch may carry a token of its own", async () => {
    const calls = [token, undefined, "bad", await tokenFor("user:write")].map((t, id) => ({
      ...{ jsonrpc: "2.0", id, method: METHOD, params: {} },
      ...(t !== undefined && { token: t }),
    }));
    const answers = await (await post(calls)).json<RpcAnswer[]>();
    expect(answers.map((a) => a.error?.code ?? 0)).toEqual([0, 14, 14, 73]);
  });
});

test("pmx-hmac and Basic carry the whole scope of their key, at every call as it is now", async () => {
  const narrowed = await secretKey(["pki:read_write"]);
  const body = { jsonrpc: "2.0", id: 1, method: METHOD, params: {} };
  const basic = { authorization: basicHeader(narrowed.apiKeyId, narrowed.apiKeySecret) };
  const pmx = async () => ({ authorization: await pmxHeader(narrowed, JSON.stringify(body)) });
  expect([await answered(basic), await answered(await pmx())]).toEqual([0, 0]);
  const change = { apiKeyId: narrowed.apiKeyId, maxScope: ["pki:write"] };
  await call("user/updateApiKey", change, bearer(await tokenFor()));
  expect([await answered(basic), await answered(await pmx())]).toEqual([73, 73]);
});
