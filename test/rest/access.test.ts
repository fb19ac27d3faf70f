import { beforeAll, describe, expect, test } from "vitest";
import { bearer, call, ownerKey, tokenFor } from "../support";
import { addKey, basic, freshSshKey, keysPath, makeUser, rest, type TestUser } from "./support";

let admin: string;
let joe: TestUser;
let ann: TestUser;
let joesKey: string;
let annsKey: string;

beforeAll(async () => {
  admin = await tokenFor();
  joe = await makeUser(["ssh:self"]);
  ann = await makeUser(["ssh:self"]);
  joesKey = await addKey(joe.id);
  annsKey = await addKey(ann.id);
});

const NOBODY = crypto.randomUUID();
const body = async () => ({ name: "new", public_key: await freshSshKey() });

describe("with ssh:self", () => {
  test("`current` and one's own id mean the same", async () => {
    for (const id of ["current", joe.id]) {
      const list = await rest("GET", keysPath(id), { token: joe.token });
      expect([list.status, list.json.items.map((k: { id: string }) => k.id)]).toEqual([200, [joesKey]]);
      expect((await rest("GET", keysPath(id, joesKey), { token: joe.token })).status).toBe(200);
      const put = await rest("PUT", keysPath(id, joesKey), { token: joe.token, body: await body() });
      expect([put.status, put.json.updated_by]).toEqual([200, joe.id]);
      const made = await rest("POST", keysPath(id), { token: joe.token, body: await body() });
      expect(made.status).toBe(201);
      expect((await rest("DELETE", keysPath(id, made.json.id), { token: joe.token })).status).toBe(200);
    }
  });

  test("any other id is 403 with the same answer, whether it exists or not", async () => {
    const good = await body();
    const answers = async (userId: string, keyId: string) =>
      Promise.all([
        rest("GET", keysPath(userId), { token: joe.token }),
        rest("POST", keysPath(userId), { token: joe.token, body: good }),
        rest("GET", keysPath(userId, keyId), { token: joe.token }),
        rest("PUT", keysPath(userId, keyId), { token: joe.token, body: good }),
        rest("DELETE", keysPath(userId, keyId), { token: joe.token }),
        rest("GET", `/role-store/api/v1/users/${userId}`, { token: joe.token }),
      ]);
    const ofAnn = await answers(ann.id, annsKey);
    expect(ofAnn.map((a) => [a.status, a.json.error_code])).toEqual(
      Array(6).fill([403, "PERMISSION_DENIED"]),
    );
    const ofNobody = await answers(NOBODY, NOBODY);
    expect(ofNobody.map((a) => a.text)).toEqual(ofAnn.map((a) => a.text));
    expect((await rest("GET", keysPath(ann.id, annsKey), { token: admin })).status).toBe(200);
  });

  test("another's key under one's own path is 404", async () => {
    for (const id of ["current", joe.id]) {
      expect((await rest("GET", keysPath(id, annsKey), { token: joe.token })).status).toBe(404);
      expect(
        (await rest("PUT", keysPath(id, annsKey), { token: joe.token, body: await body() })).status,
      ).toBe(404);
      expect((await rest("DELETE", keysPath(id, annsKey), { token: joe.token })).status).toBe(404);
    }
    expect((await rest("GET", keysPath(ann.id, annsKey), { token: admin })).status).toBe(200);
  });
});

describe("an administrator", () => {
  test("reaches a key only under its own user's path", async () => {
    const wrong = keysPath(ann.id, joesKey);
    expect((await rest("GET", wrong, { token: admin })).json.error_code).toBe("OBJECT_NOT_FOUND");
    expect((await rest("PUT", wrong, { token: admin, body: await body() })).status).toBe(404);
    expect((await rest("DELETE", wrong, { token: admin })).status).toBe(404);
    expect((await rest("GET", keysPath(joe.id, joesKey), { token: admin })).status).toBe(200);
  });

  test("is told of a user that does not exist", async () => {
    expect((await rest("GET", keysPath(NOBODY), { token: admin })).status).toBe(404);
    expect((await rest("POST", keysPath(NOBODY), { token: admin, body: await body() })).status).toBe(404);
    expect((await rest("GET", keysPath(NOBODY, joesKey), { token: admin })).status).toBe(404);
    expect((await rest("GET", `/role-store/api/v1/users/${NOBODY}`, { token: admin })).status).toBe(404);
  });
});

const READS_ALL = [
  ["GET", "/role-store/api/v1/authorizedkeys"],
  ["POST", "/role-store/api/v1/authorizedkeys/resolve"],
  ["POST", "/role-store/api/v1/users/search"],
  ["GET", "/ssh/authorized_keys/joe"],
  ["GET", "/ssh/allowed_signers"],
] as const;
const USER_STORE = [
  ["GET", "/local-user-store/api/v1/users", "user:read"],
  ["POST", "/local-user-store/api/v1/users", "user:write"],
  ["GET", `/local-user-store/api/v1/users/${NOBODY}`, "user:read"],
  ["PUT", `/local-user-store/api/v1/users/${NOBODY}`, "user:write"],
  ["DELETE", `/local-user-store/api/v1/users/${NOBODY}`, "user:write"],
] as const;
const SELF = [
  ["GET", keysPath("current"), "ssh:read"],
  ["GET", keysPath("current", NOBODY), "ssh:read"],
  ["POST", keysPath("current"), "ssh:write"],
  ["PUT", keysPath("current", NOBODY), "ssh:write"],
  ["DELETE", keysPath("current", NOBODY), "ssh:write"],
] as const;

describe("scopes", () => {
  test.each([...READS_ALL, ...USER_STORE, ...SELF].map(([method, path]) => ({ method, path })))(
    "$method $path without credentials is 401",
    async ({ method, path }) => {
      const answer = await rest(method, path);
      expect([answer.status, answer.json.error_code]).toEqual([401, "UNAUTHORIZED"]);
      expect(answer.headers.has("www-authenticate")).toBe(false);
    },
  );

  test.each(READS_ALL)("%s %s needs ssh:read", async (method, path) => {
    const sent = method === "POST" ? { body: {} } : {};
    for (const scope of ["ssh:self", "ssh:write", "pki:write", "audit:read"]) {
      expect((await rest(method, path, { token: await tokenFor(scope), ...sent })).status).toBe(403);
    }
    expect((await rest(method, path, { token: await tokenFor("ssh:read"), ...sent })).status).not.toBe(403);
  });

  test.each(USER_STORE)("%s %s needs %s", async (method, path, scope) => {
    const sent = method === "POST" || method === "PUT" ? { body: {} } : {};
    const others = ["ssh:read", "ssh:write", "user:read", "user:write"].filter((s) => s !== scope);
    for (const other of others) {
      expect((await rest(method, path, { token: await tokenFor(other), ...sent })).status).toBe(403);
    }
    expect((await rest(method, path, { token: await tokenFor(scope), ...sent })).status).not.toBe(403);
  });

  test.each(SELF)("%s %s is open to ssh:self and %s, and to no other", async (method, path, scope) => {
    const sent = method === "POST" || method === "PUT" ? { body: {} } : {};
    const other = scope === "ssh:read" ? "ssh:write" : "ssh:read";
    for (const wrong of [other, "pki:read", "pki:write"]) {
      expect((await rest(method, path, { token: await tokenFor(wrong), ...sent })).status).toBe(403);
    }
    for (const good of ["ssh:self", scope]) {
      expect((await rest(method, path, { token: await tokenFor(good), ...sent })).status).not.toBe(403);
    }
  });

  test("the import needs ssh:write", async () => {
    const path = `${keysPath("current")}/import`;
    const sent = { body: "", headers: { "content-type": "text/plain" } };
    expect((await rest("POST", path, { token: joe.token, ...sent })).status).toBe(403);
    expect((await rest("POST", path, { token: await tokenFor("ssh:read"), ...sent })).status).toBe(403);
    expect((await rest("POST", path, { token: await tokenFor("ssh:write"), ...sent })).status).toBe(200);
  });

  test("who may not call is told so before what is wrong with the call", async () => {
    const malformed = { body: "{", headers: { "content-type": "application/json" } };
    expect((await rest("POST", keysPath("current"), malformed)).status).toBe(401);
    expect(
      (await rest("POST", keysPath("current"), { token: await tokenFor("pki:read"), ...malformed })).status,
    ).toBe(403);
  });

  test("any credential may ask who it is", async () => {
    for (const token of [joe.token, await tokenFor("pki:read")]) {
      expect((await rest("GET", "/role-store/api/v1/users/current", { token })).status).toBe(200);
    }
  });
});

describe("credentials", () => {
  const path = "/role-store/api/v1/users/current";

  test("Basic, X-User-Token and Bearer work alike", async () => {
    for (const headers of [
      basic(joe.key),
      { "x-user-token": joe.token },
      { authorization: `bearer ${joe.token}` },
    ]) {
      expect((await rest("GET", path, { headers })).json).toMatchObject({
        id: joe.id,
        principal: joe.username,
      });
    }
  });

  test("a pmx-hmac-sha256 signature covers method, path, query and body, and works once", async () => {
    const { apiKeyId, apiKeySecret } = await ownerKey();
    const signed = async (method: string, target: string, text: string, nonce: string) => {
      const timestamp = Date.now();
      const bytes = new TextEncoder();
      const key = await crypto.subtle.importKey(
        "raw",
        bytes.encode(apiKeySecret),
        { name: "HMAC", hash: "SHA-256" },
        false,
        ["sign"],
      );
      const mac = await crypto.subtle.sign(
        "HMAC",
        key,
        bytes.encode(`${timestamp};${nonce};${method}\n${target}\n${text}\n`),
      );
      const signature = btoa(String.fromCharCode(...new Uint8Array(mac).subarray(0, 20)));
      return { authorization: `pmx-hmac-sha256 ${apiKeyId};1;${timestamp};${nonce};${signature}` };
    };
    const target = `${keysPath(joe.id)}?x=1`;
    const text = JSON.stringify(await body());
    const json = { "content-type": "application/json" };
    const headers = { ...json, ...(await signed("POST", target, text, "n1")) };
    expect((await rest("POST", keysPath(joe.id), { headers, body: text })).status).toBe(401);
    expect((await rest("POST", target, { headers, body: text })).status).toBe(201);
    expect((await rest("POST", target, { headers, body: text })).status).toBe(401);
    const broken = { ...json, ...(await signed("POST", target, "{", "n2")) };
    expect((await rest("POST", target, { headers: broken, body: "{" })).status).toBe(400);
  });

  test.each([
    ["a malformed token", { authorization: "Bearer nonsense" }],
    ["a wrong secret", basic({ apiKeyId: "7Q1xMZcDNWwRtLPaT4kSGb", apiKeySecret: "wrong" })],
    ["a scheme that is not known", { authorization: "Digest x" }],
  ])("%s is 401", async (_name, headers) => {
    expect((await rest("GET", path, { headers })).status).toBe(401);
  });

  test("a token of a deleted API key is 401", async () => {
    const user = await makeUser();
    await call("user/deleteApiKey", { apiKeyId: user.key.apiKeyId, userId: user.id }, bearer(admin));
    expect((await rest("GET", path, { token: user.token })).status).toBe(401);
  });
});
