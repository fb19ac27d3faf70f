import { checkEd25519Point } from "./curve";
import { KeyError } from "./keyError";

const PEM = /^\s*-----BEGIN PUBLIC KEY-----\s+([A-Za-z0-9+/=\s]+?)\s*-----END PUBLIC KEY-----\s*$/;
/** SubjectPublicKeyInfo of an Ed25519 key up to its 32 bytes (RFC 8410, section 4). */
const SPKI_PREFIX = "\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00";
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
  if (der?.length !== SPKI_PREFIX.length + 32 || !der.startsWith(SPKI_PREFIX)) {
    throw new KeyError("the PEM does not hold an Ed25519 public key (RFC 8410)");
  }
  const bytes = Uint8Array.from(der.slice(SPKI_PREFIX.length), (c) => c.charCodeAt(0));
  checkEd25519Point(bytes);
  return bytes;
}

function decode(base64: string): string | undefined {
  try {
    return atob(base64);
  } catch {
    return undefined;
  }
}
