import { beforeAll, describe, expect, test } from "vitest";
import { secretKey } from "../signing";
import { bearer, call, code, type Owner, rpc, tokenFor } from "../support";

const granted = (key: Owner, scope: string[]) =>
  rpc("auth/token", {
    grantType: "client_credentials",
    clientId: key.apiKeyId,
    clientSecret: key.apiKeySecret,
    scope,
  });

/** What each scope covers beside itself: the contract's implications. */
const COVERS: Record<string, string[]> = {
  "user:read": ["pki:read", "ssh:read"],
  "user:write": ["pki:write", "ssh:write"],
  "user:read_write": [
    ...["user:read", "user:write", "pki:read", "pki:write", "pki:read_write"],
    ...["ssh:read", "ssh:write", "ssh:read_write", "ssh:self"],
  ],
  "pki:read": [],
  "pki:write": [],
  "pki:read_write": ["pki:read", "pki:write"],
  "ssh:read": [],
  "ssh:write": [],
  "ssh:read_write": ["ssh:read", "ssh:write", "ssh:self"],
  "ssh:self": [],
  "audit:read": [],
  "ops:read": [],
};

describe("a token's scope must be covered by its key's maxScope, implications counted", () => {
  const owner = { apiKeyId: "", token: "" };
  const key = { apiKeyId: "", apiKeySecret: "" };

  beforeAll(async () => {
    owner.token = await tokenFor();
    Object.assign(key, await secretKey(["user:read"]));
  });

  test.each(Object.keys(COVERS))("by %s", async (maxScope) => {
    await call("user/updateApiKey", { apiKeyId: key.apiKeyId, maxScope: [maxScope] }, bearer(owner.token));
    for (const asked of Object.keys(COVERS)) {
      const isCovered = asked === maxScope || COVERS[maxScope]?.includes(asked);
      const { error } = await granted(key, [asked]);
      expect(error?.code ?? 0, asked).toBe(isCovered ? 0 : 73);
    }
  });

  test("entry by entry: one that is too much refuses all", async () => {
    await call("user/updateApiKey", { apiKeyId: key.apiKeyId, maxScope: ["pki:read"] }, bearer(owner.token));
    expect((await granted(key, ["pki:read", "pki:write"])).error?.code).toBe(73);
  });
});

describe("the scope in the answer", () => {
  test.each([
    ["read_write split", ["pki:read_write"], ["pki:read", "pki:write"]],
    [
      "duplicates removed, in the order asked",
      ["pki:write", "pki:read_write", "pki:write"],
      ["pki:write", "pki:read"],
    ],
    ["implications not added", ["user:read"], ["user:read"]],
    [
      "what means nothing here as given",
      ["profile", "pki:read", "Pki:Read", "websocket"],
      ["profile", "pki:read", "Pki:Read", "websocket"],
    ],
    [
      "restrictions as given",
      ["pki:read", "session:s", "expires:1000"],
      ["pki:read", "session:s", "expires:1000"],
    ],
  ])("lists %s", async (_what, asked, listed) => {
    const key = await secretKey(["user:read_write"], "scopes");
    const { result } = await granted(key, asked);
    expect(result.scope).toEqual(listed);
    await call("user/deleteApiKey", { apiKeyId: key.apiKeyId }, bearer(await tokenFor()));
  });

  test("of an empty list is everything the key has", async () => {
    const maxScope = ["pki:read_write", "profile", "ipAddr:203.0.113.9"];
    const key = await secretKey(maxScope, "everything");
    const params = {
      grantType: "client_credentials",
      clientId: key.apiKeyId,
      clientSecret: key.apiKeySecret,
      scope: [],
    };
    const sent = { headers: { "cf-connecting-ip": "203.0.113.9" } };
    const { scope, accessToken } = await call("auth/token", params, sent);
    expect(scope).toEqual(["pki:read", "pki:write", "profile"]);
    const headers = { ...sent.headers, ...bearer(accessToken).headers };
    expect(await code("pkiAdmin/listHosts", {}, { headers })).toBe(0);
  });
});

test("what means nothing here grants nothing and needs no coverage", async () => {
  const key = await secretKey(["pki:read"], "nothing");
  const { result } = await granted(key, [
    "profile",
    "admin",
    "pki",
    "pki:",
    "*",
    "pki:*",
    "PKI:WRITE",
    "toString",
    "__proto__",
  ]);
  expect(await code("pkiAdmin/listHosts", {}, bearer(result.accessToken))).toBe(73);
});

describe("at every call the scope is cut to what the key still has", () => {
  test("narrowing works at once, widening gives an older token nothing", async () => {
    const owner = bearer(await tokenFor());
    const key = await secretKey(["pki:read_write"], "narrowed");
    const { accessToken, refreshToken } = (await granted(key, ["pki:read", "pki:write"])).result;
    const set = (maxScope: string[]) =>
      call("user/updateApiKey", { apiKeyId: key.apiKeyId, maxScope }, owner);
    const may = async (token: string) => [
      await code("pkiAdmin/listHosts", {}, bearer(token)),
      await code("pkiAdmin/deleteHost", {}, bearer(token)),
      await code("user/listApiKeys", {}, bearer(token)),
    ];
    expect(await may(accessToken)).toEqual([0, -32602, 73]);
    await set(["pki:read"]);
    expect(await may(accessToken)).toEqual([0, 73, 73]);
    await set([]);
    expect(await may(accessToken)).toEqual([73, 73, 73]);
    await set(["user:read_write"]);
    expect(await may(accessToken)).toEqual([0, -32602, 73]);
    const refreshed = await call("auth/token", { grantType: "refresh_token", refreshToken });
    expect(await may(refreshed.accessToken)).toEqual([0, -32602, 73]);
  });
});

test("connection works on a WebSocket alone: over HTTP -32602, and never in a maxScope", async () => {
  const key = await secretKey(["pki:read"], "connection");
  expect((await granted(key, ["pki:read", "connection"])).error).toMatchObject({ code: -32602 });
  const params = { apiKeyId: key.apiKeyId };
  for (const entry of ["connection", "session:a", "expires:1000"]) {
    const change = { ...params, maxScope: ["pki:read", entry] };
    expect(await code("user/updateApiKey", change, bearer(await tokenFor())), entry).toBe(-32602);
  }
});
