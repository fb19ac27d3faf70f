import { concat, fromBase64Url, toBase64Url } from "../bytes";
import type { Masters } from "./secrets";

/**
 * A refresh token is base64url of: version (1 byte), session id (16), generation (4), expiry in ms (8), HMAC-SHA256 of
 * these (32). Only its issuer can make one, so a spent or expired token is told from a malformed or foreign one also when
 * its session is long gone. Nothing of it is stored.
 */
export interface RefreshClaims {
  readonly sessionId: string;
  readonly generation: number;
  /** ms */
  readonly expires: number;
}

const VERSION = 1;
const CLAIMS_BYTES = 29;
const TOKEN_BYTES = CLAIMS_BYTES + 32;

export async function signRefreshToken([master]: Masters, claims: RefreshClaims): Promise<string> {
  const bytes = encode(claims);
  const mac = new Uint8Array(await crypto.subtle.sign("HMAC", master.refresh, bytes));
  return toBase64Url(concat(bytes, mac));
}

/** Undefined where the token is malformed or not ours. Its expiry is for the caller to judge. */
export async function verifyRefreshToken(
  masters: Masters,
  token: string,
): Promise<RefreshClaims | undefined> {
  const bytes = fromBase64Url(token);
  if (bytes?.length !== TOKEN_BYTES || bytes[0] !== VERSION) return undefined;
  const claims = bytes.slice(0, CLAIMS_BYTES);
  const mac = bytes.slice(CLAIMS_BYTES);
  for (const master of masters) {
    if (await crypto.subtle.verify("HMAC", master.refresh, mac, claims)) return decode(claims);
  }
  return undefined;
}

function encode({ sessionId, generation, expires }: RefreshClaims): Uint8Array<ArrayBuffer> {
  const id = fromBase64Url(sessionId);
  if (id?.length !== 16) throw new Error("a session id has 16 bytes");
  const bytes = concat(Uint8Array.of(VERSION), id, new Uint8Array(12));
  const view = new DataView(bytes.buffer);
  view.setUint32(17, generation);
  view.setBigUint64(21, BigInt(expires));
  return bytes;
}

function decode(bytes: Uint8Array<ArrayBuffer>): RefreshClaims {
  const view = new DataView(bytes.buffer);
  return {
    sessionId: toBase64Url(bytes.slice(1, 17)),
    generation: view.getUint32(17),
    expires: Number(view.getBigUint64(21)),
  };
}
