import { fromBase64, toBase64Url, utf8 } from "../bytes";
import { MASTER_SECRET_BYTES } from "../limits";

/**
 * The keys derived from one master secret (HKDF-SHA256, RFC 5869), each for one purpose. Nothing is stored: who has the
 * secret can derive all of them again.
 */
export interface Master {
  /** Names the master where several are in use. Public. */
  readonly id: string;
  /** AES-256-GCM, for API key secrets at rest. */
  readonly seal: CryptoKey;
  /** HMAC-SHA256 of refresh tokens. */
  readonly refresh: CryptoKey;
  /** HMAC-SHA256 of login tokens. */
  readonly login: CryptoKey;
  /** HMAC-SHA256 that secrets are compared under. */
  readonly digest: CryptoKey;
  /** The 32-byte Ed25519 seed of a signing epoch (RFC 8032, section 5.1.5). */
  signingSeed(epoch: number): Promise<Uint8Array<ArrayBuffer>>;
}

/** @throws Error whose message says what is wrong with the secret, without it */
export async function deriveMaster(secret: string): Promise<Master> {
  const bytes = fromBase64(secret.trim());
  if (!bytes) throw new Error("is not base64");
  if (bytes.length < MASTER_SECRET_BYTES) throw new Error(`is shorter than ${MASTER_SECRET_BYTES} bytes`);
  const root = await crypto.subtle.importKey("raw", bytes, "HKDF", false, ["deriveBits"]);
  const derive = async (purpose: string, length = 32) => {
    const params = {
      name: "HKDF",
      hash: "SHA-256",
      salt: new Uint8Array(0),
      info: utf8(`veridge/1/${purpose}`),
    };
    return new Uint8Array(await crypto.subtle.deriveBits(params, root, length * 8));
  };
  const hmac = async (purpose: string) =>
    crypto.subtle.importKey("raw", await derive(purpose), { name: "HMAC", hash: "SHA-256" }, false, [
      "sign",
      "verify",
    ]);
  return {
    id: toBase64Url(await derive("id", 6)),
    seal: await crypto.subtle.importKey("raw", await derive("seal"), "AES-GCM", false, [
      "encrypt",
      "decrypt",
    ]),
    refresh: await hmac("refresh"),
    login: await hmac("login"),
    digest: await hmac("digest"),
    signingSeed: (epoch) => derive(`sign/${epoch}`),
  };
}
