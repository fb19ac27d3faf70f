import { env } from "cloudflare:workers";
import {
  createLocalJWKSet,
  decodeJwt,
  decodeProtectedHeader,
  exportJWK,
  generateKeyPair,
  type JSONWebKeySet,
  jwtVerify,
  SignJWT,
} from "jose";
import { beforeAll, describe, expect, test } from "vitest";
import { deriveMaster } from "../../src/auth/master";
import { signingEpoch, signingKey } from "../../src/auth/signingKeys";
import { type ClientKey, secretKey } from "../signing";
import { bearer, call, code, login, loginWith, ORIGIN, send, tokenFor } from "../support";

const METHOD = "pkiAdmin/listHosts";

let key: ClientKey;

beforeAll(async () => {
  key = await secretKey(["user:read_write", "profile"]);
});

const at = (now: number) => ({ runtime: { now: () => now } });
const works = async (token: string, setup = {}) => (await code(METHOD, {}, bearer(token, setup))) === 0;

async function jwks(setup = {}): Promise<JSONWebKeySet> {
  return (await send("/.well-known/jwks.json", {}, setup)).json();
}

describe("an access token", () => {
  test("is a signed JWT (RFC 9068) that says who, for whom and until when", async () => {
    const now = Date.now();
    const asked = ["pki:read_write", "profile", "session:s"];
    const { accessToken, refreshToken } = await loginWith(key, asked, at(now));
    expect(decodeProtectedHeader(accessToken)).toEqual({
      alg: "EdDSA",
      typ: "at+jwt",
      kid: expect.any(String),
    });
    const { list } = await call("user/listSessions", {}, bearer(await tokenFor("user:read")));
    const session = list.find((s: { sessionName?: string }) => s.sessionName === "s");
    expect(decodeJwt(accessToken)).toEqual({
      iss: ORIGIN,
      aud: ORIGIN,
      sub: expect.stringMatching(/^[0-9a-f-]{36}$/),
      client_id: key.apiKeyId,
      sid: session.sessionId,
      jti: expect.any(String),
      iat: Math.floor(now / 1000),
      exp: Math.ceil((now + 900_000) / 1000),
      scope: "pki:read pki:write",
    });
    expect(Math.max(accessToken.length, refreshToken.length)).toBeLessThanOrEqual(1024);
  });

  test("says that it is bound, not to what", async () => {
    const { accessToken } = await loginWith(key, ["pki:read", "ipAddr:203.0.113.7"]);
    expect(decodeJwt(accessToken).cnf).toEqual({ session: ["ipAddr"] });
    expect(
      atob(accessToken.split(".")[1]?.replaceAll("-", "+").replaceAll("_", "/") as string),
    ).not.toContain("203.0");
  });

  test("has at most 1024 characters also with every scope there is and a long origin", async () => {
    const { accessToken } = await login([], {
      env: { ISSUER: `https://${"a".repeat(60)}.${"b".repeat(60)}.example.com` },
    });
    expect(accessToken.length).toBeLessThanOrEqual(1024);
  });

  test("names ISSUER where it is set, and counts nowhere else", async () => {
    const setup = { env: { ISSUER: "https://issuer.example.com" } };
    const { accessToken } = await login([], setup);
    expect(decodeJwt(accessToken)).toMatchObject({ iss: setup.env.ISSUER, aud: setup.env.ISSUER });
    expect(await works(accessToken, setup)).toBe(true);
    expect(await works(accessToken)).toBe(false);
  });

  test("is verified by an outside service with nothing but the JWKS", async () => {
    const { accessToken } = await login(["user:read"]);
    const options = { issuer: ORIGIN, audience: ORIGIN, typ: "at+jwt", algorithms: ["EdDSA"] };
    const { payload } = await jwtVerify(accessToken, createLocalJWKSet(await jwks()), options);
    expect(payload.scope).toBe("user:read");
  });
});

describe("what was not signed by us, for us, as an access token is 14", () => {
  const claims = async () => decodeJwt(await tokenFor());
  /** Signed with the Worker's own key, but for what the header and claims are changed to. */
  const forge = async (header: object, changed: object) => {
    const own = await signingKey(await deriveMaster(env.MASTER_SECRET), signingEpoch(Date.now()));
    const jwt = new SignJWT({ ...(await claims()), ...changed });
    return jwt.setProtectedHeader({ alg: "EdDSA", typ: "at+jwt", kid: own.kid, ...header }).sign(own.sign);
  };

  test("the forger signs as the Worker does", async () => {
    expect(await works(await forge({}, {}))).toBe(true);
  });

  test.each([
    ["another type", { typ: "JWT" }, {}],
    ["no type", { typ: undefined }, {}],
    ["an unknown kid", { kid: "AAAAAAAA.1" }, {}],
    ["no kid", { kid: undefined }, {}],
    ["another issuer", {}, { iss: "https://other.example.com" }],
    ["another audience", {}, { aud: "https://other.example.com" }],
    ["no expiry", {}, { exp: undefined }],
    ["an expiry in the past", {}, { exp: 1 }],
    ["not before a later time", {}, { nbf: 9_999_999_999 }],
    ["a foreign session", {}, { sid: "AAAAAAAAAAAAAAAAAAAAAA" }],
    ["a generation to come", {}, { jti: "x.2" }],
    ["no generation", {}, { jti: "x" }],
    ["no session", {}, { sid: undefined }],
    ["no key", {}, { client_id: undefined }],
    ["no user", {}, { sub: undefined }],
  ])("%s", async (_what, header, changed) => {
    expect(await works(await forge(header, changed))).toBe(false);
  });

  test("alg none", async () => {
    const [, payload] = (await tokenFor()).split(".");
    const { kid } = decodeProtectedHeader(await tokenFor());
    for (const alg of ["none", "None", "NONE"]) {
      const header = btoa(JSON.stringify({ alg, typ: "at+jwt", kid })).replace(/=+$/, "");
      expect(await works(`${header}.${payload}.`), alg).toBe(false);
    }
  });

  test("alg HS256 keyed by what the JWKS publishes", async () => {
    const [published] = (await jwks()).keys;
    for (const secret of [published?.x, JSON.stringify(published)]) {
      const jwt = new SignJWT(await claims()).setProtectedHeader({
        alg: "HS256",
        typ: "at+jwt",
        kid: published?.kid as string,
      });
      expect(await works(await jwt.sign(new TextEncoder().encode(secret?.padEnd(32))))).toBe(false);
    }
  });

  test("a key of its own, in the header or under our kid", async () => {
    const { publicKey, privateKey } = await generateKeyPair("EdDSA", { extractable: true });
    const jwk = await exportJWK(publicKey);
    const { kid } = decodeProtectedHeader(await tokenFor());
    for (const header of [{ kid: kid as string }, { kid: kid as string, jwk }, { jwk }]) {
      const jwt = new SignJWT(await claims()).setProtectedHeader({ alg: "EdDSA", typ: "at+jwt", ...header });
      expect(await works(await jwt.sign(privateKey))).toBe(false);
    }
  });

  test("a token whose parts were changed, cut or made long", async () => {
    const token = await tokenFor();
    const [header, payload, signature] = token.split(".") as [string, string, string];
    const changed = btoa(JSON.stringify({ ...decodeJwt(token), scope: "user:write" })).replace(/=+$/, "");
    for (const bad of [
      `${header}.${changed}.${signature}`,
      `${header}.${payload}.`,
      `${header}.${payload}`,
      token.slice(1),
      `${token}.`,
      token.padEnd(2000, "A"),
    ]) {
      expect(await works(bad)).toBe(false);
    }
  });

  test("a refresh token", async () => {
    expect(await works((await login()).refreshToken)).toBe(false);
  });
});
