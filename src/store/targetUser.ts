import { eq, sql } from "drizzle-orm";
import { apiKeys, users } from "./schema";
import { columns, statement } from "./statement";

/** Which user is meant: a named one, or the one whose API key the caller uses. */
export interface Target {
  readonly userId: string | undefined;
  readonly callerKeyId: string;
}

export type TargetArgs = { userId: string | null; callerKeyId: string };

export const bindTarget = ({ userId, callerKeyId }: Target): TargetArgs => ({
  userId: userId ?? null,
  callerKeyId,
});

/** The id of the user meant. */
export const targetUserId = (userId: unknown, callerKeyId: unknown) =>
  sql`coalesce(${userId}, (select ${apiKeys.userId} from ${apiKeys} where ${apiKeys.id} = ${callerKeyId}))`;

/** One row, unless there is no such user. */
export const targetUser = statement<TargetArgs>()((db, $) =>
  db
    .select(columns({ userId: users.id }))
    .from(users)
    .where(eq(users.id, targetUserId($("userId"), $("callerKeyId")))),
);
