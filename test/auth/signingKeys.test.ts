import { env } from "cloudflare:workers";
import { decodeJwt, decodeProtectedHeader, type JSONWebKeySet, SignJWT } from "jose";
import { beforeAll, describe, expect, test } from "vitest";
import { deriveMaster } from "../../src/auth/master";
import { acceptedKeys, signingEpoch, signingKey } from "../../src/auth/signingKeys";
import { SIGNING_EPOCH_MS } from "../../src/limits";
import { type ClientKey, secretKey } from "../signing";
import { bearer, call, code, login, loginWith, send, tokenFor } from "../support";

const OTHER_MASTER = btoa("a new master secret of 32 bytes!!");

let key: ClientKey;

beforeAll(async () => {
  key = await secretKey(["user:read_write"]);
});

const at = (now: number) => ({ runtime: { now: () => now } });
const works = async (token: string, setup = {}) =>
  (await code("pkiAdmin/listHosts", {}, bearer(token, setup))) === 0;

async function jwks(setup = {}): Promise<JSONWebKeySet> {
  return (await send("/.well-known/jwks.json", {}, setup)).json();
}

describe("signing keys", () => {
  const epochOf = (kid?: string) => Number(kid?.split(".")[1]);
  const start = signingEpoch(Date.now()) * SIGNING_EPOCH_MS;

  test("change every 30 days; a verifier takes the previous, the current and the next", async () => {
    expect(SIGNING_EPOCH_MS).toBe(30 * 86_400_000);
    const { keys } = await jwks(at(start));
    expect(keys.map((k) => epochOf(k.kid) - signingEpoch(start))).toEqual([-1, 0, 1]);
    const before = await jwks(at(start - 1));
    expect(before.keys.map((k) => epochOf(k.kid) - signingEpoch(start))).toEqual([-2, -1, 0]);
  });

  test("of both sides of an edge verify on the other side", async () => {
    const early = (await login([], at(start - 1))).accessToken;
    const late = (await login([], at(start))).accessToken;
    expect(decodeProtectedHeader(early).kid).not.toBe(decodeProtectedHeader(late).kid);
    expect(await works(early, at(start))).toBe(true);
    expect(await works(late, at(start - 1))).toBe(true);
  });

  test("of older and later epochs are refused", async () => {
    const now = Date.now();
    const master = await deriveMaster(env.MASTER_SECRET);
    const payload = { ...decodeJwt(await tokenFor()) };
    for (const [off, good] of [
      [-2, false],
      [-1, true],
      [0, true],
      [1, true],
      [2, false],
    ] as const) {
      const { kid, sign } = await signingKey(master, signingEpoch(now) + off);
      const jwt = new SignJWT(payload).setProtectedHeader({ alg: "EdDSA", typ: "at+jwt", kid });
      expect(await works(await jwt.sign(sign)), String(off)).toBe(good);
    }
  });

  test("are published with what a verifier needs and nothing else", async () => {
    const response = await send("/.well-known/jwks.json");
    expect(response.headers.get("cache-control")).toBe("max-age=300");
    const { keys } = await response.json<JSONWebKeySet>();
    for (const jwk of keys) {
      expect(jwk).toEqual({
        kty: "OKP",
        crv: "Ed25519",
        x: expect.stringMatching(/^[\w-]{43}$/),
        kid: expect.any(String),
        alg: "EdDSA",
        use: "sig",
      });
    }
    const accepted = await acceptedKeys([await deriveMaster(env.MASTER_SECRET)], Date.now());
    expect(keys).toEqual(accepted.map((k) => k.jwk));
  });
});

describe("rotation of the master secret", () => {
  const rotated = { env: { MASTER_SECRET: OTHER_MASTER, MASTER_SECRET_PREVIOUS: env.MASTER_SECRET } };
  const finished = { env: { MASTER_SECRET: OTHER_MASTER } };

  test("logs nobody out while the previous one is known", async () => {
    const before = await loginWith(key, ["pki:read"]);
    expect(await works(before.accessToken, rotated)).toBe(true);
    const refresh = { grantType: "refresh_token", refreshToken: before.refreshToken };
    const after = await call("auth/token", refresh, { setup: rotated });
    expect(await works(after.accessToken, rotated)).toBe(true);
    expect(await works((await loginWith(key, ["pki:read"], rotated)).accessToken, rotated)).toBe(true);
  });

  test("signs with the new one alone, and forgets the old one when it is gone", async () => {
    const before = await loginWith(key, ["pki:read"]);
    const after = await loginWith(key, ["pki:read"], rotated);
    expect(decodeProtectedHeader(after.accessToken).kid).not.toBe(
      decodeProtectedHeader(before.accessToken).kid,
    );
    expect(await works(after.accessToken, finished)).toBe(true);
    expect(await works(before.accessToken, finished)).toBe(false);
    const refresh = { grantType: "refresh_token", refreshToken: before.refreshToken };
    expect(await code("auth/token", refresh, { setup: finished })).toBe(76);
  });

  test("publishes the keys of both, which differ", async () => {
    const { keys } = await jwks(rotated);
    expect(keys).toHaveLength(6);
    expect(new Set(keys.map((k) => k.x)).size).toBe(6);
    expect(keys.slice(3)).toEqual((await jwks()).keys);
  });
});
