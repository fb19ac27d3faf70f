import { toBase64Url, utf8 } from "../bytes";
import type { Context } from "../context";
import { Failure } from "../errors";
import { randomSecret } from "../ids";
import { CODE_MS, REFRESH_TOKEN_MS } from "../limits";
import { addCode, codeWithKey, endSessionOfCode } from "../store/oauthCodes";
import { allowsAddress } from "./caller";
import { provenKey } from "./grants";
import type { Granted } from "./issue";
import { verifyLoginToken } from "./loginToken";
import { askFor, openSession } from "./openSession";
import { isSameScope, scopeEntries } from "./scope";

/** OAuth's authorization code grant with PKCE (RFC 6749, section 4.1; RFC 7636): from a login token to a session. */

/** 256 bits of randomness need no slow hash. */
async function sha256(text: string): Promise<string> {
  return toBase64Url(new Uint8Array(await crypto.subtle.digest("SHA-256", utf8(text))));
}

const invalid = (reason: string) => new Failure("invalidGrant", undefined, reason);

/**
 * A code for whoever logs in with an API key, once for each login token.
 * @throws Failure invalidGrant, invalidCredentials
 */
export async function logIn(
  { apiKeyId, secret, token }: { apiKeyId: string; secret: string; token: string },
  context: Context,
): Promise<{ code: string; state: string | undefined }> {
  const { config, db, now, random } = context;
  const asked = await verifyLoginToken(config.masters, token, now());
  if (!asked) throw invalid("login token not ours, malformed or expired");
  const key = await provenKey(apiKeyId, secret, context);
  const code = randomSecret(random);
  const kept = await db.run(
    addCode({
      hash: await sha256(code),
      tokenHash: await sha256(token),
      apiKeyId: key.apiKeyId,
      clientId: asked.client_id,
      redirectUri: asked.redirect_uri,
      challenge: asked.code_challenge,
      scope: asked.scope,
      expires: now() + CODE_MS,
    }),
  );
  if (!kept) throw invalid("login token used before");
  return { code, state: asked.state };
}

/** What a program shows for its code. */
export interface ShownCode {
  readonly code: string;
  readonly clientId: string;
  readonly redirectUri: string;
  readonly verifier: string;
  /** Where the login asked for a scope as well, it must be the same. */
  readonly scope: readonly string[] | undefined;
}

/**
 * By a code. One that is shown again has leaked, and ends the session it gave.
 * @throws Failure invalidGrant, insufficientScope, tooManyLogins, invalidParams
 */
export async function grantByCode(shown: ShownCode, context: Context): Promise<Granted> {
  const { db, now, source } = context;
  const hash = await sha256(shown.code);
  const found = await db.run(codeWithKey(hash));
  if (!found) throw invalid("unknown code");
  const { code, key } = found;
  if (code.usedFor !== null) {
    await db.run(endSessionOfCode(hash));
    throw invalid("a used code was shown again: session ended");
  }
  const isGood =
    code.expires > now() &&
    code.clientId === shown.clientId &&
    code.redirectUri === shown.redirectUri &&
    code.challenge === (await sha256(shown.verifier)) &&
    allowsAddress(key.ipAddrs, source.address);
  if (!isGood) throw invalid("code expired, or bound to another client, redirect_uri, verifier or address");
  const stated = scopeEntries(code.scope);
  const scope = shown.scope ?? stated;
  if (stated.length > 0 && !isSameScope(scope, stated)) {
    throw new Failure("insufficientScope", "a code gives the scope that was asked for when it was made");
  }
  const expires = now() + REFRESH_TOKEN_MS;
  const guard = (owner: string) => ({ nonce: { apiKeyId: key.apiKeyId, hash, owner, expires } });
  try {
    return await openSession(key, askFor(scope, context), guard, "invalidGrant", context);
  } catch (error) {
    // Of two uses at the same moment one got the session: it ends, as it would after the other.
    if (error instanceof Failure && error.error === "invalidGrant") await db.run(endSessionOfCode(hash));
    throw error;
  }
}
