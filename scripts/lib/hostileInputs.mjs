import { createHash, generateKeyPairSync, randomBytes } from "node:crypto";

/**
 * One request; JSON-RPC to `/main` unless it says otherwise.
 *
 * @typedef {{ path?: string, headers?: Record<string, string>, body: string }} Input
 */

const MAX_BYTES = 256 * 1024;
const HOST = "8UV7xqdcyqYDcZomeZbv4YNXLhikz1gt5teR9Qgot8xknL6nhH";
const KEY = "51WPnnGwztNPWUDEbhncYDxZCZWAFS4M9Yqv94N2335nL92fEn";
const VERIFY = { userId: "user", instanceId: HOST, contextId: "context", userPubKey: KEY, date: 0 };

/** @param {string} method @param {unknown} params */
const call = (method, params, more = {}) => ({ jsonrpc: "2.0", id: 1, method, params, ...more });

/**
 * @param {string} authorization
 * @param {number} bytes size of its body, made up with white space
 * @returns {Input}
 */
export const plainCall = (authorization, bytes) => ({
  headers: { authorization },
  body: JSON.stringify(call("pki/verifyKey", VERIFY)).padEnd(bytes),
});

const ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
/** @param {Buffer} bytes */
function base58(bytes) {
  let n = BigInt(`0x${bytes.toString("hex")}`);
  let text = "";
  for (; n > 0n; n /= 58n) text = ALPHABET[Number(n % 58n)] + text;
  return text;
}
/** @param {Buffer} bytes */
const sha256 = (bytes) => createHash("sha256").update(bytes).digest();
/** A well-formed text of a key: half of all abscissas are on the curve. */
function randomPubKey() {
  const point = Buffer.concat([Buffer.of(2), randomBytes(32)]);
  return base58(Buffer.concat([point, sha256(sha256(point)).subarray(0, 4)]));
}

/** @param {Buffer[]} parts */
const sshBlob = (...parts) =>
  Buffer.concat(parts.flatMap((part) => [Buffer.of(0, 0, part.length >> 8, part.length & 255), part]));
function p521Line() {
  const { x = "", y = "" } = generateKeyPairSync("ec", { namedCurve: "P-521" }).publicKey.export({
    format: "jwk",
  });
  const point = Buffer.concat([Buffer.of(4), Buffer.from(x, "base64url"), Buffer.from(y, "base64url")]);
  const name = Buffer.from("ecdsa-sha2-nistp521");
  return `ecdsa-sha2-nistp521 ${sshBlob(name, Buffer.from("nistp521"), point).toString("base64")}`;
}
/** @param {number} bytes */
function rsaLine(bytes) {
  const modulus = Buffer.concat([Buffer.of(0), randomBytes(bytes)]);
  modulus[1] = 255;
  return `ssh-rsa ${sshBlob(Buffer.from("ssh-rsa"), Buffer.of(1, 0, 1), modulus).toString("base64")}`;
}

/** @param {number} n @param {() => string} make */
const lines = (n, make) => Array.from({ length: n }, make).join("\n").slice(0, MAX_BYTES);

/**
 * @param {string} authorization of an API key with every scope
 * @param {string} kid of a key in the JWKS, so that the signature of a forged token is looked at
 * @returns {Record<string, Input>}
 */
export function hostileInputs(authorization, kid) {
  const headers = { authorization };
  const stranger = { authorization: `Basic ${btoa("unknown:secret")}` };
  const imports = {
    path: "/role-store/api/v1/users/current/authorizedkeys/import",
    headers: { ...headers, "content-type": "text/plain" },
  };
  const claims = Array.from({ length: 256 }, () => ({ ...VERIFY, userPubKey: randomPubKey() }));
  const jwt =
    `${btoa(JSON.stringify({ typ: "at+jwt", alg: "EdDSA", kid }))}.${btoa("{}")}.${"A".repeat(86)}`.replaceAll(
      "=",
      "",
    );
  const login = {
    grantType: "client_credentials",
    clientId: "unknown",
    clientSecret: "x".repeat(32),
    scope: [],
  };
  return {
    "brackets that never close": { body: "[".repeat(MAX_BYTES) },
    "lists within lists": { body: "[".repeat(MAX_BYTES / 2) + "]".repeat(MAX_BYTES / 2) },
    "params within params": {
      headers,
      body: `{"jsonrpc":"2.0","id":1,"method":"pki/getHost","params":${'{"a":'.repeat(40_000)}1${"}".repeat(40_001)}`,
    },
    "20,000 fields": {
      headers,
      body: JSON.stringify(
        call("pki/getHost", Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`k${i}`, 0]))),
      ),
    },
    "a key of 250,000 characters": {
      headers,
      body: JSON.stringify(call("pki/getHost", { instanceId: "Z".repeat(250_000) })),
    },
    "a text of 60,000 astral characters": {
      headers,
      body: JSON.stringify(call("pki/verifyKey", { ...VERIFY, userId: "\u{1f511}".repeat(60_000) })),
    },
    "256 new keys from a stranger": {
      headers: stranger,
      body: JSON.stringify(call("pki/verifyKeys", { keys: claims })),
    },
    "128 forged tokens in a batch": {
      body: JSON.stringify(
        Array.from({ length: 128 }, (_, i) =>
          call("pki/verifyKey", VERIFY, { token: `${jwt.slice(0, -4)}${1000 + i}` }),
        ),
      ),
    },
    "32 log-ins of nobody in a batch": {
      body: JSON.stringify(Array.from({ length: 32 }, () => call("auth/token", login))),
    },
    "an import of 500 keys of P-521": { ...imports, body: lines(500, p521Line) },
    "an import of RSA keys of 16,384 bits": { ...imports, body: lines(90, () => rsaLine(2048)) },
    "an import of 500 lines of options": {
      ...imports,
      body: lines(500, () => `from="${"192.0.2.1,".repeat(50)}192.0.2.1" ssh-ed25519 A`),
    },
  };
}
