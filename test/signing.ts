import { toBase64, utf8 } from "../src/bytes";
import { bearer, call, tokenFor } from "./support";

/** Signs as a client does: gives base64. */
export type Sign = (text: string | Uint8Array<ArrayBuffer>) => Promise<string>;

const bytesOf = (text: string | Uint8Array<ArrayBuffer>) => (typeof text === "string" ? utf8(text) : text);

/** HMAC-SHA256 keyed by the secret's UTF-8 bytes, cut to its first 20 bytes. */
export function hmacSigner(secret: string, length = 20): Sign {
  return async (text) => {
    const params = { name: "HMAC", hash: "SHA-256" };
    const key = await crypto.subtle.importKey("raw", utf8(secret), params, false, ["sign"]);
    return toBase64(new Uint8Array(await crypto.subtle.sign("HMAC", key, bytesOf(text))).subarray(0, length));
  };
}

/** A fresh Ed25519 key: its public half in PEM, and a signer. */
export async function ed25519Signer(): Promise<{ pem: string; sign: Sign }> {
  const pair = (await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"])) as CryptoKeyPair;
  const spki = toBase64(
    new Uint8Array((await crypto.subtle.exportKey("spki", pair.publicKey)) as ArrayBuffer),
  );
  return {
    pem: `-----BEGIN PUBLIC KEY-----\n${spki}\n-----END PUBLIC KEY-----\n`,
    sign: async (text) =>
      toBase64(new Uint8Array(await crypto.subtle.sign("Ed25519", pair.privateKey, bytesOf(text)))),
  };
}

export interface ClientKey {
  readonly apiKeyId: string;
  readonly apiKeySecret: string;
  readonly sign: Sign;
}

/** A new API key of the owner's that proves itself by a secret. */
export async function secretKey(
  maxScope: string[] = ["pki:read_write"],
  name = "secret",
): Promise<ClientKey> {
  const apiKeySecret = crypto.randomUUID();
  const params = { type: "secret", name, clientSecret: apiKeySecret, maxScope };
  const { apiKeyId } = await call("user/addApiKey", params, bearer(await tokenFor()));
  return { apiKeyId, apiKeySecret, sign: hmacSigner(apiKeySecret) };
}

/** A new API key of the owner's that proves itself by an Ed25519 key. */
export async function pubKey(maxScope: string[] = ["pki:read_write"]): Promise<ClientKey> {
  const { pem, sign } = await ed25519Signer();
  const params = { type: "pubKey", name: "pubKey", clientPubKey: pem, maxScope };
  const { apiKeyId } = await call("user/addApiKey", params, bearer(await tokenFor()));
  return { apiKeyId, apiKeySecret: "", sign };
}

interface Signature {
  timestamp?: number;
  nonce?: string;
  data?: string;
  scope?: string[];
}

/** Params of auth/token with grant client_signature. */
export async function signedLogin(
  { apiKeyId, sign }: Omit<ClientKey, "apiKeySecret">,
  given: Signature = {},
) {
  const { timestamp = Date.now(), nonce = crypto.randomUUID(), data, scope = [] } = given;
  const signature = await sign(`${timestamp};${nonce};\n\n${data ?? ""}\n`);
  return {
    ...{ grantType: "client_signature", clientId: apiKeyId, signature, timestamp, nonce, scope },
    ...(data !== undefined && { data }),
  };
}

interface SignedRequest {
  timestamp?: number;
  nonce?: string;
  method?: string;
  path?: string;
}

/** The Authorization header of a request with that body, signed by pmx-hmac-sha256. */
export async function pmxHeader(
  { apiKeyId, sign }: Pick<ClientKey, "apiKeyId" | "sign">,
  body: string,
  {
    timestamp = Date.now(),
    nonce = crypto.randomUUID(),
    method = "POST",
    path = "/main",
  }: SignedRequest = {},
): Promise<string> {
  const signature = await sign(`${timestamp};${nonce};${method}\n${path}\n${body}\n`);
  return `pmx-hmac-sha256 ${apiKeyId};1;${timestamp};${nonce};${signature}`;
}

export const basicHeader = (apiKeyId: string, secret: string): string =>
  `Basic ${toBase64(utf8(`${apiKeyId}:${secret}`))}`;
