import { KeyError } from "./keyError";

/**
 * Strict base64 (RFC 4648 section 4): standard alphabet, padded, no white space and no stray bits, so that one
 * blob has exactly one text.
 * @throws KeyError
 */
export function decodeBase64(text: string): Uint8Array<ArrayBuffer> {
  let binary: string;
  try {
    binary = atob(text);
  } catch {
    throw new KeyError(
      "The key is not base64 text: copy all of it again, without line breaks or other characters.",
    );
  }
  // atob forgives white space, missing padding and stray bits; only canonical text survives the way back.
  if (btoa(binary) !== text) {
    throw new KeyError(
      "The key's base64 text is incomplete or not canonical: copy all of it again, with its padding.",
    );
  }
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

/** Padded standard base64 of the bytes. */
export function encodeBase64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}
