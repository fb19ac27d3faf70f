import { fromBase64, utf8 } from "../bytes";
import { ed25519FromPem } from "../keys/ed25519Pem";
import { SIGNATURE_HMAC_BYTES, TIMESTAMP_TOLERANCE_MS } from "../limits";
import { equalSecrets, type Masters, openSecret, sealSecret } from "./secrets";

/** What of an API key's row a check needs. */
export interface ApiKeyRow {
  readonly apiKeyId: string;
  readonly userId: string;
  readonly enabled: number;
  readonly permissions: number;
  readonly ipAddrs: string | null;
  readonly maxScope: string;
  readonly publicKey: string | null;
  readonly sealedSecret: string | null;
}

const ED25519_SIGNATURE_BYTES = 64;

/** Stands in where there is no row or no secret, so that a refusal takes the same steps whatever its reason. */
const DECOY_ID = "";
/** RFC 8032, section 7.1, test 1: what it verifies never counts. */
const DECOY_PEM =
  "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n-----END PUBLIC KEY-----\n";
const decoys = new WeakMap<Masters, Promise<string>>();

function decoy(masters: Masters): Promise<string> {
  let sealed = decoys.get(masters);
  if (!sealed) {
    const random = (n: number) => crypto.getRandomValues(new Uint8Array(n));
    sealed = sealSecret(masters, DECOY_ID, crypto.randomUUID(), random);
    decoys.set(masters, sealed);
  }
  return sealed;
}

async function secretOf(masters: Masters, row: ApiKeyRow | undefined): Promise<string> {
  if (row?.sealedSecret) return openSecret(masters, row.apiKeyId, row.sealedSecret);
  return openSecret(masters, DECOY_ID, await decoy(masters));
}

/** Whether this is the secret of that enabled API key. */
export async function checkSecret(
  masters: Masters,
  row: ApiKeyRow | undefined,
  secret: string,
): Promise<boolean> {
  const equal = await equalSecrets(masters, await secretOf(masters, row), secret);
  return equal && row?.sealedSecret != null && row.enabled === 1;
}

/** A timestamp, a nonce and what was signed with them. */
export interface Signed {
  /** ms */
  readonly timestamp: number;
  /** The bytes that the signature covers. */
  readonly text: Uint8Array<ArrayBuffer>;
  /** Base64: Ed25519, or HMAC-SHA256 keyed by the secret's UTF-8 bytes and cut to its first 20 bytes. */
  readonly signature: string;
}

/** Whether that enabled API key signed this, within the time tolerance. The nonce is for the caller to spend. */
export async function checkSignature(
  masters: Masters,
  row: ApiKeyRow | undefined,
  signed: Signed,
  now: number,
): Promise<boolean> {
  const signature = fromBase64(signed.signature) ?? new Uint8Array(0);
  // Both, so that nobody learns from the time it takes which kind of key this is, or whether there is one.
  const byPublicKey = await verifyEd25519(row?.publicKey ?? DECOY_PEM, signature, signed.text);
  const bySecret = await verifyHmac(await secretOf(masters, row), signature, signed.text);
  const good = row?.publicKey ? byPublicKey : bySecret;
  const timely = Math.abs(now - signed.timestamp) <= TIMESTAMP_TOLERANCE_MS;
  return good && timely && row !== undefined && row.enabled === 1;
}

async function verifyHmac(
  secret: string,
  signature: Uint8Array,
  text: Uint8Array<ArrayBuffer>,
): Promise<boolean> {
  const key = await crypto.subtle.importKey("raw", utf8(secret), { name: "HMAC", hash: "SHA-256" }, false, [
    "sign",
  ]);
  const expected = new Uint8Array(await crypto.subtle.sign("HMAC", key, text)).slice(0, SIGNATURE_HMAC_BYTES);
  const given = new Uint8Array(SIGNATURE_HMAC_BYTES);
  given.set(signature.subarray(0, SIGNATURE_HMAC_BYTES));
  return crypto.subtle.timingSafeEqual(given, expected) && signature.length === SIGNATURE_HMAC_BYTES;
}

async function verifyEd25519(
  pem: string,
  signature: Uint8Array<ArrayBuffer>,
  text: Uint8Array<ArrayBuffer>,
): Promise<boolean> {
  const key = await crypto.subtle.importKey("raw", ed25519FromPem(pem), "Ed25519", false, ["verify"]);
  // A signature of another length makes WebCrypto throw here, where RFC 8032 (section 5.1.7) has it just not verify.
  const given = new Uint8Array(ED25519_SIGNATURE_BYTES);
  given.set(signature.subarray(0, ED25519_SIGNATURE_BYTES));
  const good = await crypto.subtle.verify("Ed25519", key, given, text);
  return good && signature.length === ED25519_SIGNATURE_BYTES;
}
