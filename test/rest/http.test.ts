import { beforeAll, describe, expect, test } from "vitest";
import packageJson from "../../package.json";
import { send, tokenFor } from "../support";
import { freshSshKey, keysPath, rest } from "./support";

let admin: string;
beforeAll(async () => {
  admin = await tokenFor();
});

const CURRENT = keysPath("current");
const over = (period = 60) => ({ limit: async () => ({ success: false }), period }) as unknown as RateLimit;

test.each(["role-store", "auth", "local-user-store"])("the status of %s is open to all", async (service) => {
  const { status, json } = await rest("GET", `/${service}/api/v1/status`);
  expect(status).toBe(200);
  expect(json).toEqual({
    variant: "veridge",
    version: packageJson.version,
    api_version: "v1",
    status: "OK",
    status_message: "OK",
  });
});

describe("paths and methods", () => {
  test.each([
    "/role-store/api/v1/roles",
    "/local-user-store/api/v1/users/x/password",
    "/auth/api/v1/token/login",
    "/ssh/nothing",
  ])("%s is unknown: 404", async (path) => {
    const { status, json } = await rest("GET", path, { token: admin });
    expect([status, json.error_code]).toEqual([404, "OBJECT_NOT_FOUND"]);
  });

  test.each([
    ["PATCH", CURRENT, "GET, POST"],
    ["POST", keysPath("current", "x"), "GET, PUT, DELETE"],
    ["GET", "/auth/api/v1/oauth/token", "POST"],
    ["POST", "/ssh/allowed_signers", "GET"],
  ])("%s %s is 405, with Allow: %3$s", async (method, path, allow) => {
    const { status, json, headers } = await rest(method, path, { token: admin });
    expect([status, json.error_code, headers.get("allow")]).toEqual([405, "METHOD_NOT_ALLOWED", allow]);
  });

  test("an id with a control character is 400", async () => {
    const { status, json } = await rest("GET", keysPath("a%0Ab"), { token: admin });
    expect([status, json.property]).toEqual([400, "user_id"]);
  });
});

describe("bounds", () => {
  test("a body over 256 KiB is 413", async () => {
    const body = JSON.stringify({ name: "x".repeat(256 * 1024) });
    const answer = await rest("POST", CURRENT, {
      token: admin,
      body,
      headers: { "content-type": "application/json" },
    });
    expect([answer.status, answer.json.error_code]).toEqual([413, "TOO_LARGE"]);
  });

  test("an answer names at most 100 bad fields", async () => {
    const typos = Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`typo${i}`, 1]));
    const body = { name: "x", public_key: await freshSshKey(), ...typos };
    const answer = await rest("POST", CURRENT, { token: admin, body });
    expect([answer.status, answer.json.details.length]).toEqual([400, 100]);
  });

  test("over a rate limit it is 429 with Retry-After, in PrivX's form", async () => {
    const answer = await rest("GET", CURRENT, {
      token: admin,
      env: { RATE_LIMIT: "on", REQUEST_LIMIT: over() },
    });
    expect([answer.status, answer.json.error_code, answer.headers.get("retry-after")]).toEqual([
      429,
      "RATE_LIMITED",
      "60",
    ]);
  });

  test.each([
    ["POST", "/auth/api/v1/oauth/token", {}],
    ["POST", "/auth/api/v1/login", {}],
    ["GET", CURRENT, { authorization: `Basic ${btoa("a:b")}` }],
  ])("a check of a secret counts against the stricter limit: %s %s", async (method, path, headers) => {
    const limited = { RATE_LIMIT: "on", SECRET_LIMIT: over() };
    const answer = await rest(method, path, { headers, env: limited });
    expect([answer.status, answer.json.error_code]).toEqual([429, "RATE_LIMITED"]);
  });

  test("a token does not count against it", async () => {
    const limited = { RATE_LIMIT: "on", SECRET_LIMIT: over() };
    expect((await rest("GET", CURRENT, { token: admin, env: limited })).status).toBe(200);
  });
});

describe("pages of other origins", () => {
  const origin = "https://evil.example.com";

  test("may not write", async () => {
    const body = { name: "x", public_key: await freshSshKey() };
    const answer = await rest("POST", CURRENT, { token: admin, body, headers: { origin } });
    expect([answer.status, answer.json.error_code]).toEqual([403, "PERMISSION_DENIED"]);
    expect(answer.headers.get("access-control-allow-origin")).toBeNull();
    const login = await rest("POST", "/auth/api/v1/login", { body: {}, headers: { origin } });
    expect([login.status, login.json.error]).toEqual([403, "access_denied"]);
  });

  test("may read with a token of their own, and write where they are listed", async () => {
    expect((await rest("GET", CURRENT, { token: admin, headers: { origin } })).status).toBe(200);
    const body = { name: "x", public_key: await freshSshKey() };
    const listed = { CORS_ORIGINS: origin };
    const answer = await rest("POST", CURRENT, { token: admin, body, headers: { origin }, env: listed });
    expect([answer.status, answer.headers.get("access-control-allow-origin")]).toEqual([201, origin]);
  });

  test("get an answer to a preflight only where they are listed", async () => {
    const headers = { origin, "access-control-request-method": "DELETE" };
    const refused = await send(CURRENT, { method: "OPTIONS", headers });
    expect(refused.headers.get("access-control-allow-methods")).toBeNull();
    const allowed = await send(CURRENT, { method: "OPTIONS", headers }, { env: { CORS_ORIGINS: origin } });
    expect([allowed.status, allowed.headers.get("access-control-allow-methods")]).toEqual([
      204,
      "GET, POST, PUT, DELETE",
    ]);
  });
});

describe("answers", () => {
  test("are not to be kept, and carry the request's id", async () => {
    const { headers } = await rest("GET", CURRENT, { token: admin });
    expect(headers.get("cache-control")).toBe("no-store");
    expect(headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
  });

  test("to an unforeseen failure of the database are 500 with an id, and say nothing else", async () => {
    const DB = {
      withSession: () => {
        throw new Error("secret detail");
      },
    } as unknown as D1Database;
    const answer = await rest("GET", CURRENT, { token: admin, env: { DB } });
    expect([answer.status, answer.json.error_code]).toEqual([500, "GENERAL_ERROR"]);
    expect(answer.json.error_message).toBe(answer.headers.get("x-request-id"));
    expect(answer.text).not.toContain("secret detail");
  });
});
