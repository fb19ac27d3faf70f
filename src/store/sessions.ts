import { and, desc, eq, gt, type Placeholder, sql } from "drizzle-orm";
import { KEPT_SESSIONS, MAX_SESSIONS } from "../limits";
import type { Sent } from "./head";
import { isSpentBy, type SpentNonce, spend } from "./nonces";
import { countedChange, type Query, query } from "./query";
import { apiKeys, sessions, users } from "./schema";
import { columns, type RowsOf, statement } from "./statement";

const byId = statement<{ id: string }>()((db, $) =>
  db
    .select(
      columns({
        sessionId: sessions.id,
        name: sessions.name,
        scope: sessions.scope,
        permissions: sessions.permissions,
        ipAddrs: sessions.ipAddrs,
        connectionId: sessions.connectionId,
        accessMs: sessions.accessMs,
        generation: sessions.generation,
        accessExpires: sessions.accessExpires,
        refreshExpires: sessions.refreshExpires,
        apiKeyId: apiKeys.id,
        userId: apiKeys.userId,
        keyEnabled: apiKeys.enabled,
        keyPermissions: apiKeys.permissions,
        keyIpAddrs: apiKeys.ipAddrs,
      }),
    )
    .from(sessions)
    .innerJoin(apiKeys, eq(apiKeys.id, sessions.apiKeyId))
    .where(eq(sessions.id, $("id"))),
);

export type StoredSession = RowsOf<typeof byId>;

/** A session with the API key it came from. */
export const session = (id: string): Query<StoredSession | undefined> =>
  query([byId({ id })], ([row]) => row);

/** What of a session and its API key says who calls and what they may do. */
const JUDGED = {
  generation: "s.generation",
  accessExpires: "s.accessExpires",
  permissions: "s.permissions",
  ipAddrs: "s.ipAddrs",
  connectionId: "s.connectionId",
  apiKeyId: "k.id",
  userId: "k.userId",
  keyEnabled: "k.enabled",
  keyPermissions: "k.permissions",
  keyIpAddrs: "k.ipAddrs",
} as const satisfies Partial<Record<keyof StoredSession, string>>;
type Judged = keyof typeof JUDGED;
const judged = Object.keys(JUDGED) as Judged[];

const UNCHANGED = `exists (select 1 from sessions s join api_keys k on k.id = s.apiKeyId
  where s.id = ? and ${judged.map((name) => `${JUDGED[name]} is ?`).join(" and ")})`;

/** The condition for a change by the session's caller: it is still what it was found to be. */
export const whileUnchanged = (row: Pick<StoredSession, "sessionId" | Judged>): Sent => ({
  sql: UNCHANGED,
  args: [row.sessionId, ...judged.map((name) => row[name])],
});

export interface NewSession {
  readonly id: string;
  readonly apiKeyId: string;
  readonly name: string | null;
  /** JSON list */
  readonly scope: string;
  readonly permissions: number;
  /** JSON list */
  readonly ipAddrs: string | null;
  readonly connectionId: string | null;
  readonly accessMs: number;
  readonly accessExpires: number;
  readonly refreshExpires: number;
}

/** What must still hold when the session is made: a nonce not spent before, or a parent whose token is not spent. */
export interface SessionGuard {
  readonly nonce?: SpentNonce;
  readonly parent?: { readonly id: string; readonly generation: number };
}

type PruneArgs = { apiKeyId: string; name: string | null; parentId: string | null; now: number };

/** One of the new session's name is about to be replaced: it neither counts nor has to go here. */
const prune = statement<PruneArgs>()((db, $) =>
  db.delete(sessions).where(
    sql`${sessions.apiKeyId} = ${$("apiKeyId")} and ${sessions.accessExpires} <= ${$("now")}
      and ${sessions.id} is not ${$("parentId")}
      and ${sessions.id} in (select s.id from sessions s where s.apiKeyId = ${$("apiKeyId")}
        and coalesce(s.name <> ${$("name")}, 1) order by s.createDate desc, s.id limit -1 offset ${sql.raw(String(KEPT_SESSIONS - 1))})`,
  ),
);

type Guard = {
  nonceHash: string | null;
  nonceOwner: string | null;
  parentId: string | null;
  parentGeneration: number | null;
  now: number;
};
type GuardArgs = (name: keyof Guard | "apiKeyId") => Placeholder;

const isNonceOurs = ($: GuardArgs) =>
  sql`(${$("nonceHash")} is null or ${isSpentBy($("apiKeyId"), $("nonceHash"), $("nonceOwner"))})`;

const isParentUnspent = ($: GuardArgs) =>
  sql`(${$("parentId")} is null or exists (select 1 from sessions p where p.id = ${$("parentId")}
    and p.generation = ${$("parentGeneration")} and p.refreshExpires > ${$("now")}))`;

const insert = statement<{ [K in keyof NewSession]: NewSession[K] } & Guard>()((db, $) =>
  db
    .insert(sessions)
    .select(
      // Unnamed at first: an older session of that name still holds it.
      sql`select ${$("id")}, ${apiKeys.id}, null, ${$("scope")}, ${$("permissions")}, ${$("ipAddrs")}, ${$("connectionId")},
        ${$("accessMs")}, 1, ${$("accessExpires")}, ${$("refreshExpires")}, ${$("now")}
      from ${apiKeys} where ${apiKeys.id} = ${$("apiKeyId")} and ${apiKeys.enabled} = 1
        and (select count(*) from ${sessions} where ${sessions.apiKeyId} = ${$("apiKeyId")}
          and coalesce(${sessions.name} <> ${$("name")}, 1)) < ${sql.raw(String(MAX_SESSIONS))}
        and ${isNonceOurs($)} and ${isParentUnspent($)}`,
    )
    .returning(columns({ id: sessions.id })),
);

const replaceNamed = statement<{ id: string; apiKeyId: string; name: string | null }>()((db, $) =>
  db.delete(sessions).where(
    sql`${sessions.apiKeyId} = ${$("apiKeyId")} and ${sessions.name} = ${$("name")} and ${sessions.id} <> ${$("id")}
      and exists (select 1 from sessions made where made.id = ${$("id")})`,
  ),
);

const rename = statement<{ id: string; name: string | null }>()((db, $) =>
  db
    .update(sessions)
    .set({ name: sql`${$("name")}` })
    .where(eq(sessions.id, $("id"))),
);

const outcome = statement<{ id: string; apiKeyId: string } & Guard>()((db, $) =>
  db
    .select(
      columns({
        made: sql<number>`exists (select 1 from ${sessions} where ${sessions.id} = ${$("id")})`,
        good: sql<number>`${apiKeys.enabled} = 1 and ${isNonceOurs($)} and ${isParentUnspent($)}`,
      }),
    )
    .from(apiKeys)
    .where(eq(apiKeys.id, $("apiKeyId"))),
);

const endReused = statement<{ id: string; generation: number }>()((db, $) =>
  db
    .delete(sessions)
    .where(and(eq(sessions.id, $("id")), gt(sessions.generation, $("generation"))))
    .returning(columns({ id: sessions.id })),
);

/** `refused`: the API key, the nonce or the parent is no longer good. */
export type SessionOutcome = "made" | "refused" | "tooMany";

/**
 * Makes a session in one transaction: old ones of the API key make room, the nonce is spent, a parent whose token was
 * spent meanwhile ends, one of the same name is replaced.
 */
export function createSession(
  made: NewSession,
  { nonce, parent }: SessionGuard,
  now: number,
): Query<SessionOutcome> {
  const { id, apiKeyId, name } = made;
  const guard = {
    nonceHash: nonce?.hash ?? null,
    nonceOwner: nonce?.owner ?? null,
    parentId: parent?.id ?? null,
    parentGeneration: parent?.generation ?? null,
    now,
  };
  const statements = [
    prune({ apiKeyId, name, parentId: guard.parentId, now }),
    ...(nonce ? [spend({ ...nonce })] : []),
    ...(parent ? [endReused(parent)] : []),
    insert({ ...made, ...guard }),
    replaceNamed({ id, apiKeyId, name }),
    rename({ id, name }),
  ];
  return countedChange([...statements, outcome({ id, apiKeyId, ...guard })], (...rows) => {
    const [found] = rows.at(-1) as { made: number; good: number }[];
    if (found?.made) return "made";
    return found?.good ? "tooMany" : "refused";
  });
}

const rotate = statement<{
  id: string;
  generation: number;
  now: number;
  accessExpires: number;
  refreshExpires: number;
}>()((db, $) =>
  db
    .update(sessions)
    .set({
      generation: sql`${sessions.generation} + 1`,
      accessExpires: sql`${$("accessExpires")}`,
      refreshExpires: sql`${$("refreshExpires")}`,
    })
    .where(
      and(
        eq(sessions.id, $("id")),
        eq(sessions.generation, $("generation")),
        gt(sessions.refreshExpires, $("now")),
        sql`exists (select 1 from ${apiKeys} where ${apiKeys.id} = ${sessions.apiKeyId} and ${apiKeys.enabled} = 1)`,
      ),
    )
    .returning(columns({ generation: sessions.generation })),
);

/**
 * Spends the refresh token of that generation. One that was spent before has leaked: its session ends.
 * Gives the new generation, or undefined where the token is not good any more.
 */
export function refreshSession(args: Parameters<typeof rotate>[0]): Query<number | undefined> {
  return countedChange([endReused(args), rotate(args)], (_ended, [row]) => row?.generation);
}

/** Ends the session whose spent refresh token was shown again. */
export const endReusedSession = (id: string, generation: number): Query<boolean> =>
  countedChange([endReused({ id, generation })], (rows) => rows.length > 0);

const ofUser = statement<{ userId: string | null; callerKeyId: string; now: number }>()((db, $) =>
  db
    .select(
      columns({
        sessionId: sessions.id,
        apiKeyId: sessions.apiKeyId,
        name: sessions.name,
        scope: sessions.scope,
        createDate: sessions.createDate,
        accessExpires: sessions.accessExpires,
        refreshExpires: sessions.refreshExpires,
      }),
    )
    .from(apiKeys)
    .innerJoin(sessions, eq(sessions.apiKeyId, apiKeys.id))
    .where(
      sql`${apiKeys.userId} = coalesce(${$("userId")}, (select k.userId from api_keys k where k.id = ${$("callerKeyId")}))
        and ${sessions.refreshExpires} > ${$("now")}`,
    )
    .orderBy(desc(sessions.createDate), sessions.id),
);

const userExists = statement<{ userId: string | null; callerKeyId: string }>()((db, $) =>
  db
    .select(columns({ userId: users.id }))
    .from(users)
    .where(
      sql`${users.id} = coalesce(${$("userId")}, (select k.userId from api_keys k where k.id = ${$("callerKeyId")}))`,
    ),
);

/** The live sessions of a user, newest first; undefined where there is no such user. */
export function sessionsOf(userId: string | undefined, callerKeyId: string, now: number) {
  const of = { userId: userId ?? null, callerKeyId };
  return query([userExists(of), ofUser({ ...of, now })], ([user], rows) => (user ? rows : undefined));
}

const end = statement<{ id: string; userId: string }>()((db, $) =>
  db
    .delete(sessions)
    .where(
      and(
        eq(sessions.id, $("id")),
        sql`${sessions.apiKeyId} in (select ${apiKeys.id} from ${apiKeys} where ${apiKeys.userId} = ${$("userId")})`,
      ),
    )
    .returning(columns({ id: sessions.id })),
);

/** Ends a session of that user; false where it has none of that id. */
export const endSession = (id: string, userId: string): Query<boolean> =>
  countedChange([end({ id, userId })], (rows) => rows.length > 0);

const ofConnection = statement<{ connectionId: string }>()((db, $) =>
  db
    .select(columns({ id: sessions.id }))
    .from(sessions)
    .where(eq(sessions.connectionId, $("connectionId")))
    .limit(1),
);

/** Whether a WebSocket has sessions that work on it alone. */
export const hasSessions = (connectionId: string): Query<boolean> =>
  query([ofConnection({ connectionId })], (rows) => rows.length > 0);

const endOfConnection = statement<{ connectionId: string }>()((db, $) =>
  db.delete(sessions).where(eq(sessions.connectionId, $("connectionId"))),
);

/** Ends the sessions that work on that WebSocket alone. */
export const endSessionsOfConnection = (connectionId: string): Query<void> =>
  countedChange([endOfConnection({ connectionId })], () => undefined);
