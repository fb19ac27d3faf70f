import { beforeEach, describe, expect, test } from "vitest";
import { emptyDatabase, sql } from "../../seed";
import { basicHeader, secretKey } from "../../signing";
import { bearer, call, code, login, loginWith, ownerKey, tokenFor } from "../../support";

const HOME = "203.0.113.7";
const AWAY = "203.0.113.8";

beforeEach(emptyDatabase);

const add = (maxScope: string[]) => ({ type: "secret", name: "k", clientSecret: "x".repeat(32), maxScope });
const withToken = async (scope: string[], address = HOME) => ({
  headers: { ...bearer((await login(scope)).accessToken).headers, "cf-connecting-ip": address } as Record<
    string,
    string
  >,
});

describe("nobody gives a key more than the credential of the call has", () => {
  test.each<[string[], string[], number]>([
    [["user:write"], ["user:write"], 0],
    [["user:write"], ["pki:write", "ssh:write"], 0],
    [["user:write"], ["pki:read"], 73],
    [["user:write"], ["user:read_write"], 73],
    [["user:write"], ["ssh:self"], 73],
    [["user:read_write"], ["user:read_write", "pki:read_write", "ssh:self"], 0],
    [["user:read_write"], ["audit:read"], 73],
    [["user:read_write"], ["profile", "whatever:you:like"], 0],
    [["user:read_write", "audit:read"], ["audit:read"], 0],
    [["user:write", `ipAddr:${HOME}`], ["pki:write"], 73],
    [["user:write", `ipAddr:${HOME}`], [], 73],
    [["user:write", `ipAddr:${HOME}`], ["pki:write", `ipAddr:${HOME}`], 0],
    [["user:write", `ipAddr:${HOME}`], ["pki:write", `ipAddr:::ffff:${HOME}`], 0],
    [["user:write", `ipAddr:${HOME}`], ["pki:write", `ipAddr:${HOME}`, `ipAddr:${AWAY}`], 73],
    [["user:write", `ipAddr:${HOME}`, `ipAddr:${AWAY}`], ["pki:write", `ipAddr:${AWAY}`], 0],
    [["user:write"], ["pki:write", `ipAddr:${AWAY}`], 0],
  ])("%j giving %j answers %d, by adding and by updating", async (held, given, answered) => {
    const { apiKeyId } = await secretKey(["pki:write", `ipAddr:${HOME}`]);
    const sent = await withToken(held);
    expect(await code("user/addApiKey", add(given), sent)).toBe(answered);
    expect(await code("user/updateApiKey", { apiKeyId, maxScope: given }, sent)).toBe(answered);
  });

  test("what the key of a token was bound to later binds its giving too", async () => {
    const manager = await secretKey(["user:read_write"]);
    const { accessToken } = await loginWith(manager, ["user:read_write"]);
    const change = { apiKeyId: manager.apiKeyId, maxScope: ["user:read_write", `ipAddr:${HOME}`] };
    await call("user/updateApiKey", change, bearer(await tokenFor()));
    const headers = { ...bearer(accessToken).headers, "cf-connecting-ip": HOME };
    expect(await code("user/addApiKey", add(["pki:read"]), { headers })).toBe(73);
    expect(await code("user/addApiKey", add(["pki:read", `ipAddr:${HOME}`]), { headers })).toBe(0);
  });

  test("a token and its key, bound differently, give to an address that both are bound to", async () => {
    const manager = await secretKey(["user:read_write", `ipAddr:${HOME}`, `ipAddr:${AWAY}`]);
    const login = {
      grantType: "client_credentials",
      clientId: manager.apiKeyId,
      clientSecret: manager.apiKeySecret,
      scope: ["user:read_write", `ipAddr:${HOME}`, "ipAddr:192.0.2.9"],
    };
    const { accessToken } = await call("auth/token", login, { headers: { "cf-connecting-ip": HOME } });
    const headers = { ...bearer(accessToken).headers, "cf-connecting-ip": HOME };
    for (const [address, answered] of [
      [HOME, 0],
      [AWAY, 73],
      ["192.0.2.9", 73],
    ] as const) {
      const given = add(["pki:read", `ipAddr:${address}`]);
      expect(await code("user/addApiKey", given, { headers }), address).toBe(answered);
    }
  });

  test("Basic gives what its key has", async () => {
    const manager = await secretKey(["user:write"]);
    const sent = { headers: { authorization: basicHeader(manager.apiKeyId, manager.apiKeySecret) } };
    expect(await code("user/addApiKey", add(["pki:write"]), sent)).toBe(0);
    expect(await code("user/addApiKey", add(["pki:read"]), sent)).toBe(73);
  });

  test("switching a key on gives it what it may do; switching off, renaming and deleting give nothing", async () => {
    const { apiKeyId } = await secretKey(["audit:read"]);
    const small = await withToken(["user:write"]);
    const update = (change: object, sent = small) => code("user/updateApiKey", { apiKeyId, ...change }, sent);
    expect(await update({ name: "renamed" })).toBe(0);
    expect(await update({ enabled: true })).toBe(0);
    expect(await update({ enabled: false })).toBe(0);
    expect(await update({ enabled: true })).toBe(73);
    expect(await update({ enabled: true, maxScope: ["audit:read"] })).toBe(73);
    expect(await update({ enabled: true, maxScope: ["pki:write"] })).toBe(0);
    expect(await code("user/deleteApiKey", { apiKeyId }, small)).toBe(0);
  });

  test("switching a key on that is not bound as the caller is", async () => {
    const open = await secretKey(["pki:write"], "open");
    const bound = await secretKey(["pki:write", `ipAddr:${HOME}`], "bound");
    const sent = await withToken(["user:write", `ipAddr:${HOME}`]);
    for (const [key, answered] of [
      [open, 73],
      [bound, 0],
    ] as const) {
      await call("user/updateApiKey", { apiKeyId: key.apiKeyId, enabled: false }, sent);
      expect(await code("user/updateApiKey", { apiKeyId: key.apiKeyId, enabled: true }, sent)).toBe(answered);
    }
  });
});

describe("the owner's last enabled key with user:write", () => {
  const changes = (apiKeyId: string) =>
    [
      ["user/deleteApiKey", { apiKeyId }],
      ["user/updateApiKey", { apiKeyId, enabled: false }],
      ["user/updateApiKey", { apiKeyId, maxScope: ["user:read", "pki:write"] }],
    ] as const;

  test("is neither deleted, disabled nor narrowed: error 1", async () => {
    const { apiKeyId } = await ownerKey();
    const owner = bearer(await tokenFor());
    await secretKey(["user:read", "pki:write"]);
    for (const [method, params] of changes(apiKeyId))
      expect(await code(method, params, owner), method).toBe(1);
    expect(await code("user/updateApiKey", { apiKeyId, name: "renamed", enabled: true }, owner)).toBe(0);
    expect((await call("user/getApiKey", { apiKeyId }, owner)).apiKey).toMatchObject({ enabled: true });
  });

  test.each([
    ["loses a scope", ["user:read_write", "ops:read"]],
    ["is bound to an address", ["user:read_write", "audit:read", "ops:read", "ipAddr:192.0.2.1"]],
  ])("is not narrowed: it %s", async (_what, maxScope) => {
    const { apiKeyId } = await ownerKey();
    const owner = bearer(await tokenFor());
    expect(await code("user/updateApiKey", { apiKeyId, maxScope }, owner)).toBe(1);
  });

  test("takes a list of all that it can do now", async () => {
    const { apiKeyId } = await ownerKey();
    const owner = bearer(await tokenFor());
    const { maxScope } = (await call("user/getApiKey", { apiKeyId }, owner)).apiKey;
    expect(await code("user/updateApiKey", { apiKeyId, maxScope }, owner)).toBe(0);
  });

  test("may go where another can take its place, which then is the last", async () => {
    const { apiKeyId } = await ownerKey();
    const heir = await secretKey(["user:write"]);
    const owner = bearer(await tokenFor());
    expect(await code("user/updateApiKey", { apiKeyId: heir.apiKeyId, enabled: false }, owner)).toBe(0);
    expect(await code("user/deleteApiKey", { apiKeyId }, owner)).toBe(1);
    expect(await code("user/updateApiKey", { apiKeyId: heir.apiKeyId, enabled: true }, owner)).toBe(0);
    expect(await code("user/deleteApiKey", { apiKeyId }, owner)).toBe(0);
    const sent = bearer((await loginWith(heir, ["user:write"])).accessToken);
    for (const [method, params] of changes(heir.apiKeyId)) {
      const narrow = "maxScope" in params ? { ...params, maxScope: ["pki:write"] } : params;
      expect(await code(method, narrow, sent), method).toBe(1);
    }
  });

  test("is no key of another user's", async () => {
    const { apiKeyId } = await ownerKey();
    const owner = bearer(await tokenFor());
    await sql("insert into users (id, username, createDate) values ('manager', 'manager', 0)");
    const theirs = { ...add(["user:read_write"]), userId: "manager" };
    const other = (await call("user/addApiKey", theirs, owner)).apiKeyId;
    for (const [method, params] of changes(apiKeyId))
      expect(await code(method, params, owner), method).toBe(1);
    expect(await code("user/deleteApiKey", { apiKeyId: other, userId: "manager" }, owner)).toBe(0);
  });

  test("of two that are deleted by each other at once stays", async () => {
    const { apiKeyId } = await ownerKey();
    const second = await secretKey(["user:write"]);
    const owner = bearer(await tokenFor());
    const both = bearer((await loginWith(second, ["user:write"])).accessToken);
    const codes = await Promise.all([
      code("user/deleteApiKey", { apiKeyId }, both),
      code("user/deleteApiKey", { apiKeyId: second.apiKeyId }, owner),
    ]);
    expect(codes.filter((c) => c === 0)).toHaveLength(1);
    expect((await sql("select id from api_keys")).results).toHaveLength(1);
  });
});
