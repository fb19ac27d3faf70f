import { decodeBase64 } from "./base64";
import { checkEd25519Point } from "./curve";
import { KeyError } from "./keyError";

const PEM = /^\s*-----BEGIN PUBLIC KEY-----\s+([A-Za-z0-9+/=\s]+?)\s*-----END PUBLIC KEY-----\s*$/;
/** SubjectPublicKeyInfo of an Ed25519 key up to its 32 bytes (RFC 8410, section 4). */
const SPKI_PREFIX = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];
const MAX_CHARS = 1024;

/**
 * The 32 bytes of an Ed25519 public key in PEM (RFC 7468, RFC 8410): a canonical point of the curve that is not of small
 * order, since with such a key one signature fits many texts.
 * @throws KeyError
 */
export function ed25519FromPem(pem: string): Uint8Array<ArrayBuffer> {
  const body = pem.length <= MAX_CHARS ? PEM.exec(pem)?.[1]?.replace(/\s/g, "") : undefined;
  if (!body)
    throw new KeyError("a public key in PEM stands between BEGIN PUBLIC KEY and END PUBLIC KEY lines");
  const der = decode(body);
  if (der?.length !== SPKI_PREFIX.length + 32 || !SPKI_PREFIX.every((b, i) => der[i] === b)) {
    throw new KeyError("the PEM does not hold an Ed25519 public key (RFC 8410)");
  }
  const bytes = der.slice(SPKI_PREFIX.length);
  checkEd25519Point(bytes);
  return bytes;
}

function decode(base64: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return decodeBase64(base64);
  } catch {
    return undefined;
  }
}
