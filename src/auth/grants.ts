import type { Context } from "../context";
import { Failure } from "../errors";
import { randomSessionId } from "../ids";
import { NONCE_MS, REFRESH_TOKEN_MS } from "../limits";
import { apiKey } from "../store/apiKeys";
import { createSession } from "../store/newSession";
import { endReusedSession, refreshSession } from "../store/sessionChanges";
import { type StoredSession, session } from "../store/sessions";
import { type ApiKeyRow, checkSecret, checkSignature, type Signed } from "./apiKeyCheck";
import { allowsAddress, parseList } from "./caller";
import { type Granted, issue } from "./issue";
import { askFor, openSession } from "./openSession";
import { verifyRefreshToken } from "./refreshToken";
import { isSameScope } from "./scope";
import { hashNonce } from "./secrets";

/** By an API key's secret. @throws Failure invalidCredentials, insufficientScope, tooManyLogins, invalidParams */
export async function grantBySecret(
  { apiKeyId, secret, scope }: { apiKeyId: string; secret: string; scope: readonly string[] },
  context: Context,
): Promise<Granted> {
  const asked = askFor(scope, context);
  const row = await provenKey(apiKeyId, secret, context);
  return openSession(row, asked, () => ({}), "invalidCredentials", context);
}

/** The enabled API key of that id and secret. @throws Failure invalidCredentials */
export async function provenKey(apiKeyId: string, secret: string, context: Context): Promise<ApiKeyRow> {
  const row = await context.db.run(apiKey(apiKeyId));
  const good = await checkSecret(context.config.masters, row, secret);
  if (!row || !good || !allowsAddress(row.ipAddrs, context.source.address))
    throw new Failure("invalidCredentials");
  return row;
}

/** By a signature of an API key. @throws Failure unauthorized, insufficientScope, tooManyLogins, invalidParams */
export async function grantBySignature(
  {
    apiKeyId,
    nonce,
    signed,
    scope,
  }: { apiKeyId: string; nonce: string; signed: Signed; scope: readonly string[] },
  context: Context,
): Promise<Granted> {
  const { config, db, source, now } = context;
  const asked = askFor(scope, context);
  const row = await db.run(apiKey(apiKeyId));
  const good = await checkSignature(config.masters, row, signed, now());
  if (!row || !good || !allowsAddress(row.ipAddrs, source.address)) throw new Failure("unauthorized");
  const hash = await hashNonce(apiKeyId, nonce);
  const expires = now() + NONCE_MS;
  const guard = (owner: string) => ({ nonce: { apiKeyId, hash, owner, expires } });
  return openSession(row, asked, guard, "unauthorized", context);
}

/**
 * By a refresh token, which is spent. The new tokens have the session's scope: `scope`, where it is given, must be that.
 * @throws Failure tokenExpired, tokenInvalid, unauthorized, insufficientScope
 */
export async function grantByRefresh(
  refreshToken: string,
  context: Context,
  scope?: readonly string[],
): Promise<Granted> {
  const { db, now } = context;
  const row = await unspentSession(refreshToken, context);
  if (scope && !isSameScope(scope, parseList(row.scope) ?? [])) {
    throw new Failure("insufficientScope", "a refreshed token has the scope of the one before");
  }
  const at = now();
  const times = { now: at, accessExpires: at + row.accessMs, refreshExpires: at + REFRESH_TOKEN_MS };
  const generation = await db.run(
    refreshSession({ id: row.sessionId, generation: row.generation, ...times }),
  );
  if (generation === undefined) throw new Failure("tokenExpired");
  return issue({ ...row, ...times, generation }, at, context);
}

/** A session of its own beside that of the refresh token, which stays good. Errors as those of a refresh, and tooManyLogins. */
export async function grantFork(
  refreshToken: string,
  sessionName: string,
  context: Context,
): Promise<Granted> {
  const { db, now, random } = context;
  const parent = await unspentSession(refreshToken, context);
  const at = now();
  if (parent.connectionId !== null) throw new Failure("invalidRequest");
  const fork = {
    ...parent,
    sessionId: randomSessionId(random),
    name: sessionName,
    scope: JSON.stringify(parseList(parent.scope)?.filter((e) => !e.startsWith("session:"))),
    generation: 1,
    accessExpires: Math.min(at + parent.accessMs, parent.refreshExpires),
  };
  const guard = { parent: { id: parent.sessionId, generation: parent.generation } };
  const outcome = await db.run(createSession({ ...fork, id: fork.sessionId }, guard, at));
  if (outcome === "refused") throw new Failure("tokenExpired");
  if (outcome === "tooMany") throw new Failure("tooManyLogins");
  return issue(fork, at, context);
}

/** The session whose refresh token this is. One that was spent before has leaked and ends its session. */
async function unspentSession(refreshToken: string, context: Context): Promise<StoredSession> {
  const { config, db, now, source, socket } = context;
  const claims = await verifyRefreshToken(config.masters, refreshToken);
  if (!claims) throw new Failure("tokenInvalid");
  const row = await db.run(session(claims.sessionId));
  if (row && row.generation > claims.generation) {
    await db.run(endReusedSession(claims.sessionId, claims.generation));
    throw new Failure("tokenExpired", undefined, "a spent refresh token was shown again: session ended");
  }
  const inForce = row && row.generation === claims.generation && row.keyEnabled === 1;
  if (!inForce || Math.min(claims.expires, row.refreshExpires) <= now()) throw new Failure("tokenExpired");
  const { address } = source;
  const here = allowsAddress(row.ipAddrs, address) && allowsAddress(row.keyIpAddrs, address);
  if (!here || (row.connectionId !== null && row.connectionId !== socket?.id)) {
    throw new Failure("unauthorized", undefined, "refresh token shown at another place than it is bound to");
  }
  return row;
}
