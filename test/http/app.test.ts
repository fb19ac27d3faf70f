import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import type { Env } from "../../src/config";
import { logsOf } from "../logs";
import { emptyDatabase, sql } from "../seed";
import { bearer, ownerKey, post, type RpcAnswer, send, tokenFor } from "../support";

describe("every answer carries the security headers and a request id", () => {
  test.each<[string, string, RequestInit, object]>([
    ["200", "/main", { method: "POST", body: "{}", headers: { "content-type": "application/json" } }, {}],
    [
      "204",
      "/main",
      {
        method: "OPTIONS",
        headers: { origin: "https://a.example.com", "access-control-request-method": "POST" },
      },
      { CORS_ORIGINS: "*" },
    ],
    ["404", "/nothing", {}, {}],
    ["405", "/main", {}, {}],
    ["503", "/main", { method: "POST" }, { MASTER_SECRET: "" }],
    ["200", "/health", {}, {}],
    ["200", "/ready", {}, {}],
    ["200", "/.well-known/jwks.json", {}, {}],
  ])("%s of %s", async (status, path, init, settings) => {
    const { status: answered, headers } = await send(path, init, { env: settings });
    expect(answered).toBe(Number(status));
    expect(Object.fromEntries(headers)).toMatchObject({
      "content-security-policy": expect.stringContaining("default-src 'none'"),
      "strict-transport-security": expect.stringContaining("max-age="),
      "x-content-type-options": "nosniff",
      "x-request-id": expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
  });

  test("what a browser may follow or show tells nobody where it came from", async () => {
    const query = "response_type=code&client_id=privx-ui&redirect_uri=/x&state=s&code_challenge_method=S256";
    const challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
    const redirect = await send(`/auth/api/v1/oauth/authorize?${query}&code_challenge=${challenge}`, {
      redirect: "manual",
    });
    expect(redirect.headers.get("location")).toContain("token=");
    for (const { headers } of [redirect, await send("/nothing")]) {
      expect(headers.get("referrer-policy")).toBe("no-referrer");
      expect(headers.get("cross-origin-opener-policy")).toBe("same-origin");
    }
  });

  test("nothing but public keys may be stored by caches", async () => {
    expect((await post({})).headers.get("cache-control")).toBe("no-store");
    expect((await send("/health")).headers.get("cache-control")).toBe("no-store");
  });
});

describe("paths", () => {
  test.each([
    "/",
    "/Main",
    "/main/",
    "/main/x",
    "//main",
    "/main%20",
    "/favicon.ico",
    "/.well-known/jwks.json/",
  ])("%s is 404", async (path) => {
    for (const method of ["GET", "POST"]) {
      expect((await send(`https://veridge.example.com${path}`, { method })).status).toBe(404);
    }
  });

  test("/health answers as long as the process does", async () => {
    const response = await send("/health", {}, { env: { MASTER_SECRET: "", DB: undefined as never } });
    expect([response.status, await response.json()]).toEqual([200, { status: "ok" }]);
  });
});

describe("/ready", () => {
  const failing = { get: () => Promise.reject(new Error("KV down")) } as unknown as KVNamespace;
  const failingDb = {
    prepare: () => ({ bind: () => ({ first: () => Promise.reject(new Error("D1 down")) }) }),
  } as unknown as D1Database;

  test("is 200 where all is there", async () => {
    const response = await send("/ready");
    expect([response.status, await response.json()]).toEqual([200, { status: "ready" }]);
  });

  test.each<[string, object, string[]]>([
    ["the secret is missing", { MASTER_SECRET: "" }, ["secrets"]],
    ["the secret is too short", { MASTER_SECRET: "c2hvcnQ=" }, ["secrets"]],
    ["KV fails", { KV: failing }, ["kv"]],
    ["D1 fails", { DB: failingDb }, ["database"]],
    ["all of it fails", { MASTER_SECRET: "", KV: failing, DB: failingDb }, ["secrets", "database", "kv"]],
  ])("is 503 where %s, and says what", async (_what, settings, failed) => {
    let response: Response | undefined;
    const lines = await logsOf(async () => {
      response = await send("/ready", {}, { env: settings });
    });
    expect([response?.status, await response?.json()]).toEqual([503, { status: "not ready", failed }]);
    expect(lines.map((l) => [l.event, l.check])).toEqual(failed.map((check) => ["not ready", check]));
  });

  test("is 503 where the newest migration is not applied", async () => {
    const newest = env.TEST_MIGRATIONS.at(-1)?.name;
    await sql("delete from d1_migrations where name = ?", newest);
    expect((await send("/ready")).status).toBe(503);
    await emptyDatabase();
    expect((await send("/ready")).status).toBe(200);
  });
});

describe("an unforeseen exception", () => {
  const broken = {
    withSession: () => {
      throw new Error("secret detail of the database");
    },
  } as unknown as D1Database;

  test("is -32603 with an id that also stands in the log, and nothing else", async () => {
    const authorization = `Bearer ${await tokenFor()}`;
    for (const method of ["pkiAdmin/listHosts", "user/deleteSession"]) {
      let answer: RpcAnswer | undefined;
      let requestId: string | null = null;
      const lines = await logsOf(async () => {
        const body = {
          jsonrpc: "2.0",
          id: 7,
          method,
          params: method.startsWith("user") ? { sessionId: "x" } : {},
        };
        const response = await post(body, { headers: { authorization }, setup: { env: { DB: broken } } });
        expect(response.status).toBe(200);
        requestId = response.headers.get("x-request-id");
        answer = await response.json();
      });
      expect(answer).toEqual({
        jsonrpc: "2.0",
        id: 7,
        error: { code: -32603, message: "Internal error", data: requestId },
      });
      expect(lines[0]).toMatchObject({
        level: "error",
        event: "unforeseen exception",
        requestId,
        error: "Error: secret detail of the database",
      });
    }
  });

  test("in one call of a batch leaves the others alone", async () => {
    let trips = 0;
    const flaky = {
      withSession: (start: string) => {
        trips += 1;
        if (trips === 2) throw new Error("gone for a moment");
        return env.DB.withSession(start);
      },
    } as unknown as D1Database;
    const { apiKeyId } = await ownerKey();
    const set = { jsonrpc: "2.0", id: 1, method: "user/updateApiKey", params: { apiKeyId, name: "renamed" } };
    const read = { jsonrpc: "2.0", id: 2, method: "user/listApiKeys" };
    const body = [set, read];
    const sent = bearer(await tokenFor());
    const answers = await (await post(body, { ...sent, setup: { env: { DB: flaky } } })).json<RpcAnswer[]>();
    expect(answers.map((a) => a.error?.code ?? 0)).toEqual([-32603, 0]);
  });

  test("before there is an envelope is -32603 too, never a stack or an error page", async () => {
    const limiter = { limit: () => Promise.reject(new Error("limiter down")) } as unknown as RateLimit;
    const lines = await logsOf(async () => {
      const response = await post({}, { setup: { env: { REQUEST_LIMIT: limiter, RATE_LIMIT: "on" } } });
      expect(await response.json()).toEqual({
        jsonrpc: "2.0",
        id: null,
        error: { code: -32603, message: "Internal error", data: response.headers.get("x-request-id") },
      });
      expect(response.status).toBe(200);
    });
    expect(lines).toMatchObject([{ level: "error", event: "unforeseen exception" }]);
  });

  test("in the making of the answer itself is -32603 too", async () => {
    const noSocket = { newUniqueId: () => "id", get: () => ({ fetch: () => new Response() }) };
    const setup = { env: { CONNECTION: noSocket as unknown as Env["CONNECTION"] } };
    const lines = await logsOf(async () => {
      const response = await send("/main", { headers: { upgrade: "websocket" } }, setup);
      expect(response.headers.get("x-content-type-options")).toBe("nosniff");
      expect(await response.json()).toMatchObject({ error: { code: -32603 } });
    });
    expect(lines).toMatchObject([{ level: "error", event: "unforeseen exception" }]);
  });
});

describe("the log", () => {
  test("has a line for what was refused, with nothing of what was sent", async () => {
    const { apiKeyId, apiKeySecret } = await ownerKey();
    const sent = { ...bearer(await tokenFor()) };
    const lines = await logsOf(async () => {
      const login = {
        grantType: "client_credentials",
        clientId: apiKeyId,
        clientSecret: `${apiKeySecret}x`,
        scope: [],
      };
      await post({ jsonrpc: "2.0", id: 1, method: "auth/token", params: login });
      await post(
        {
          jsonrpc: "2.0",
          id: 1,
          method: "user/addApiKey",
          params: { type: "secret", name: "n", clientSecret: apiKeySecret, maxScope: [] },
        },
        sent,
      );
      await post({ jsonrpc: "2.0", id: 1, method: "pkiAdmin/listHosts" }, sent);
      await send("/main?secret=query", { method: "POST", headers: { "x-user-token": apiKeySecret } });
    });
    expect(lines.map((l) => [l.event, l.method, l.code])).toEqual([["refused", "auth/token", 12]]);
    for (const secret of [apiKeySecret, "query", "Bearer"])
      expect(JSON.stringify(lines)).not.toContain(secret);
  });

  test("cuts texts to 256 characters", async () => {
    const failing = { get: () => Promise.reject(new Error("x".repeat(1000))) } as unknown as KVNamespace;
    const [line] = await logsOf(() => send("/ready", {}, { env: { KV: failing } }));
    expect(line?.error).toHaveLength(256);
  });
});

describe("a D1 bookmark", () => {
  test("is given with what was read, and taken back", async () => {
    const sent = bearer(await tokenFor());
    const first = await post({ jsonrpc: "2.0", id: 1, method: "pkiAdmin/listHosts" }, sent);
    const bookmark = first.headers.get("x-d1-bookmark") as string;
    expect(bookmark).toMatch(/^[0-9a-f-]+$/);
    const headers = { ...sent.headers, "x-d1-bookmark": bookmark };
    expect((await post({ jsonrpc: "2.0", id: 1, method: "pkiAdmin/listHosts" }, { headers })).status).toBe(
      200,
    );
  });

  const open = { env: { PUBLIC_READ: "true" } };
  const read = {
    jsonrpc: "2.0",
    id: 1,
    method: "pki/getHost",
    params: { hostUrl: "https://none.example.com" },
  };

  /** D1 as it is where it knows no such bookmark; the simulator takes any. */
  const refusing = {
    withSession: (start: string) => {
      if (!start.startsWith("first-")) throw new Error("D1_ERROR: invalid bookmark");
      return env.DB.withSession(start);
    },
  } as unknown as D1Database;

  test.each([
    ["over 256 characters", "0".repeat(257)],
    ["refused by D1", "no bookmark at all"],
  ])("%s is ignored, with a log line", async (_what, bookmark) => {
    const setup = { env: { ...open.env, DB: refusing } };
    const lines = await logsOf(async () => {
      const response = await post(read, { headers: { "x-d1-bookmark": bookmark }, setup });
      expect((await response.json<RpcAnswer>()).error?.code).toBe(87);
      expect(response.headers.get("x-d1-bookmark")).not.toBe(bookmark);
    });
    expect(lines[0]).toMatchObject({ level: "warn", event: expect.stringMatching(/^bookmark ignored/) });
    expect(JSON.stringify(lines)).not.toContain(bookmark);
  });
});
