import { beforeAll, describe, expect, test } from "vitest";
import { KEY_OWNER } from "../../src/methods/examples";
import { newPubKey } from "../seed";
import { bearer, ORIGIN, post, send, tokenFor } from "../support";

const LISTED = "https://app.example.com";
const FOREIGN = "https://evil.example.com";
const READ = { jsonrpc: "2.0", id: 1, method: "pkiAdmin/listHosts" };
const write = () => ({
  jsonrpc: "2.0",
  id: 1,
  method: "pkiAdmin/setKey",
  params: { ...KEY_OWNER, userPubKey: newPubKey() },
});

let authorization: string;

beforeAll(async () => {
  authorization = (bearer(await tokenFor()).headers as { authorization: string }).authorization;
});

const under = (CORS_ORIGINS: string | undefined) => ({
  env: CORS_ORIGINS === undefined ? {} : { CORS_ORIGINS },
});
const from = (origin: string | undefined, body: unknown, setting?: string) =>
  post(body, { headers: { authorization, ...(origin !== undefined && { origin }) }, setup: under(setting) });
const corsOf = ({ headers }: Response) =>
  Object.fromEntries([...headers].filter(([name]) => name.startsWith("access-control-")));

const SHOWN = { "access-control-expose-headers": "x-d1-bookmark, Retry-After, x-request-id" };

describe("an answer", () => {
  test.each<[string, string | undefined, string | undefined, object]>([
    ["no origin", undefined, undefined, {}],
    ["no origin where a list is set", undefined, LISTED, {}],
    ["a foreign origin where none is set", FOREIGN, undefined, {}],
    ["a foreign origin where another is listed", FOREIGN, LISTED, {}],
    ["an origin that starts like a listed one", `${LISTED}.evil.example.com`, LISTED, {}],
    ["a listed origin over another scheme", LISTED.replace("https", "http"), LISTED, {}],
    ["no real origin", "null", LISTED, {}],
    ["its own origin", ORIGIN, undefined, { "access-control-allow-origin": ORIGIN, ...SHOWN }],
    [
      "a listed origin",
      LISTED,
      `http://localhost:3000, ${LISTED}`,
      { "access-control-allow-origin": LISTED, ...SHOWN },
    ],
    ["any origin under *", FOREIGN, "*", { "access-control-allow-origin": "*", ...SHOWN }],
  ])("to %s", async (_what, origin, setting, headers) => {
    const response = await from(origin, READ, setting);
    expect(response.status).toBe(200);
    expect(corsOf(response)).toEqual(headers);
    expect((await response.json<{ result: unknown }>()).result).toEqual([]);
  });

  test("that differs by origin is kept by no cache, or says so to it", async () => {
    for (const origin of [LISTED, FOREIGN, undefined]) {
      expect((await from(origin, READ, LISTED)).headers.get("cache-control")).toBe("no-store");
      const headers = origin === undefined ? {} : { origin };
      const kept = await send("/.well-known/jwks.json", { headers }, under(LISTED));
      expect(kept.headers.get("cache-control")).toBe("max-age=300");
      expect(kept.headers.get("vary")).toBe("Origin");
    }
  });

  test("never allows credentials, sets a cookie or asks for Basic", async () => {
    for (const origin of [ORIGIN, LISTED, FOREIGN]) {
      for (const response of [
        await from(origin, READ, "*"),
        await from(origin, { ...READ, token: "bad" }, LISTED),
      ]) {
        for (const name of ["access-control-allow-credentials", "set-cookie", "www-authenticate"]) {
          expect(response.headers.has(name), name).toBe(false);
        }
      }
    }
  });
});

describe("a page that would write", () => {
  test.each<[string, string | undefined, string | undefined, number]>([
    ["no origin", undefined, undefined, 200],
    ["its own origin", ORIGIN, undefined, 200],
    ["a listed origin", LISTED, LISTED, 200],
    ["any under *", FOREIGN, "*", 200],
    ["a foreign origin", FOREIGN, LISTED, 403],
    ["a foreign origin where none is set", FOREIGN, undefined, 403],
    ["no real origin", "null", undefined, 403],
    ["its own host over http", ORIGIN.replace("https", "http"), undefined, 403],
  ])("of %s is answered %#: %s %s %d", async (_what, origin, setting, status) => {
    const response = await from(origin, write(), setting);
    expect(response.status).toBe(status);
    if (status === 403) {
      expect(corsOf(response)).toEqual({});
      expect(await response.json()).toMatchObject({ id: null, error: { code: 1 } });
    }
  });

  test("is 403 before anything runs, logins and batches too", async () => {
    const login = { jsonrpc: "2.0", id: 1, method: "auth/token", params: {} };
    expect((await from(FOREIGN, login)).status).toBe(403);
    const owner = { ...KEY_OWNER, userId: "untouched" };
    const set = { ...write(), params: { ...owner, userPubKey: newPubKey() } };
    expect((await from(FOREIGN, [READ, set])).status).toBe(403);
    const history = { jsonrpc: "2.0", id: 1, method: "pki/getKeyHistory", params: owner };
    expect(await (await from(undefined, history)).json()).toMatchObject({ result: [] });
  });
});

describe("a preflight", () => {
  const preflight = (
    origin: string,
    setting?: string,
    headers: Record<string, string> = { "access-control-request-method": "POST" },
  ) => send("/main", { method: "OPTIONS", headers: { origin, ...headers } }, under(setting));

  test("from an allowed origin is 204 and names what may be sent", async () => {
    for (const [origin, setting] of [
      [LISTED, LISTED],
      [ORIGIN, undefined],
      [FOREIGN, "*"],
    ] as const) {
      const response = await preflight(origin, setting);
      expect(response.status).toBe(204);
      const allowed = response.headers.get("access-control-allow-headers")?.split(", ");
      expect(allowed).toEqual(["Authorization", "Content-Type", "X-User-Token", "x-d1-bookmark"]);
      expect(response.headers.get("access-control-allow-methods")).toContain("POST");
      expect(response.headers.get("access-control-allow-origin")).toBe(setting === "*" ? "*" : origin);
    }
  });

  test("from another origin, or an OPTIONS that is none, is 405", async () => {
    for (const response of [
      await preflight(FOREIGN, LISTED),
      await preflight(FOREIGN),
      await preflight(LISTED, LISTED, {}),
    ]) {
      expect([response.status, response.headers.get("allow")]).toEqual([405, "POST"]);
    }
  });
});
