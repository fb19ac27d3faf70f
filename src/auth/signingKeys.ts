import { concat } from "../bytes";
import { SIGNING_EPOCH_MS } from "../limits";
import { makeRoom } from "../makeRoom";
import type { Master } from "./master";
import type { Masters } from "./secrets";

/** The keys of one 30-day epoch of one master. `jwk` is public and holds nothing but what a verifier needs. */
export interface SigningKey {
  readonly kid: string;
  readonly sign: CryptoKey;
  readonly verify: CryptoKey;
  readonly jwk: { kty: "OKP"; crv: "Ed25519"; x: string; kid: string; alg: "EdDSA"; use: "sig" };
}

/** PKCS #8 wrapping of a raw Ed25519 seed (RFC 8410, section 7). */
const PKCS8_PREFIX = Uint8Array.from([
  0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
]);

const kept = new Map<string, Promise<SigningKey>>();
/** Two masters with three epochs each are in use at a time; older ones may go. */
const MAX_KEPT = 12;

export const signingEpoch = (now: number): number => Math.floor(now / SIGNING_EPOCH_MS);

export function signingKey(master: Master, epoch: number): Promise<SigningKey> {
  const kid = `${master.id}.${epoch}`;
  let key = kept.get(kid);
  if (!key) {
    makeRoom(kept, MAX_KEPT);
    key = deriveSigningKey(master, epoch, kid);
    kept.set(kid, key);
  }
  return key;
}

/** The keys that a verifier accepts now: previous, current and next epoch of every master in use. */
export function acceptedKeys(masters: Masters, now: number): Promise<SigningKey[]> {
  const epoch = signingEpoch(now);
  return Promise.all(masters.flatMap((m) => [epoch - 1, epoch, epoch + 1].map((e) => signingKey(m, e))));
}

async function deriveSigningKey(master: Master, epoch: number, kid: string): Promise<SigningKey> {
  const pkcs8 = concat(PKCS8_PREFIX, await master.signingSeed(epoch));
  // Extractable for a moment only, to learn the public point; what is kept for signing cannot be exported.
  const open = await crypto.subtle.importKey("pkcs8", pkcs8, "Ed25519", true, ["sign"]);
  const { x } = (await crypto.subtle.exportKey("jwk", open)) as { x: string };
  const publicJwk = { kty: "OKP", crv: "Ed25519", x } as const;
  return {
    kid,
    sign: await crypto.subtle.importKey("pkcs8", pkcs8, "Ed25519", false, ["sign"]),
    verify: await crypto.subtle.importKey("jwk", publicJwk, "Ed25519", false, ["verify"]),
    jwk: { ...publicJwk, kid, alg: "EdDSA", use: "sig" },
  };
}
