import { sha256 } from "@noble/hashes/sha2.js";
import bs58 from "bs58";

/** Public keys as PrivMX writes them, and what only looks like one. Names say what is wrong. */

const bytes = (hex: string) => Uint8Array.from(hex.match(/../g) ?? [], (b) => Number.parseInt(b, 16));
const base58Check = (payload: Uint8Array): string =>
  bs58.encode(Uint8Array.of(...payload, ...sha256(sha256(payload)).subarray(0, 4)));
const key = (hex: string): string => base58Check(bytes(hex));

/** Abscissa of the generator (SEC 2, section 2.4.1). */
const G = "79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798";
const P = 2n ** 256n - 2n ** 32n - 977n;
const abscissa = (n: bigint): string => n.toString(16).padStart(64, "0");

export const GOOD: readonly (readonly [name: string, text: string])[] = [
  ["the API document's host key", "8UV7xqdcyqYDcZomeZbv4YNXLhikz1gt5teR9Qgot8xknL6nhH"],
  ["the API document's user key", "51WPnnGwztNPWUDEbhncYDxZCZWAFS4M9Yqv94N2335nL92fEn"],
  ["the generator", key(`02${G}`)],
  ["the generator's negative", key(`03${G}`)],
  ["twice the generator", key("02c6047f9441ed7d6d3045406e95c07cd85c778e4b8cef3ca7abac09b95c709ee5")],
  ["three times the generator", key("02f9308a019258c31049344f85f89d5229b531c845836f99b08601f113bce036f9")],
  ["the smallest abscissa on the curve, 1", key(`02${abscissa(1n)}`)],
];

export const BAD: readonly (readonly [name: string, text: string])[] = [
  ["nothing", ""],
  ["spaces around a key", ` ${key(`02${G}`)} `],
  ["a wrong checksum", key(`02${G}`).replace(/.$/, (c) => (c === "2" ? "3" : "2"))],
  ["no checksum", bs58.encode(bytes(`02${G}`))],
  [
    "a checksum of one SHA-256 round",
    bs58.encode(Uint8Array.of(...bytes(`02${G}`), ...sha256(bytes(`02${G}`)).subarray(0, 4))),
  ],
  ["a letter that Base58 does not have", key(`02${G}`).replace(/^./, "0")],
  ["a leading 1, which stands for a zero byte", `1${key(`02${G}`)}`],
  ["an uncompressed point", key(`04${G}483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8`)],
  ["an x-only key of 32 bytes", key(G)],
  ["34 bytes", key(`02${G}00`)],
  ["the point at infinity", key("00")],
  ["the prefix 00", key(`00${G}`)],
  ["the prefix 01", key(`01${G}`)],
  ["the prefix 04 on a compressed point", key(`04${G}`)],
  ["the prefix 05", key(`05${G}`)],
  ["the prefix of a hybrid point", key(`06${G}`)],
  ["an abscissa that is not on the curve, 0", key(`02${abscissa(0n)}`)],
  ["an abscissa that is not on the curve, 5", key(`02${abscissa(5n)}`)],
  ["an abscissa that is the field's prime", key(`02${abscissa(P)}`)],
  ["an abscissa beyond the prime that would be on the curve once reduced", key(`02${abscissa(P + 1n)}`)],
  ["the largest abscissa there is", key(`02${"ff".repeat(32)}`)],
  ["a private key in WIF", base58Check(bytes(`80${G}01`))],
  ["a key in hexadecimal", `02${G}`],
  ["a key twice", `${key(`02${G}`)}${key(`02${G}`)}`],
  ["a key with a line break", `${key(`02${G}`)}\n`],
  ["a very long text", "2".repeat(100_000)],
];
