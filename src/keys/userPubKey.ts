import { sha256 } from "@noble/hashes/sha2.js";
import bs58 from "bs58";
import { toHex } from "./hex";

/** A compressed secp256k1 point of 33 bytes makes 49 to 51 characters of Base58Check; anything longer is refused unread. */
const MAX_CHARS = 52;
const POINT_BYTES = 33;
const CHECKSUM_BYTES = 4;

/** The field prime and the constant of y² = x³ + 7 (SEC 2, section 2.4.1). */
const P = 2n ** 256n - 2n ** 32n - 977n;
const B = 7n;

/**
 * Whether the text is a public key as PrivMX writes it: Base58Check of a compressed point (SEC 1, section 2.3.3) that
 * lies on secp256k1.
 */
export function isUserPubKey(text: string): boolean {
  if (text.length > MAX_CHARS) return false;
  const bytes = bs58.decodeUnsafe(text);
  if (bytes?.length !== POINT_BYTES + CHECKSUM_BYTES) return false;
  const point = bytes.subarray(0, POINT_BYTES);
  const checksum = sha256(sha256(point)).subarray(0, CHECKSUM_BYTES);
  if (checksum.some((byte, i) => byte !== bytes[POINT_BYTES + i])) return false;
  return (point[0] === 2 || point[0] === 3) && isAbscissa(point.subarray(1));
}

/** x is that of a point when x³ + 7 is a square: its (P-1)/2-th power is 1 (Euler). It is never 0, as no x³ is -7 mod P. */
function isAbscissa(bytes: Uint8Array): boolean {
  const x = BigInt(`0x${toHex(bytes)}`);
  return x < P && power((x * x * x + B) % P, (P - 1n) / 2n) === 1n;
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (const bit of exponent.toString(2)) {
    result = (result * result) % P;
    if (bit === "1") result = (result * base) % P;
  }
  return result;
}
