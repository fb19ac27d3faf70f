import { desc, eq, sql } from "drizzle-orm";
import type { Sent } from "./head";
import { type Query, query } from "./query";
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

/** JSON of everything that is judged, which the same values always give alike. */
const UNCHANGED = `(select json_array(${judged.map((name) => JUDGED[name]).join(", ")}) from sessions s
  join api_keys k on k.id = s.apiKeyId where s.id = ?) is ?`;

/** The condition for a change by the session's caller: it is still what it was found to be. */
export const whileUnchanged = (row: Pick<StoredSession, "sessionId" | Judged>): Sent => ({
  sql: UNCHANGED,
  args: [row.sessionId, JSON.stringify(judged.map((name) => row[name]))],
});

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
