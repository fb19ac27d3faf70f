import { concat, fromBase64, utf8 } from "../bytes";
import type { VerifiedToken } from "./accessToken";
import type { Signed } from "./apiKeyCheck";

/** The one credential that a call carries, as stated: nothing of it is proven yet. */
export type Credential =
  | { readonly kind: "none" }
  /** Present but not of a form that could be valid. */
  | { readonly kind: "invalid" }
  | { readonly kind: "token"; readonly token: string }
  /** The token bound to the socket, verified when it was bound. */
  | { readonly kind: "bound"; readonly verified: VerifiedToken }
  | { readonly kind: "basic"; readonly apiKeyId: string; readonly secret: string }
  | {
      readonly kind: "signature";
      readonly apiKeyId: string;
      readonly nonce: string;
      readonly signed: Signed;
    };

const SIGNATURE_SCHEME = "pmx-hmac-sha256";

/** Where a credential may be. `tokenField` is the `token` member of a JSON-RPC request. */
export interface Places {
  readonly authorization?: string | null | undefined;
  readonly userToken?: string | null | undefined;
  readonly tokenField?: string | undefined;
}

/** What a pmx-hmac-sha256 signature covers of an HTTP request: `path` with its query, `body` as the raw bytes. */
export interface SignedRequest {
  readonly method: string;
  readonly path: string;
  readonly body: ArrayBuffer;
}

/** Whether what a signature would cover is to be read. */
export const mayBeSigned = (authorization: string | null | undefined): boolean =>
  splitScheme(authorization)[0] === SIGNATURE_SCHEME;

/**
 * Picks the credential by the contract's order of precedence. Without a `request` no signature is accepted: the header is
 * then as bad as any other.
 */
export function pickCredential(places: Places, request?: SignedRequest): Credential {
  const [scheme, value] = splitScheme(places.authorization);
  if (scheme === "bearer") return { kind: "token", token: value };
  if (places.userToken != null) return { kind: "token", token: places.userToken.trim() };
  if (places.tokenField !== undefined) return { kind: "token", token: places.tokenField };
  if (scheme === "basic") return readBasic(value);
  if (scheme === SIGNATURE_SCHEME && request) return readSignature(value, request);
  if (scheme !== undefined) return { kind: "invalid" };
  return { kind: "none" };
}

function splitScheme(header: string | null | undefined): [string | undefined, string] {
  if (header == null) return [undefined, ""];
  const text = header.trim();
  const space = text.indexOf(" ");
  if (space < 0) return [text.toLowerCase(), ""];
  return [text.slice(0, space).toLowerCase(), text.slice(space + 1).trim()];
}

/** RFC 7617: base64 of `id:secret`, the id without a colon, UTF-8. */
export function readBasic(value: string): Credential {
  const bytes = fromBase64(value);
  const text = bytes && decodeUtf8(bytes);
  const colon = text?.indexOf(":") ?? -1;
  if (text === undefined || colon < 0) return { kind: "invalid" };
  return { kind: "basic", apiKeyId: text.slice(0, colon), secret: text.slice(colon + 1) };
}

const NONCE = /^[\x20-\x3a\x3c-\x7e]{0,64}$/;
/** Printable ASCII without `;`, 0 to 64 of it. */
export const isNonce = (text: string): boolean => NONCE.test(text);

function readSignature(value: string, { method, path, body }: SignedRequest): Credential {
  const [apiKeyId = "", version, timestamp = "", nonce = "", signature, ...rest] = value.split(";");
  const wellFormed =
    version === "1" && /^[0-9]{1,16}$/.test(timestamp) && isNonce(nonce) && rest.length === 0;
  if (!wellFormed || signature === undefined) return { kind: "invalid" };
  const text = concat(utf8(`${timestamp};${nonce};${method}\n${path}\n`), new Uint8Array(body), utf8("\n"));
  return { kind: "signature", apiKeyId, nonce, signed: { timestamp: Number(timestamp), text, signature } };
}

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
