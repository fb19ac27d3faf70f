import { sha256 } from "@noble/hashes/sha2.js";
import { encodeBase64 } from "./base64";

/** The SHA-256 fingerprint of a public key's blob, as `ssh-keygen -lf` prints it: `SHA256:` and unpadded base64. */
export function fingerprint(blob: Uint8Array): string {
  return `SHA256:${encodeBase64(sha256(blob)).replace(/=+$/, "")}`;
}
