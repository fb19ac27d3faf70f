import { env } from "cloudflare:workers";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { fromBase64Url, toBase64Url } from "../../src/bytes";
import { sweep } from "../../src/jobs/sweep";
import { ACCESS_TOKEN_MS, REFRESH_TOKEN_MS } from "../../src/limits";
import { counted } from "../counting";
import { sql } from "../seed";
import { type ClientKey, secretKey } from "../signing";
import { bearer, call, code, loginWith, type RpcAnswer, rpc, tokenFor } from "../support";

let key: ClientKey;

beforeAll(async () => {
  key = await secretKey();
});
beforeEach(() => sql("delete from sessions"));

const login = (scope: string[] = [], now?: number) =>
  loginWith(key, scope, now === undefined ? {} : { runtime: { now: () => now } });
const refreshing = (refreshToken: string) =>
  ["auth/token", { grantType: "refresh_token", refreshToken }] as const;
const refresh = (refreshToken: string) => call(...refreshing(refreshToken));
const refreshCode = (refreshToken: string, now = Date.now()) =>
  code(...refreshing(refreshToken), { setup: { runtime: { now: () => now } } });
const useCode = (accessToken: string, now = Date.now()) =>
  code("pkiAdmin/listHosts", {}, bearer(accessToken, { runtime: { now: () => now } }));
const sessionCount = async () => (await sql("select id from sessions")).results.length;

/** The real database, on which something else happens before the n-th round trip. */
function beforeTrip(n: number, act: () => Promise<void>): D1Database {
  const { DB, cost } = counted({
    withSession(start: string) {
      const session = env.DB.withSession(start);
      return {
        prepare: (text: string) => session.prepare(text),
        getBookmark: () => session.getBookmark(),
        async batch(statements: D1PreparedStatement[]) {
          if (cost.trips === n) await act();
          return session.batch(statements);
        },
      };
    },
  } as unknown as D1Database);
  return DB;
}

describe("a refresh", () => {
  test("gives a new pair of the same scope and ends the old one", async () => {
    const first = await login(["pki:read", "session:a", "expires:60000", "mine"]);
    const second = await refresh(first.refreshToken);
    expect(second).toEqual({
      accessToken: expect.any(String),
      accessTokenExpiresIn: 60_000,
      refreshToken: expect.any(String),
      refreshTokenExpiresIn: REFRESH_TOKEN_MS,
      tokenType: "Bearer",
      scope: ["pki:read", "session:a", "expires:60000", "mine"],
      sessionName: "a",
    });
    expect(await useCode(second.accessToken)).toBe(0);
    expect(await useCode(first.accessToken)).toBe(14);
    expect(await refreshCode(first.refreshToken)).toBe(75);
  });

  test("of a spent token ends the session: it has leaked", async () => {
    const first = await login();
    const second = await refresh(first.refreshToken);
    expect(await refreshCode(first.refreshToken)).toBe(75);
    expect(await useCode(second.accessToken)).toBe(14);
    expect(await refreshCode(second.refreshToken)).toBe(75);
    expect(await sessionCount()).toBe(0);
  });

  test("of a token spent two refreshes ago ends the session too", async () => {
    const first = await login();
    const third = await refresh((await refresh(first.refreshToken)).refreshToken);
    expect(await refreshCode(first.refreshToken)).toBe(75);
    expect(await useCode(third.accessToken)).toBe(14);
  });

  test("wins once of 20 at once, and the pair it gave is dead", async () => {
    const { refreshToken } = await login();
    const answers: RpcAnswer[] = await Promise.all(
      Array.from({ length: 20 }, () => rpc(...refreshing(refreshToken))),
    );
    const won = answers.filter((a) => a.result);
    expect(won.length).toBeLessThanOrEqual(1);
    expect(answers.filter((a) => a.error?.code === 75)).toHaveLength(20 - won.length);
    for (const { result } of won) {
      expect(await useCode(result.accessToken)).toBe(14);
      expect(await refreshCode(result.refreshToken)).toBe(75);
    }
  });

  test("that comes between the two round trips of a fork: the spent token it showed ends the session", async () => {
    const { refreshToken } = await login();
    let refreshed: RpcAnswer | undefined;
    const DB = beforeTrip(2, async () => {
      refreshed = await rpc(...refreshing(refreshToken));
    });
    const fork = { refreshToken, sessionName: "f" };
    expect(await code("auth/forkToken", fork, { setup: { env: { DB } } })).toBe(75);
    expect(await useCode(refreshed?.result.accessToken)).toBe(14);
    expect(await sessionCount()).toBe(0);
  });

  test("of a fork does not touch its parent, nor the other way round", async () => {
    const parent = await login();
    const fork = await call("auth/forkToken", { refreshToken: parent.refreshToken, sessionName: "f" });
    await refresh(fork.refreshToken);
    expect(await refreshCode(fork.refreshToken)).toBe(75);
    expect(await useCode(parent.accessToken)).toBe(0);
    expect(await refreshCode(parent.refreshToken)).toBe(0);
  });
});

describe("lifetimes, to the millisecond", () => {
  const start = Date.now();

  test("of access and refresh tokens", async () => {
    const tokens = await login([], start);
    expect([tokens.accessTokenExpiresIn, tokens.refreshTokenExpiresIn]).toEqual([900_000, 604_800_000]);
    expect(await useCode(tokens.accessToken, start + ACCESS_TOKEN_MS - 1)).toBe(0);
    expect(await useCode(tokens.accessToken, start + ACCESS_TOKEN_MS)).toBe(14);
    expect(await refreshCode(tokens.refreshToken, start + REFRESH_TOKEN_MS)).toBe(75);
    expect(await refreshCode(tokens.refreshToken, start + REFRESH_TOKEN_MS - 1)).toBe(0);
  });

  test.each([1, 2, 999, 1001, ACCESS_TOKEN_MS])("of expires:%d", async (ms) => {
    const tokens = await login(["pki:read", `expires:${ms}`], start);
    expect(tokens.accessTokenExpiresIn).toBe(ms);
    expect(await useCode(tokens.accessToken, start + ms - 1)).toBe(0);
    expect(await useCode(tokens.accessToken, start + ms)).toBe(14);
  });

  test.each([
    "expires:0",
    "expires:900001",
    "expires:",
    "expires:-1",
    "expires:1.5",
    "expires:1e3",
    "expires:01",
    "expires: 1",
  ])("%s is refused", async (entry) => {
    const params = { clientId: key.apiKeyId, clientSecret: key.apiKeySecret, scope: [entry] };
    expect(await code("auth/token", { grantType: "client_credentials", ...params })).toBe(-32602);
  });

  test("a fork's do not go beyond its parent's", async () => {
    const parent = await login([], start);
    const later = start + REFRESH_TOKEN_MS - 1000;
    const setup = { runtime: { now: () => later } };
    const params = { refreshToken: parent.refreshToken, sessionName: "late" };
    const fork = await call("auth/forkToken", params, { setup });
    expect([fork.accessTokenExpiresIn, fork.refreshTokenExpiresIn]).toEqual([1000, 1000]);
  });
});

describe("75 and 76", () => {
  const expired = 75;
  const invalid = 76;

  test("tell a token of ours from a foreign or malformed one", async () => {
    const { refreshToken, accessToken } = await login();
    const bytes = fromBase64Url(refreshToken) as Uint8Array;
    const flipped = (i: number) => toBase64Url(bytes.map((b, at) => (at === i ? b ^ 1 : b)));
    const foreign = ["", "abc", refreshToken.slice(1), `${refreshToken}A`, `${refreshToken}=`, accessToken];
    for (const token of [
      ...foreign,
      flipped(0),
      flipped(5),
      flipped(20),
      flipped(28),
      flipped(bytes.length - 1),
    ]) {
      expect(await refreshCode(token), token).toBe(invalid);
    }
    expect(await refreshCode(refreshToken)).toBe(0);
  });

  test("hold also after the session was cleaned up", async () => {
    const start = Date.now();
    const spent = await login([], start);
    await refresh(spent.refreshToken);
    const unspent = await login([], start);
    await sweep(env as never, () => start + 2 * REFRESH_TOKEN_MS);
    expect(await sessionCount()).toBe(0);
    for (const { refreshToken } of [spent, unspent]) {
      expect(await refreshCode(refreshToken)).toBe(expired);
      expect(await refreshCode(refreshToken.replace(/.$/, (c: string) => (c === "A" ? "E" : "A")))).toBe(
        invalid,
      );
    }
  });

  test("a token of a deleted session, of a disabled and of a deleted key is 75", async () => {
    const other = await secretKey();
    const owner = bearer(await tokenFor());
    const tokens = await loginWith(other, []);
    await call("user/updateApiKey", { apiKeyId: other.apiKeyId, enabled: false }, owner);
    expect([await useCode(tokens.accessToken), await refreshCode(tokens.refreshToken)]).toEqual([
      14,
      expired,
    ]);
    await call("user/updateApiKey", { apiKeyId: other.apiKeyId, enabled: true }, owner);
    expect([await useCode(tokens.accessToken), await refreshCode(tokens.refreshToken)]).toEqual([
      14,
      expired,
    ]);
    const again = await loginWith(other, []);
    await call("user/deleteApiKey", { apiKeyId: other.apiKeyId }, owner);
    expect([await useCode(again.accessToken), await refreshCode(again.refreshToken)]).toEqual([14, expired]);
  });

  test("forkToken answers as auth/token does", async () => {
    const fork = (refreshToken: string) => code("auth/forkToken", { refreshToken, sessionName: "x" });
    const first = await login();
    expect(await fork("abc")).toBe(invalid);
    const second = await refresh(first.refreshToken);
    expect(await fork(second.refreshToken)).toBe(0);
    expect(await fork(first.refreshToken)).toBe(expired);
    expect(await useCode(second.accessToken)).toBe(14);
  });
});
