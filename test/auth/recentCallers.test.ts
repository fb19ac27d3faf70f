import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test } from "vitest";
import { KEY_OWNER } from "../../src/methods/examples";
import { counted } from "../counting";
import { sql } from "../seed";
import { type ClientKey, secretKey } from "../signing";
import { bearer, call, code, login, loginWith, tokenFor } from "../support";

/** A read that is always answered by the database. */
const READ = "pki/getCurrentKey";
const PARAMS = KEY_OWNER;

let key: ClientKey;
let token: string;
const clock = { now: Date.now() };

beforeEach(async () => {
  await sql("delete from api_keys where name = 'read'");
  key = await secretKey(["user:read_write"], "read");
  clock.now = Date.now();
  token = (await loginWith(key, ["user:read"])).accessToken;
});

const sent = (more: object = {}) => bearer(token, { env: more, runtime: { now: () => clock.now } });
const read = (more: object = {}) => code(READ, PARAMS, sent(more));
/** The session ends behind this isolate's back, as one that another isolate ended. */
const endElsewhere = () => sql("delete from sessions where apiKeyId = ?", key.apiKeyId);
const WORKS = 79;

describe("a read of public keys may reuse a check", () => {
  test("up to 10 s old", async () => {
    expect(await read()).toBe(WORKS);
    await endElsewhere();
    clock.now += 9_999;
    expect(await read()).toBe(WORKS);
    clock.now += 1;
    expect(await read()).toBe(14);
  });

  test("up to READ_AUTH_CACHE_SECONDS old", async () => {
    const cache = { READ_AUTH_CACHE_SECONDS: "60" };
    expect(await read(cache)).toBe(WORKS);
    await endElsewhere();
    clock.now += 59_999;
    expect(await read(cache)).toBe(WORKS);
    clock.now += 1;
    expect(await read(cache)).toBe(14);
  });

  test("never where that is 0, nor one from the future", async () => {
    expect(await read()).toBe(WORKS);
    await endElsewhere();
    expect(await read({ READ_AUTH_CACHE_SECONDS: "0" })).toBe(14);
    clock.now -= 1;
    expect(await read()).toBe(14);
  });

  test("but is not in force longer than its token", async () => {
    token = (await loginWith(key, ["user:read", "expires:5000"], { runtime: { now: () => clock.now } }))
      .accessToken;
    expect(await read()).toBe(WORKS);
    clock.now += 4_999;
    expect(await read()).toBe(WORKS);
    clock.now += 1;
    expect(await read()).toBe(14);
  });

  test("and then asks for no session, in the same single trip", async () => {
    const { DB, cost } = counted();
    await read({ DB });
    await read({ DB });
    expect([cost.trips, cost.asked.length]).toEqual([2, 3]);
  });
});

describe("every other call checks each time", () => {
  test.each([
    ["pkiAdmin/listHosts", {}],
    ["user/listSessions", {}],
    ["user/listApiKeys", {}],
  ])("%s", async (method, params) => {
    expect(await read()).toBe(WORKS);
    expect(await code(method, params, sent())).toBe(0);
    await endElsewhere();
    expect(await read()).toBe(WORKS);
    expect(await code(method, params, sent())).toBe(14);
    expect(await read()).toBe(14); // Now this isolate knows.
  });

  test("by Basic, whose key may be disabled any time", async () => {
    const headers = { authorization: `Basic ${btoa(`${key.apiKeyId}:${key.apiKeySecret}`)}` };
    expect(await code(READ, PARAMS, { headers })).toBe(WORKS);
    await sql("update api_keys set enabled = 0 where id = ?", key.apiKeyId);
    expect(await code(READ, PARAMS, { headers })).toBe(14);
  });

  test("by a token that is bound, or whose key is", async () => {
    const { accessToken } = await login(["pki:read", "ipAddr:203.0.113.7"]);
    const headers = { authorization: `Bearer ${accessToken}`, "cf-connecting-ip": "203.0.113.7" };
    expect(await code(READ, PARAMS, { headers })).toBe(WORKS);
    await sql("delete from sessions");
    expect(await code(READ, PARAMS, { headers })).toBe(14);
  });
});

describe("a revocation in the same isolate counts at once", () => {
  test.each<[string, () => Promise<[string, object]>]>([
    ["deleting the key", async () => ["user/deleteApiKey", { apiKeyId: key.apiKeyId }]],
    ["disabling the key", async () => ["user/updateApiKey", { apiKeyId: key.apiKeyId, enabled: false }]],
    [
      "binding the key",
      async () => [
        "user/updateApiKey",
        { apiKeyId: key.apiKeyId, maxScope: ["user:read", "ipAddr:203.0.113.7"] },
      ],
    ],
    [
      "ending the session",
      async () => {
        const { list } = await call("user/listSessions", {}, sent());
        return [
          "user/deleteSession",
          { sessionId: list.find((s: { current: boolean }) => s.current).sessionId },
        ];
      },
    ],
  ])("by %s", async (_what, revocation) => {
    const [method, params] = await revocation();
    const owner = bearer(await tokenFor());
    expect(await read()).toBe(WORKS);
    await call(method, params, owner);
    expect(await read()).toBe(14);
  });

  test("also for a look-up that was under way meanwhile", async () => {
    const owner = bearer(await tokenFor());
    const lookedUp = Promise.withResolvers<void>();
    const revoked = Promise.withResolvers<void>();
    const slow = {
      withSession(start: string) {
        const session = env.DB.withSession(start);
        const batch = async (statements: D1PreparedStatement[]) => {
          const results = await session.batch(statements);
          lookedUp.resolve();
          await revoked.promise;
          return results;
        };
        return { prepare: session.prepare.bind(session), batch, getBookmark: () => null };
      },
    } as unknown as D1Database;
    const underWay = read({ DB: slow });
    await lookedUp.promise;
    await call("user/deleteApiKey", { apiKeyId: key.apiKeyId }, owner);
    revoked.resolve();
    expect(await underWay).toBe(WORKS);
    expect(await read()).toBe(14);
  });

  test("by narrowing the key: 73", async () => {
    const owner = bearer(await tokenFor());
    expect(await read()).toBe(WORKS);
    await call("user/updateApiKey", { apiKeyId: key.apiKeyId, maxScope: ["pki:write"] }, owner);
    expect(await read()).toBe(73);
  });

  test("by refreshing: the old access token is 14", async () => {
    const tokens = await loginWith(key, ["pki:read"]);
    token = tokens.accessToken;
    expect(await read()).toBe(WORKS);
    await call("auth/token", { grantType: "refresh_token", refreshToken: tokens.refreshToken });
    expect(await read()).toBe(14);
  });
});
