import { Point } from "@noble/ed25519";
import { toHex } from "./hex";
import { KeyError } from "./keyError";

/** A curve y² = x³ − 3x + b over the integers modulo p, with n points (SEC 2; NIST SP 800-186). */
interface Curve {
  readonly bits: number;
  readonly p: bigint;
  readonly b: bigint;
  readonly n: bigint;
}

export const NIST_CURVES = {
  nistp256: {
    bits: 256,
    p: 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn,
    b: 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn,
    n: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  },
  nistp384: {
    bits: 384,
    p: 0xfffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000ffffffffn,
    b: 0xb3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aefn,
    n: 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
  },
  nistp521: {
    bits: 521,
    p: 2n ** 521n - 1n,
    b: 0x0051953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef109e156193951ec7e937b1652c0bd3bb1bf073573df883d2c34f1ef451fd46b503f00n,
    n: 0x1fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409n,
  },
} as const satisfies Record<string, Curve>;

const UNCOMPRESSED = 4;

/**
 * Refuses what is not an uncompressed point (SEC 1 section 2.3.3) of the curve that OpenSSH accepts. The point at
 * infinity has no such form. All three curves have cofactor 1, so every other point generates the whole group.
 * @throws KeyError
 */
export function checkNistPoint(point: Uint8Array, { bits, p, b, n }: Curve): void {
  const size = Math.ceil(bits / 8);
  if (point.length !== 1 + 2 * size || point[0] !== UNCOMPRESSED) {
    throw new KeyError("The ECDSA key is not an uncompressed point of its curve's length.");
  }
  const x = toNumber(point.subarray(1, 1 + size));
  const y = toNumber(point.subarray(1 + size));
  if (x >= p || y >= p || (y * y - (x * x * x - 3n * x + b)) % p !== 0n) {
    throw new KeyError("The ECDSA key is not a point of its curve.");
  }
  // OpenSSH's sshkey_ec_validate_public: coordinates longer than half the order's bits, and less than the order - 1.
  const least = 1n << BigInt(Math.floor(bits / 2));
  if (x < least || y < least || x >= n - 1n || y >= n - 1n) {
    throw new KeyError("The ECDSA key is a point that OpenSSH refuses as degenerate: make a new key.");
  }
}

/**
 * Refuses what is not the canonical encoding (RFC 8032 section 5.1.3) of a point of edwards25519, and the eight points
 * of small order, for which anybody can make signatures. OpenSSH checks the length alone.
 * @throws KeyError
 */
export function checkEd25519Point(point: Uint8Array): void {
  if (point.length !== 32) throw new KeyError("The Ed25519 key is not 32 bytes long.");
  if (isSmallOrder(point)) {
    throw new KeyError(
      "The Ed25519 key is a point of small order, for which anybody can sign: make a new key.",
    );
  }
}

function isSmallOrder(point: Uint8Array): boolean {
  try {
    return Point.fromBytes(point).isSmallOrder();
  } catch {
    throw new KeyError("The Ed25519 key is not a canonically encoded point of its curve.");
  }
}

function toNumber(bytes: Uint8Array): bigint {
  return BigInt(`0x${toHex(bytes)}`);
}
