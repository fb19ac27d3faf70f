import { and, eq, gt, sql } from "drizzle-orm";
import { countedChange, type Query } from "./query";
import { apiKeys, sessions } from "./schema";
import { columns, statement } from "./statement";

export const endReused = statement<{ id: string; generation: number }>()((db, $) =>
  db
    .delete(sessions)
    .where(and(eq(sessions.id, $("id")), gt(sessions.generation, $("generation"))))
    .returning(columns({ id: sessions.id })),
);

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

const endOfConnection = statement<{ connectionId: string }>()((db, $) =>
  db.delete(sessions).where(eq(sessions.connectionId, $("connectionId"))),
);

/** Ends the sessions that work on that WebSocket alone. */
export const endSessionsOfConnection = (connectionId: string): Query<void> =>
  countedChange([endOfConnection({ connectionId })], () => undefined);
