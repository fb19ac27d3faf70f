import bs58 from "bs58";
import { toBase64Url } from "./bytes";
import { toHex } from "./keys/hex";

type Random = (bytes: number) => Uint8Array<ArrayBuffer>;

/** 128 random bits as 22 characters of base64url. */
export const randomSessionId = (random: Random): string => toBase64Url(random(16));

/** 128 random bits as about 22 characters of base58: safe in a header, in a URL and on a command line. */
export const randomApiKeyId = (random: Random): string => bs58.encode(random(16));

/** 256 random bits as about 44 characters of base58. */
export const randomSecret = (random: Random): string => bs58.encode(random(32));

/** RFC 9562, version 4. */
export function randomUuid(random: Random): string {
  const bytes = random(16);
  const at = (i: number) => bytes[i] as number;
  bytes[6] = (at(6) & 0x0f) | 0x40;
  bytes[8] = (at(8) & 0x3f) | 0x80;
  const hex = toHex(bytes);
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
