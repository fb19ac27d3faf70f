import type { Context } from "../context";
import { Failure } from "../errors";
import { randomSessionId } from "../ids";
import { NONCE_MS, REFRESH_TOKEN_MS } from "../limits";
import { apiKey } from "../store/apiKeys";
import { createSession, type SessionGuard } from "../store/newSession";
import { spendNonce } from "../store/nonces";
import { endReusedSession, refreshSession } from "../store/sessionChanges";
import { type StoredSession, session } from "../store/sessions";
import { signAccessToken } from "./accessToken";
import { type ApiKeyRow, checkSecret, checkSignature, type Signed } from "./apiKeyCheck";
import { allowsAddress, parseList } from "./caller";
import { signRefreshToken, verifyRefreshToken } from "./refreshToken";
import {
  ALL_PERMISSIONS,
  includes,
  isGranting,
  isSameScope,
  parseTokenScope,
  SCOPE_NAMES,
  type TokenScope,
} from "./scope";
import { hashNonce } from "./secrets";

/** A pair of tokens and what the session behind them is. Durations in ms. */
export interface Granted {
  readonly accessToken: string;
  readonly accessTokenExpiresIn: number;
  readonly refreshToken: string;
  readonly refreshTokenExpiresIn: number;
  readonly scope: readonly string[];
  readonly sessionName: string | null;
}

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
  if (!row || !good || !allowsAddress(row.ipAddrs, context.address)) throw new Failure("invalidCredentials");
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
  const { config, db, address, now } = context;
  const asked = askFor(scope, context);
  const row = await db.run(apiKey(apiKeyId));
  const good = await checkSignature(config.masters, row, signed, now());
  if (!row || !good || !allowsAddress(row.ipAddrs, address)) throw new Failure("unauthorized");
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
  const { config, db, now, address, socket } = context;
  const claims = await verifyRefreshToken(config.masters, refreshToken);
  if (!claims) throw new Failure("tokenInvalid");
  const row = await db.run(session(claims.sessionId));
  if (row && row.generation > claims.generation) {
    await db.run(endReusedSession(claims.sessionId, claims.generation));
    throw new Failure("tokenExpired", undefined, "a spent refresh token was shown again: session ended");
  }
  const inForce = row && row.generation === claims.generation && row.keyEnabled === 1;
  if (!inForce || Math.min(claims.expires, row.refreshExpires) <= now()) throw new Failure("tokenExpired");
  const here = allowsAddress(row.ipAddrs, address) && allowsAddress(row.keyIpAddrs, address);
  if (!here || (row.connectionId !== null && row.connectionId !== socket?.id)) {
    throw new Failure("unauthorized", undefined, "refresh token shown at another place than it is bound to");
  }
  return row;
}

/** What a list of scope entries asks for here. @throws Failure invalidParams */
export function askFor(scope: readonly string[], { socket }: Context): TokenScope {
  const asked = parseTokenScope(scope);
  if (asked.connection && !socket) {
    throw new Failure(
      "invalidParams",
      "scope: a token for this connection alone can only be asked for over a WebSocket",
    );
  }
  return asked;
}

/** What an API key lists as its scope: one that holds every scope also has those of later versions. */
export const scopeOfKey = ({
  permissions,
  maxScope,
}: Pick<ApiKeyRow, "permissions" | "maxScope">): readonly string[] =>
  permissions === ALL_PERMISSIONS ? SCOPE_NAMES : (parseList(maxScope) ?? []);

/**
 * Opens a session of a proven API key, with what was asked for. `guard` gets the new session's id, so that it can name
 * the session as owner of a nonce. @throws Failure insufficientScope, tooManyLogins, or `refusal` where the guard fails
 */
export async function openSession(
  row: ApiKeyRow,
  asked: TokenScope,
  guard: (sessionId: string) => SessionGuard,
  refusal: "invalidCredentials" | "unauthorized" | "invalidGrant",
  context: Context,
): Promise<Granted> {
  const id = randomSessionId(context.random);
  if (!includes(row.permissions, asked.permissions)) {
    // The signature does not cover the scope: unspent, the nonce would let a listener ask again for less.
    const { nonce } = guard(id);
    const fresh = nonce === undefined || (await context.db.run(spendNonce(nonce)));
    throw new Failure(fresh ? "insufficientScope" : refusal);
  }
  const everything = asked.entries.length === 0;
  const entries = everything ? scopeOfKey(row).filter((e) => !e.startsWith("ipAddr:")) : asked.entries;
  const now = context.now();
  const made = {
    apiKeyId: row.apiKeyId,
    name: asked.sessionName,
    scope: JSON.stringify(entries),
    permissions: everything ? row.permissions : asked.permissions,
    ipAddrs: asked.ipAddrs && JSON.stringify(asked.ipAddrs),
    connectionId: asked.connection ? (context.socket?.id ?? null) : null,
    accessMs: asked.accessMs,
    accessExpires: now + asked.accessMs,
    refreshExpires: now + REFRESH_TOKEN_MS,
  };
  const outcome = await context.db.run(createSession({ id, ...made }, guard(id), now));
  if (outcome === "refused") throw new Failure(refusal);
  if (outcome === "tooMany") throw new Failure("tooManyLogins");
  return issue({ ...made, sessionId: id, generation: 1, userId: row.userId }, now, context);
}

type Issued = Pick<
  StoredSession,
  | "sessionId"
  | "generation"
  | "apiKeyId"
  | "userId"
  | "name"
  | "scope"
  | "ipAddrs"
  | "connectionId"
  | "accessExpires"
  | "refreshExpires"
>;

/** `issued` in ms. */
async function issue(made: Issued, issued: number, { config, issuer }: Context): Promise<Granted> {
  const { sessionId, generation, apiKeyId, userId, accessExpires, refreshExpires } = made;
  const entries = parseList(made.scope) ?? [];
  const bound = [
    ...(made.ipAddrs === null ? [] : ["ipAddr"]),
    ...(made.connectionId === null ? [] : ["connection"]),
  ];
  const claims = { issuer, userId, apiKeyId, sessionId, generation, issued, expires: accessExpires, bound };
  return {
    accessToken: await signAccessToken(
      config.masters,
      { ...claims, scope: entries.filter(isGranting) },
      issued,
    ),
    accessTokenExpiresIn: accessExpires - issued,
    refreshToken: await signRefreshToken(config.masters, { sessionId, generation, expires: refreshExpires }),
    refreshTokenExpiresIn: refreshExpires - issued,
    scope: entries,
    sessionName: made.name,
  };
}
