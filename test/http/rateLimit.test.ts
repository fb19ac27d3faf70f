import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { RATE_LIMIT_PERIOD_S } from "../../src/limits";
import wrangler from "../../wrangler.toml?raw";
import { basicHeader, pmxHeader, secretKey } from "../signing";
import { bearer, login, type RpcAnswer, send, tokenFor } from "../support";

/** Limits that count what they are asked, and are over from the n-th time on. */
function limits({ requests = Number.POSITIVE_INFINITY, secrets = Number.POSITIVE_INFINITY } = {}) {
  const keys = { requests: [] as string[], secrets: [] as string[] };
  const limiter = (seen: string[], most: number) =>
    ({
      limit: async ({ key }: { key: string }) => {
        seen.push(key);
        return { success: seen.length <= most };
      },
    }) as RateLimit;
  const settings = {
    RATE_LIMIT: "on",
    REQUEST_LIMIT: limiter(keys.requests, requests),
    SECRET_LIMIT: limiter(keys.secrets, secrets),
  };
  return { keys, setup: { env: settings } };
}

const main = (body: unknown, headers: Record<string, string>, setup: object) =>
  send(
    "/main",
    {
      method: "POST",
      body: JSON.stringify(body),
      headers: { "content-type": "application/json", ...headers },
    },
    setup,
  );
const call = (method: string, params: object = {}) => ({ jsonrpc: "2.0", id: 1, method, params });
const READ = call("pkiAdmin/listHosts");
const LOGIN = call("auth/token", { grantType: "refresh_token", refreshToken: "" });

async function expectLimited(response: Response): Promise<void> {
  expect([response.status, response.headers.get("retry-after")]).toEqual([429, "60"]);
  expect(await response.json()).toEqual({
    jsonrpc: "2.0",
    id: null,
    error: { code: 429, message: "Too Many Requests" },
  });
}

describe("the real binding", () => {
  const on = { env: { RATE_LIMIT: "on" } };
  const from = (address: string) => ({ "cf-connecting-ip": address });
  const limit = Number(/SECRET_LIMIT"[^[]*limit = (\d+)/.exec(wrangler)?.[1]);

  test("refuses an address's check of a secret beyond the limit, and nobody else's", async () => {
    const batch = (n: number) => Array.from({ length: n }, () => LOGIN);
    for (let left = limit; left > 0; left -= 32) {
      expect((await main(batch(Math.min(32, left)), from("203.0.113.1"), on)).status).toBe(200);
    }
    await expectLimited(await main(LOGIN, from("203.0.113.1"), on));
    await expectLimited(await main(LOGIN, from("::ffff:203.0.113.1"), on));
    expect((await main(READ, from("203.0.113.1"), on)).status).toBe(200);
    expect((await main(LOGIN, from("203.0.113.2"), on)).status).toBe(200);
    expect((await main(LOGIN, from("203.0.113.1"), { env: { RATE_LIMIT: "off" } })).status).toBe(200);
  });

  test("has the period that Retry-After tells", () => {
    const periods = [...wrangler.matchAll(/period = (\d+)/g)].map(([, s]) => Number(s));
    expect(periods.length).toBeGreaterThan(0);
    expect(new Set(periods)).toEqual(new Set([RATE_LIMIT_PERIOD_S]));
    expect(env.REQUEST_LIMIT).toBeDefined();
  });
});

describe("every HTTP request counts", () => {
  test.each<[string, string, RequestInit]>([
    ["a call", "/main", { method: "POST", body: JSON.stringify(READ) }],
    ["a body that is no JSON", "/main", { method: "POST", body: "{" }],
    ["another method", "/main", {}],
    [
      "a preflight",
      "/main",
      {
        method: "OPTIONS",
        headers: { origin: "https://veridge.example.com", "access-control-request-method": "POST" },
      },
    ],
    ["the key set", "/.well-known/jwks.json", {}],
    ["a path that is not there", "/nothing", {}],
    ["/health", "/health", {}],
    ["/ready", "/ready", {}],
  ])("%s", async (_what, path, init) => {
    const { keys, setup } = limits({ requests: 1 });
    expect((await send(path, init, setup)).status).not.toBe(429);
    await expectLimited(await send(path, init, setup));
    expect(keys.requests).toEqual(["unknown", "unknown"]);
  });

  test("a batch is one request", async () => {
    const { keys, setup } = limits();
    await main([READ, READ, READ], {}, setup);
    expect(keys).toEqual({ requests: ["unknown"], secrets: [] });
  });
});

describe("callers are told apart by address", () => {
  test.each([
    ["203.0.113.7", "203.0.113.7"],
    ["::ffff:203.0.113.7", "203.0.113.7"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:0DB8:1:2::9", "2001:db8:1:2::/64"],
    ["nonsense", "unknown"],
  ])("%s counts as %s", async (address, key) => {
    const { keys, setup } = limits();
    await main(LOGIN, { "cf-connecting-ip": address, "x-forwarded-for": "198.51.100.1" }, setup);
    expect(keys).toEqual({ requests: [key], secrets: [key] });
  });
});

describe("every check of a secret counts against the stricter limit", () => {
  const count = async (body: unknown, headers: Record<string, string> = {}) => {
    const { keys, setup } = limits();
    await main(body, headers, setup);
    return keys.secrets.length;
  };

  test.each(["auth/token", "auth/createFirstApiKey", "auth/forkToken", "auth/bindAccessToken"])(
    "by %s",
    async (method) => {
      expect(await count(call(method))).toBe(1);
    },
  );

  test("each one inside a batch", async () => {
    expect(await count([LOGIN, READ, LOGIN, call("nothing"), LOGIN])).toBe(3);
  });

  test("by Basic and pmx-hmac, which a request shows once, but not by a token", async () => {
    const key = await secretKey();
    const basic = { authorization: basicHeader(key.apiKeyId, key.apiKeySecret) };
    const pmx = { authorization: await pmxHeader(key, JSON.stringify([READ, READ])) };
    expect(await count([READ, READ], basic)).toBe(1);
    expect(await count([READ, READ], pmx)).toBe(1);
    expect(await count([READ, LOGIN], basic)).toBe(2);
    expect(await count([READ, READ], bearer(await tokenFor()).headers as Record<string, string>)).toBe(0);
    expect(await count(READ)).toBe(0);
  });

  test("over it the whole request is 429 and nothing of it runs", async () => {
    const { refreshToken } = await login();
    const refresh = call("auth/token", { grantType: "refresh_token", refreshToken });
    const { setup } = limits({ secrets: 1 });
    await expectLimited(await main([refresh, LOGIN], {}, setup));
    const answer = await (await main(refresh, {}, {})).json<RpcAnswer>();
    expect(answer.error).toBeUndefined();
  });
});
