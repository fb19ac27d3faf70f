import { toBase64, utf8 } from "../src/bytes";

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
