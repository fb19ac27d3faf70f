import * as z from "zod/mini";
import { parseMaxScope, parseTokenScope, ScopeError } from "../auth/scope";
import { ed25519FromPem } from "../keys/ed25519Pem";
import { KeyError } from "../keys/keyError";
import { isUserPubKey } from "../keys/userPubKey";
import { makeRoom } from "../makeRoom";

/**
 * Shared fields of params and results. The message of a check says what is expected, as `explain` repeats it. Fields of
 * the busiest methods register what describes them, since `z.meta` is one more check that every parse runs.
 */

const CONTROL = /\p{Cc}/u;

/** `min` to `max` code points without lone surrogates and control characters; compared byte for byte. */
export const text = (min: number, max: number, description: string) =>
  z
    .string()
    .check(
      z.refine(
        (s) => hasLength(s, min, max) && s.isWellFormed() && !CONTROL.test(s),
        `a text of ${min} to ${max} characters, none of them a control character`,
      ),
    )
    .register(z.globalRegistry, { minLength: min, maxLength: max, description });

/** A secret or an opaque token: any well-formed text. */
export const opaque = (min: number, max: number, description: string) =>
  z.string().check(
    z.refine((s) => hasLength(s, min, max) && s.isWellFormed(), `a text of ${min} to ${max} characters`),
    z.meta({ minLength: min, maxLength: max, description }),
  );

/** Counts code points, and none at all where the text is too long for any count to fit. */
function hasLength(s: string, min: number, max: number): boolean {
  if (s.length < min || s.length > 2 * max) return false;
  const length = s.length <= max && !/[\ud800-\udfff]/.test(s) ? s.length : [...s].length;
  return length >= min && length <= max;
}

/** Keys found valid, so that a key seen again costs a look-up and no arithmetic on the curve. */
const MAX_VALID_KEYS = 10_000;
const validKeys = new Set<string>();

export function isValidUserPubKey(s: string): boolean {
  if (validKeys.has(s)) return true;
  if (!isUserPubKey(s)) return false;
  makeRoom(validKeys, MAX_VALID_KEYS);
  validKeys.add(s);
  return true;
}

const pubKey = (description: string) =>
  z
    .string()
    .check(z.refine(isValidUserPubKey, "a public key in Base58Check: a compressed point of secp256k1"))
    .register(z.globalRegistry, { description });

export const instanceId = pubKey("The host's public key, which identifies the Bridge instance");
export const hostPubKey = pubKey("The host's public key");
export const userPubKey = pubKey("The user's public key");
export const contextId = text(3, 128, "Context on that Bridge instance");
export const userId = text(3, 128, "User in that context");
export const hostUrl = text(3, 2048, "URL of the host, compared exactly as given");

/** Milliseconds since 1970. A date beyond what a double holds exactly is far in the future, which means now. */
export const date = z
  .number()
  .check(
    z.refine((n) => n >= 0 && Number.isInteger(n), "a whole number of milliseconds from 0"),
    z.overwrite((n) => Math.min(n, Number.MAX_SAFE_INTEGER)),
  )
  .register(z.globalRegistry, {
    minimum: 0,
    description: "Milliseconds since 1970-01-01 UTC; in the future it means now",
  });

export const timestamp = z
  .int()
  .check(z.nonnegative(), z.meta({ description: "Milliseconds since 1970-01-01 UTC" }));

export const apiKeyId = text(3, 128, "API key id");
export const apiKeyName = text(0, 128, "Name of the API key");
export const sessionName = text(0, 128, "Name of the session; an older one of that name is replaced");
export const targetUserId = z.optional(
  text(3, 128, "Another user's id, for administrators; the caller's by default"),
);
export const clientSecret = opaque(32, 256, "Secret of the API key");
export const refreshToken = opaque(0, 1024, "Refresh token from an earlier answer");

const entry = text(0, 128, "A scope or restriction");
const scopeList = (description: string, parse: (list: readonly string[]) => unknown) =>
  z.array(entry).check(
    z.maxLength(128),
    (payload) => {
      const message = refusal(ScopeError, () => parse(payload.value));
      if (message)
        payload.issues.push({ code: "custom", message: `a list in which ${message}`, input: payload.value });
    },
    z.meta({ description }),
  );

export const maxScope = scopeList("What the API key may do at most", parseMaxScope);
export const tokenScope = scopeList(
  "What the token may do; an empty list asks for all that the API key may",
  parseTokenScope,
);
export const givenScope = z.array(z.string()).check(z.meta({ description: "As asked, `read_write` split" }));

export const clientPubKey = z.string().check(
  (payload) => {
    const message = refusal(KeyError, () => ed25519FromPem(payload.value));
    if (message)
      payload.issues.push({ code: "custom", message: `an Ed25519 public key in PEM: ${message}`, input: "" });
  },
  z.meta({ description: "Ed25519 public key in PEM" }),
);

function refusal(kind: new (message: string) => Error, run: () => unknown): string | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    if (error instanceof kind) return error.message;
    throw error;
  }
}

export const ok = z.literal("OK");
export const nothing = z.strictObject({});

/** What of a key's owner every method of keys takes. */
export const keyOwner = { userId, instanceId, contextId };

/** A user's public key as it stands in the history. */
export const userIdentity = z.strictObject({
  userId: z.string(),
  userPubKey: z.string(),
  contextId: z.string(),
  instanceId: z.string(),
  createDate: timestamp,
});

export const hostIdentity = z.strictObject({
  instanceId: z.string(),
  hostPubKey: z.string(),
  addresses: z.array(z.string()),
});

export const tokens = z.strictObject({
  accessToken: opaque(1, 1024, "Access token used in authorization"),
  accessTokenExpiresIn: z.int().check(z.meta({ description: "Access token lifetime in milliseconds" })),
  refreshToken: opaque(1, 1024, "Refresh token that makes new tokens, once"),
  refreshTokenExpiresIn: z.int().check(z.meta({ description: "Refresh token lifetime in milliseconds" })),
  tokenType: z.literal("Bearer"),
  scope: givenScope,
  sessionName: z.optional(z.string()),
});

export const apiKeyInfo = z.strictObject({
  apiKeyId: z.string(),
  name: z.string(),
  enabled: z.boolean(),
  maxScope: z.array(z.string()),
  clientPublicKey: z.optional(z.string()),
  clientSecret: z.optional(
    z
      .string()
      .check(
        z.meta({ description: "Only for a caller who could make such a key: with user:write and its scope" }),
      ),
  ),
});
