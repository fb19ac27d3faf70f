import { Point } from "@noble/ed25519";
import { hexToBytes } from "@noble/hashes/utils.js";
import fc from "fast-check";
import { expect, test } from "vitest";
import { checkEd25519Point } from "../../src/keys/curve";

const P = 2n ** 255n - 19n;

/** What a library that knows the whole curve says of the encoding. */
function isSound(point: Uint8Array): boolean {
  try {
    return !Point.fromBytes(point).isSmallOrder();
  } catch {
    return false;
  }
}

function isAccepted(point: Uint8Array): boolean {
  try {
    checkEd25519Point(point);
    return true;
  } catch {
    return false;
  }
}

/** 32 bytes, the least significant first. */
const encode = (n: bigint): Uint8Array =>
  Uint8Array.from({ length: 32 }, (_, i) => Number((n >> BigInt(8 * i)) & 255n));

const bytes = fc.uint8Array({ minLength: 32, maxLength: 32 });
/** Around 0, the prime and the sign bit, where encodings stop being canonical. */
const atTheEdge = fc
  .tuple(fc.constantFrom(0n, P, 2n ** 255n, 2n ** 255n + P), fc.bigInt(-40n, 40n))
  .map(([edge, off]) => encode(BigInt.asUintN(256, edge + off)));
const torsion = fc.nat(7).map((n) => SMALL_ORDER[n] as Uint8Array);
const SMALL_ORDER = [
  "0100000000000000000000000000000000000000000000000000000000000000",
  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "0000000000000000000000000000000000000000000000000000000000000000",
  "0000000000000000000000000000000000000000000000000000000000000080",
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
].map((hex) => hexToBytes(hex));

test("an Ed25519 key is accepted exactly where a whole implementation of the curve finds it sound", () => {
  fc.assert(
    fc.property(fc.oneof(bytes, atTheEdge, torsion), (point) => {
      expect(isAccepted(point)).toBe(isSound(point));
    }),
    { numRuns: 400 },
  );
});

test("the eight points of small order are refused", () => {
  expect(SMALL_ORDER.map(isAccepted)).toEqual(SMALL_ORDER.map(() => false));
});
