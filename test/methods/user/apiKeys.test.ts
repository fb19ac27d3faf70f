import { beforeEach, describe, expect, test } from "vitest";
import { emptyDatabase, sql } from "../../seed";
import { ed25519Signer } from "../../signers";
import { secretKey } from "../../signing";
import { bearer, call, code, login, loginWith, ownerKey, rpc, tokenFor } from "../../support";
import { BAD as BAD_PEM } from "../../vectors/ed25519Pem";

const SECRET = "x".repeat(32);
const OTHER_USER = "another-user";
let owner: ReturnType<typeof bearer>;

beforeEach(async () => {
  await emptyDatabase();
  owner = bearer(await tokenFor());
});

const add = (more: object = {}) => ({
  type: "secret",
  name: "k",
  clientSecret: SECRET,
  maxScope: ["pki:read"],
  ...more,
});
const addKey = async (more: object = {}): Promise<string> =>
  (await call("user/addApiKey", add(more), owner)).apiKeyId;
const addUser = (id = OTHER_USER) =>
  sql("insert into users (id, username, createDate) values (?1, ?1, 0)", id);
const get = async (apiKeyId: string, sent = owner) =>
  (await call("user/getApiKey", { apiKeyId }, sent)).apiKey;

describe("addApiKey", () => {
  test("of a secret can log in with it", async () => {
    const apiKeyId = await addKey({ clientSecret: "päss".repeat(64) });
    expect(await loginWith({ apiKeyId, apiKeySecret: "päss".repeat(64) }, [])).toMatchObject({
      scope: ["pki:read"],
    });
  });

  test.each([
    ["secret", 31, -32602],
    ["secret", 32, 0],
    ["secret", 256, 0],
    ["secret", 257, -32602],
  ])("of a %s with %d characters answers %d", async (_kind, length, answered) => {
    expect(await code("user/addApiKey", add({ clientSecret: "😀".repeat(length) }), owner)).toBe(answered);
  });

  test.each([
    ["", 0],
    ["x".repeat(128), 0],
    ["😀".repeat(128), 0],
    ["x".repeat(129), -32602],
    ["a\nb", -32602],
    ["a\ud800", -32602],
  ])("with the name %j answers %d", async (name, answered) => {
    expect(await code("user/addApiKey", add({ name }), owner)).toBe(answered);
  });

  test("takes a public key or a secret, not both and not neither", async () => {
    const { pem } = await ed25519Signer();
    expect(
      await code("user/addApiKey", { type: "pubKey", name: "", clientPubKey: pem, maxScope: [] }, owner),
    ).toBe(0);
    expect(await code("user/addApiKey", add({ clientPubKey: pem }), owner)).toBe(-32602);
    expect(await code("user/addApiKey", { type: "pubKey", name: "", maxScope: [] }, owner)).toBe(-32602);
  });

  test("refuses what is not one Ed25519 key in PEM", async () => {
    for (const [name, clientPubKey] of BAD_PEM) {
      const params = { type: "pubKey", name: "k", clientPubKey, maxScope: [] };
      expect(await code("user/addApiKey", params, owner), name).toBe(-32602);
    }
  });

  test("keeps secrets encrypted, bound to their key, different for equal secrets", async () => {
    await addKey();
    await addKey();
    const { results } = await sql("select * from api_keys where name = 'k'");
    expect(JSON.stringify(results)).not.toContain(SECRET);
    const [a, b] = results as [{ id: string; sealedSecret: string }, { id: string; sealedSecret: string }];
    expect(a.sealedSecret).not.toBe(b.sealedSecret);
    await sql("update api_keys set sealedSecret = ? where id = ?", a.sealedSecret, b.id);
    const moved = { grantType: "client_credentials", clientId: b.id, clientSecret: SECRET, scope: [] };
    expect(await code("auth/token", moved)).not.toBe(0);
  });

  test("of an 11th key is 72, of 20 at once nine win beside the owner's", async () => {
    const codes = await Promise.all(Array.from({ length: 20 }, () => code("user/addApiKey", add(), owner)));
    expect(codes.filter((c) => c === 0)).toHaveLength(9);
    expect(codes.filter((c) => c === 72)).toHaveLength(11);
    expect((await call("user/listApiKeys", {}, owner)).list).toHaveLength(10);
  });

  test("of 20 at once for another user lets ten win", async () => {
    await addUser();
    const calls = Array.from({ length: 20 }, () =>
      code("user/addApiKey", add({ userId: OTHER_USER }), owner),
    );
    expect((await Promise.all(calls)).filter((c) => c === 0)).toHaveLength(10);
  });

  test("for a user that is not there is 78", async () => {
    expect(await code("user/addApiKey", add({ userId: "nobody" }), owner)).toBe(78);
  });
});

describe("reading keys", () => {
  test("gives the secret only with user:write and a credential that covers the key", async () => {
    const small = await addKey({ maxScope: ["pki:read", "profile"] });
    const first = (await ownerKey()).apiKeyId;
    const full = await get(small);
    expect(full).toEqual({
      apiKeyId: small,
      name: "k",
      enabled: true,
      maxScope: ["pki:read", "profile"],
      clientSecret: SECRET,
    });
    const { clientSecret: _secret, ...without } = full;
    expect(await get(small, bearer(await tokenFor("user:read")))).toEqual(without);
    expect(await get(small, bearer(await tokenFor("user:read_write")))).toEqual(full);
    expect((await get(first)).clientSecret).toBe((await ownerKey()).apiKeySecret);
    expect((await get(first, bearer(await tokenFor("user:read_write")))).clientSecret).toBeUndefined();
  });

  test("gives a key without an address to nobody who is bound to one", async () => {
    const open = await addKey();
    const bound = await addKey({ maxScope: ["pki:read", "ipAddr:::ffff:203.0.113.7"] });
    const { accessToken } = await login(["user:read_write", "ipAddr:203.0.113.7"]);
    const headers = { ...bearer(accessToken).headers, "cf-connecting-ip": "203.0.113.7" };
    const { list } = await call("user/listApiKeys", {}, { headers });
    const secretOf = (id: string) => list.find((k: { apiKeyId: string }) => k.apiKeyId === id).clientSecret;
    expect([secretOf(open), secretOf(bound)]).toEqual([undefined, SECRET]);
  });

  test("lists a public key as it was given, keys oldest first", async () => {
    const { pem } = await ed25519Signer();
    await call("user/addApiKey", { type: "pubKey", name: "second", clientPubKey: pem, maxScope: [] }, owner);
    const { list } = await call("user/listApiKeys", {}, owner);
    expect(list.map((k: { name: string }) => k.name)).toEqual(["first", "second"]);
    expect(list[1]).toMatchObject({ clientPublicKey: pem });
    expect(list[1]).not.toHaveProperty("clientSecret");
  });
});

describe("an administrator acts on another user's keys by userId", () => {
  const OF = { userId: OTHER_USER };

  test("in all five methods; without it the other's keys are error 1", async () => {
    await addUser();
    const apiKeyId = await addKey({ ...OF, name: "theirs" });
    expect((await call("user/listApiKeys", OF, owner)).list).toHaveLength(1);
    for (const method of ["user/getApiKey", "user/updateApiKey", "user/deleteApiKey"]) {
      expect(await code(method, { apiKeyId }, owner), method).toBe(1);
      expect(await code(method, { apiKeyId, userId: "nobody" }, owner), method).toBe(78);
      expect(await code(method, { apiKeyId: "unknown", ...OF }, owner), method).toBe(71);
    }
    expect((await call("user/getApiKey", { apiKeyId, ...OF }, owner)).apiKey.name).toBe("theirs");
    expect(await code("user/updateApiKey", { apiKeyId, name: "new", ...OF }, owner)).toBe(0);
    expect(await code("user/deleteApiKey", { apiKeyId, ...OF }, owner)).toBe(0);
    expect((await call("user/listApiKeys", OF, owner)).list).toEqual([]);
  });

  test("and a key of the caller's own is error 1 under another's userId", async () => {
    await addUser();
    const apiKeyId = await addKey();
    for (const method of ["user/getApiKey", "user/updateApiKey", "user/deleteApiKey"]) {
      expect(await code(method, { apiKeyId, ...OF }, owner), method).toBe(1);
    }
  });
});

describe("deleting and disabling", () => {
  test("end sessions at once", async () => {
    const key = await secretKey(["pki:read"]);
    const works = async (token: string) => (await code("pkiAdmin/listHosts", {}, bearer(token))) === 0;
    const first = (await loginWith(key, [])).accessToken;
    await call("user/updateApiKey", { apiKeyId: key.apiKeyId, enabled: false }, owner);
    expect(await works(first)).toBe(false);
    await call("user/updateApiKey", { apiKeyId: key.apiKeyId, enabled: true }, owner);
    expect(await works(first)).toBe(false);
    const second = (await loginWith(key, [])).accessToken;
    expect(await works(second)).toBe(true);
    await call("user/deleteApiKey", { apiKeyId: key.apiKeyId }, owner);
    expect(await works(second)).toBe(false);
    expect((await sql("select * from sessions where apiKeyId = ?", key.apiKeyId)).results).toEqual([]);
  });

  test("of what is not there is 71", async () => {
    for (const method of ["user/getApiKey", "user/updateApiKey", "user/deleteApiKey"]) {
      expect((await rpc(method, { apiKeyId: "unknown" }, owner)).error?.code).toBe(71);
    }
  });

  test("an update changes what it names and leaves the rest", async () => {
    const apiKeyId = await addKey({ maxScope: ["pki:read", "ipAddr:203.0.113.7"] });
    await call("user/updateApiKey", { apiKeyId, name: "renamed" }, owner);
    expect(await get(apiKeyId)).toMatchObject({
      name: "renamed",
      enabled: true,
      maxScope: ["pki:read", "ipAddr:203.0.113.7"],
    });
    await call("user/updateApiKey", { apiKeyId, maxScope: [] }, owner);
    expect(await get(apiKeyId)).toMatchObject({ name: "renamed", enabled: true, maxScope: [] });
    await call("user/updateApiKey", { apiKeyId }, owner);
    expect(await get(apiKeyId)).toMatchObject({ name: "renamed", enabled: true, maxScope: [] });
  });
});
