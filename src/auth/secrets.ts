import { concat, fromBase64Url, toBase64Url, utf8 } from "../bytes";
import type { Master } from "./master";

const IV_BYTES = 12;

/** The masters in use: the first encrypts and signs, the second (during a rotation) only decrypts and verifies. */
export type Masters = readonly [Master, ...Master[]];

/**
 * Encrypts an API key's secret for the database: `MASTER_ID.base64url(iv | ciphertext | tag)`, AES-256-GCM. The API
 * key's id is authenticated with it, so that a sealed secret moved to another row does not open.
 */
export async function sealSecret(
  [master]: Masters,
  apiKeyId: string,
  secret: string,
  random: (bytes: number) => Uint8Array<ArrayBuffer>,
): Promise<string> {
  const iv = random(IV_BYTES);
  const params = { name: "AES-GCM", iv, additionalData: utf8(apiKeyId) };
  const sealed = new Uint8Array(await crypto.subtle.encrypt(params, master.seal, utf8(secret)));
  return `${master.id}.${toBase64Url(concat(iv, sealed))}`;
}

/** @throws Error where no master in use sealed it, or where it was altered */
export async function openSecret(masters: Masters, apiKeyId: string, sealed: string): Promise<string> {
  const [id, text] = sealed.split(".", 2);
  const master = masters.find((m) => m.id === id);
  const bytes = fromBase64Url(text ?? "");
  if (!master || !bytes) throw new Error("a secret is sealed under a master secret that is not configured");
  const params = { name: "AES-GCM", iv: bytes.slice(0, IV_BYTES), additionalData: utf8(apiKeyId) };
  const opened = await crypto.subtle.decrypt(params, master.seal, bytes.slice(IV_BYTES));
  return new TextDecoder().decode(opened);
}

/** Compares two secrets of any lengths in constant time: their HMACs have one length and tell nothing of them. */
export async function equalSecrets([master]: Masters, a: string, b: string): Promise<boolean> {
  const [x, y] = await Promise.all([a, b].map((s) => crypto.subtle.sign("HMAC", master.digest, utf8(s))));
  return crypto.subtle.timingSafeEqual(x as ArrayBuffer, y as ArrayBuffer);
}

/** What is kept of a nonce. No master takes part: a nonce spent before a rotation must not become good again by it. */
export async function hashNonce(apiKeyId: string, nonce: string): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-256", utf8(`${apiKeyId};${nonce}`));
  return toBase64Url(new Uint8Array(hash));
}
