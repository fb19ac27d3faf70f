import { toBase64Url } from "../bytes";
import { type Context, issuerOf } from "../context";
import { Failure } from "../errors";
import { NONCE_MS } from "../limits";
import { apiKey } from "../store/apiKeys";
import { Guard } from "../store/head";
import { spendNonce } from "../store/nonces";
import type { Query } from "../store/query";
import { type StoredSession, session, whileUnchanged } from "../store/sessions";
import { type VerifiedToken, verifyAccessToken } from "./accessToken";
import { type ApiKeyRow, checkSecret, checkSignature } from "./apiKeyCheck";
import { type Caller, callerOfKey, callerOfSession, type Origin } from "./caller";
import type { Credential } from "./credential";
import { hashNonce } from "./secrets";

/** A credential on its way to be proven: what to look up, and how to judge what was found. */
export interface Claim {
  /** Reads may choose by it what to look up; nothing is answered before the check. */
  readonly apiKeyId: string;
  readonly query: Query<unknown>;
  /** @throws Failure `unauthorized` */
  check(found: unknown): Promise<Caller>;
  /** The caller, where the credential was looked up so short a time ago that a read of public keys need not ask again. */
  recent(): Caller | undefined;
  /** The caller as last seen here, which proves nothing, and a guard for a change by it: proven where that holds. */
  lastSeen(): LastSeen | undefined;
}

export interface LastSeen {
  readonly caller: Caller;
  readonly guard: Guard;
}

const unauthorized = (reason: string) => new Failure("unauthorized", undefined, reason);

const origin = (context: Context): Origin => ({
  address: context.source.address,
  connectionId: context.socket?.id,
  now: context.now(),
});

/** @throws Failure `unauthorized` where no look-up is needed to see that the credential is not good */
export async function makeClaim(
  credential: Exclude<Credential, { kind: "none" }>,
  context: Context,
): Promise<Claim> {
  switch (credential.kind) {
    case "invalid":
      throw unauthorized("malformed credential");
    case "token":
      return tokenClaim(await verifyToken(credential.token, context), context);
    case "bound":
      return sessionClaim(credential.verified, context);
    case "basic":
      return keyClaim(credential.apiKeyId, context, (row) =>
        checkSecret(context.config.masters, row, credential.secret),
      );
    case "signature":
      return keyClaim(credential.apiKeyId, context, once(signatureCheck(credential, context)));
  }
}

/** Proves a token now, for a socket to be bound to it. @throws Failure `unauthorized` */
export async function proveToken(token: string, context: Context): Promise<VerifiedToken> {
  const verified = await verifyToken(token, context);
  const claim = sessionClaim(verified, context);
  await claim.check(await context.db.run(claim.query));
  return verified;
}

async function verifyToken(token: string, context: Context): Promise<VerifiedToken> {
  const { config, now, memory } = context;
  const { masters } = config;
  const issuer = issuerOf(context);
  const known = memory.tokens.find(token, masters, issuer, now());
  if (known) return known;
  const verified = await verifyAccessToken(masters, token, issuer, now());
  if (!verified) throw unauthorized("token not ours, malformed or expired");
  memory.tokens.keep(token, masters, issuer, verified);
  return verified;
}

/** The claim of a verified token whose session every read looks up. */
function sessionClaim({ sessionId, generation, apiKeyId }: VerifiedToken, context: Context): Claim {
  const { recentCallers } = context.memory;
  const remember = recentCallers.startLookup(context.now());
  const callerOf = (row: StoredSession | undefined) =>
    row && callerOfSession(row, generation, origin(context));
  return {
    apiKeyId,
    query: session(sessionId),
    async check(found) {
      const row = found as StoredSession | undefined;
      const caller = callerOf(row);
      if (!row) recentCallers.forget(sessionId);
      if (!row || !caller) throw unauthorized("token expired, revoked, or bound to another place");
      remember(row);
      return caller;
    },
    recent: () => undefined,
    lastSeen() {
      const row = recentCallers.lastSeen(sessionId);
      const caller = callerOf(row);
      return row && caller && { caller, guard: new Guard(whileUnchanged(row)) };
    },
  };
}

/** The same for a token shown with the call itself: reads of public keys may reuse a look-up made a moment ago. */
function tokenClaim(verified: VerifiedToken, context: Context): Claim {
  const { memory, config } = context;
  return {
    ...sessionClaim(verified, context),
    recent() {
      const row = memory.recentCallers.find(verified.sessionId, config.readAuthCacheMs, context.now());
      const caller = row && callerOfSession(row, verified.generation, origin(context));
      return caller?.ipAddrs === null && !caller.connection ? caller : undefined;
    },
  };
}

type RowCheck = (row: ApiKeyRow | undefined) => Promise<boolean>;

function keyClaim(apiKeyId: string, context: Context, isGood: RowCheck): Claim {
  return {
    apiKeyId,
    query: apiKey(apiKeyId),
    async check(found) {
      const row = found as ApiKeyRow | undefined;
      const good = await isGood(row);
      const caller = good && row ? callerOfKey(row, origin(context)) : undefined;
      if (!caller)
        throw unauthorized("API key unknown or disabled, wrong secret, signature or address, or nonce spent");
      return caller;
    },
    recent: () => undefined,
    lastSeen: () => undefined,
  };
}

/** Checks the signature and then spends the nonce: only who can sign may use one up. */
function signatureCheck(
  { apiKeyId, nonce, signed }: Extract<Credential, { kind: "signature" }>,
  { config: { masters }, now, random, db }: Context,
): RowCheck {
  return async (row) => {
    if (!(await checkSignature(masters, row, signed, now()))) return false;
    const hash = await hashNonce(apiKeyId, nonce);
    return db.run(spendNonce({ apiKeyId, hash, owner: toBase64Url(random(16)), expires: now() + NONCE_MS }));
  };
}

/** A nonce is spent once for an HTTP request, whatever its batch; the row is judged anew each time. */
function once(check: RowCheck): RowCheck {
  let passed: Promise<boolean> | undefined;
  return async (row) => {
    passed ??= check(row);
    return (await passed) && row?.enabled === 1;
  };
}
