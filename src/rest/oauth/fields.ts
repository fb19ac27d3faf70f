import * as z from "zod/mini";
import { scopeEntries } from "../../auth/scope";
import { opaque, text, tokenScope } from "../../methods/fields";

/** Parameters of OAuth's endpoints. Unknown ones are ignored (RFC 6749, section 3). */

export const clientId = text(1, 256, "Names the calling program");
export const redirectUri = text(1, 2048, "Where the person is led back to");

export const scope = z.pipe(
  z.pipe(
    text(0, 2048, "Scopes, separated by spaces; all that the API key has by default"),
    z.transform(scopeEntries),
  ),
  tokenScope,
);

/** base64url of a SHA-256 (RFC 7636, section 4.2). */
export const codeChallenge = z
  .string()
  .check(z.refine((s) => /^[A-Za-z0-9_-]{43}$/.test(s), "the base64url of a SHA-256, 43 characters"));

/** RFC 7636, section 4.1. */
export const codeVerifier = z
  .string()
  .check(z.refine((s) => /^[A-Za-z0-9._~-]{43,128}$/.test(s), "43 to 128 of A-Z a-z 0-9 - . _ ~"));

export const state = opaque(1, 1024, "Given back as it came");
