import { env } from "cloudflare:workers";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { sql } from "../seed";
import { hmacSigner } from "../signers";
import { type ClientKey, pubKey, secretKey, signedLogin } from "../signing";
import { bearer, call, code, tokenFor } from "../support";

/** A PrivMX client's own moment, so that both edges can be told to the millisecond. */
const NOW = Date.now();
const at = (now: number) => ({ setup: { runtime: { now: () => now } } });
const TOLERANCE_MS = 10 * 60_000;

let secret: ClientKey;
let ed25519: ClientKey;

beforeAll(async () => {
  secret = await secretKey();
  ed25519 = await pubKey();
});

const login = async (params: Awaited<ReturnType<typeof signedLogin>>, sent = {}) =>
  code("auth/token", params, sent);
const nonceCount = async () => (await sql("select count(*) as n from nonces")).results[0]?.n;

describe.each([
  ["secret", () => secret],
  ["pubKey", () => ed25519],
] as const)("client_signature of a %s key", (_kind, key) => {
  test("gives a token that works", async () => {
    const { accessToken, scope } = await call("auth/token", await signedLogin(key()));
    expect(scope).toEqual(["pki:read", "pki:write"]);
    expect(await call("pkiAdmin/listHosts", {}, bearer(accessToken))).toEqual([]);
  });

  test("covers data, which may be left out or empty", async () => {
    expect(await login(await signedLogin(key(), { data: "é;\n😀" }))).toBe(0);
    expect(await login(await signedLogin(key(), { data: "" }))).toBe(0);
    expect(await login({ ...(await signedLogin(key())), data: "" })).toBe(0);
    expect(await login({ ...(await signedLogin(key(), { data: "a" })), data: "b" })).toBe(14);
    expect(await login({ ...(await signedLogin(key())), data: "a" })).toBe(14);
    const { data, ...without } = await signedLogin(key(), { data: "a" });
    expect(await login(without as never)).toBe(14);
  });

  test("covers timestamp and nonce", async () => {
    const params = await signedLogin(key());
    expect(await login({ ...params, timestamp: params.timestamp + 1 })).toBe(14);
    expect(await login({ ...params, nonce: "another" })).toBe(14);
  });

  test("counts 10 minutes to both sides and not a millisecond more", async () => {
    for (const off of [-TOLERANCE_MS, TOLERANCE_MS]) {
      expect(await login(await signedLogin(key(), { timestamp: NOW + off }), at(NOW)), String(off)).toBe(0);
      const beyond = NOW + off + Math.sign(off);
      expect(await login(await signedLogin(key(), { timestamp: beyond }), at(NOW)), String(off)).toBe(14);
    }
  });

  test("takes a nonce once, also an empty one and one of 64 characters", async () => {
    for (const nonce of ["", " ", "~".repeat(64)]) {
      expect(await login(await signedLogin(key(), { nonce })), nonce).toBe(0);
      expect(await login(await signedLogin(key(), { nonce })), nonce).toBe(14);
    }
    expect(await login(await signedLogin(key(), { nonce: "~".repeat(65) }))).toBe(-32602);
    expect(await login(await signedLogin(key(), { nonce: "é" }))).toBe(-32602);
  });

  test("20 requests at once with one nonce give one token", async () => {
    const params = await signedLogin(key());
    const codes = await Promise.all(Array.from({ length: 20 }, () => login(params)));
    expect(codes.filter((c) => c === 0)).toHaveLength(1);
    expect(codes.filter((c) => c === 14)).toHaveLength(19);
  });

  test("refuses what is no signature of its length", async () => {
    const params = await signedLogin(key());
    for (const signature of [
      "",
      "AAAA",
      "====",
      "not base64!",
      `${params.signature}AAAA`,
      params.signature.slice(4),
    ]) {
      expect(await login({ ...params, signature }), signature).toBe(14);
    }
    expect(await login(params)).toBe(0);
  });
});

describe("a nonce", () => {
  beforeEach(() => sql("delete from nonces"));

  test("is spent only by a valid signature", async () => {
    const params = await signedLogin(secret, { nonce: "guarded" });
    const forged = { ...params, signature: await hmacSigner("another secret of theirs")("forged") };
    expect(await login(forged)).toBe(14);
    expect(await nonceCount()).toBe(0);
    expect(await login(params)).toBe(0);
    expect(await nonceCount()).toBe(1);
  });

  test("is good once for each key", async () => {
    expect(await login(await signedLogin(secret, { nonce: "shared" }))).toBe(0);
    expect(await login(await signedLogin(ed25519, { nonce: "shared" }))).toBe(0);
  });

  test("is spent by a valid signature also where the scope is too wide: nobody may replay it with another", async () => {
    const params = await signedLogin(secret, { scope: ["user:read"] });
    expect(await login(params)).toBe(73);
    expect(await login({ ...params, scope: [] })).toBe(14);
    expect(await login(params)).toBe(14);
  });

  test("is stored hashed, for 21 minutes", async () => {
    await login(await signedLogin(secret, { nonce: "in the clear", timestamp: NOW }), at(NOW));
    const { results } = await sql("select * from nonces");
    expect(results).toHaveLength(1);
    expect(JSON.stringify(results)).not.toContain("in the clear");
    expect(results[0]).toMatchObject({ apiKeyId: secret.apiKeyId, expires: NOW + 21 * 60_000 });
  });

  test("stays spent when the master secret is rotated", async () => {
    const rotated = {
      env: {
        MASTER_SECRET: btoa("a new master secret of 32 bytes!!"),
        MASTER_SECRET_PREVIOUS: env.MASTER_SECRET,
      },
    };
    const params = await signedLogin(secret);
    expect(await login(params)).toBe(0);
    expect(await login(params, { setup: rotated })).toBe(14);
  });
});

describe("refusals are error 14, whatever is wrong", () => {
  test("an unknown key", async () => {
    expect(await login(await signedLogin({ ...secret, apiKeyId: "unknown" }))).toBe(14);
  });

  test("a disabled and a deleted key", async () => {
    const key = await secretKey();
    const owner = bearer(await tokenFor());
    await call("user/updateApiKey", { apiKeyId: key.apiKeyId, enabled: false }, owner);
    expect(await login(await signedLogin(key))).toBe(14);
    await call("user/updateApiKey", { apiKeyId: key.apiKeyId, enabled: true }, owner);
    expect(await login(await signedLogin(key))).toBe(0);
    await call("user/deleteApiKey", { apiKeyId: key.apiKeyId }, owner);
    expect(await login(await signedLogin(key))).toBe(14);
  });

  test("the secret's whole HMAC, or another key's signature", async () => {
    expect(await login(await signedLogin({ ...secret, sign: hmacSigner(secret.apiKeySecret, 32) }))).toBe(14);
    expect(await login(await signedLogin({ ...secret, sign: ed25519.sign }))).toBe(14);
    expect(await login(await signedLogin({ ...ed25519, sign: secret.sign }))).toBe(14);
  });
});
