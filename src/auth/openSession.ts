import type { Context } from "../context";
import { Failure } from "../errors";
import { randomSessionId } from "../ids";
import { REFRESH_TOKEN_MS } from "../limits";
import { createSession, type SessionGuard } from "../store/newSession";
import { spendNonce } from "../store/nonces";
import type { ApiKeyRow } from "./apiKeyCheck";
import { parseList } from "./caller";
import { type Granted, issue } from "./issue";
import { ALL_PERMISSIONS, includes, parseTokenScope, SCOPE_NAMES, type TokenScope } from "./scope";

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
