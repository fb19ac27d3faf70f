import { sql } from "drizzle-orm";
import type { Entry, KeyOwner } from "../finality/history";
import { type Query, query } from "./query";
import { columns, statement } from "./statement";

type ContextUser = Pick<KeyOwner, "contextId" | "userId">;

/** A user of an instance with the newest entry of their history. */
export type OwnerEntry = ContextUser & Entry;

/** Which users of an instance: those of one context, or those of the contexts with a prefix. */
export type OwnerFilter = { instanceId: string } & (
  | { contextId: string; userPrefix: string }
  | { contextPrefix: string }
);

type Args = {
  instanceId: string;
  contextId: string;
  fromUser: string;
  userPrefix: string;
  contextPrefix: string | null;
  limit: number;
};

/** Sorts after every text with that prefix, as byte FF stands in no UTF-8. */
const end = (prefix: unknown) => sql`${prefix} || cast(x'ff' as text)`;

/**
 * A loose index scan: each step seeks the next user in the primary key, in this context or else in the next one, so the
 * length of histories costs nothing. `fromUser` is where the next seek begins; no name holds the control character that
 * makes it the place just after a name. The first row is only that place, and no user.
 */
const scan = statement<Args>()((db, $) =>
  db
    .select(
      columns({
        contextId: sql<string>`o.contextId`,
        userId: sql<string>`o.userId`,
        createDate: sql<number>`k.createDate`,
        userPubKey: sql<string | null>`k.userPubKey`,
      }),
    )
    .from(sql`(with recursive owners(contextId, userId, fromUser) as (
        select ${$("contextId")}, null, ${$("fromUser")}
        union all
        select n.contextId, n.userId, n.userId || char(1) from owners o cross join key_history n
        on n.instanceId = ${$("instanceId")} and (n.contextId, n.userId, n.createDate) = (
          select * from (select contextId, userId, createDate from key_history
            where instanceId = ${$("instanceId")} and contextId = o.contextId
              and userId >= o.fromUser and userId < ${end($("userPrefix"))}
            order by userId, createDate limit 1)
          union all
          select * from (select contextId, userId, createDate from key_history
            where instanceId = ${$("instanceId")} and contextId > o.contextId and contextId < ${end($("contextPrefix"))}
            order by contextId, userId, createDate limit 1)
          limit 1)
        limit ${$("limit")} + 1
      ) select * from owners) o
      cross join key_history k on k.instanceId = ${$("instanceId")} and k.contextId = o.contextId
        and k.userId = o.userId and k.createDate = (select max(createDate) from key_history
          where instanceId = ${$("instanceId")} and contextId = o.contextId and userId = o.userId)`),
);

/** Users by context and name, `limit` at most, from the first after `after`. */
export function ownersOf(
  filter: OwnerFilter,
  after: ContextUser | undefined,
  limit: number,
): Query<readonly OwnerEntry[]> {
  const { instanceId } = filter;
  const fromUser = after && `${after.userId}\u0001`;
  const args =
    "contextId" in filter
      ? { ...filter, fromUser: fromUser ?? filter.userPrefix, contextPrefix: null }
      : {
          contextId: after?.contextId ?? filter.contextPrefix,
          fromUser: fromUser ?? "",
          userPrefix: "",
          contextPrefix: filter.contextPrefix,
        };
  return query([scan({ instanceId, ...args, limit })], (rows) => rows);
}
