import { and, desc, eq, lt, sql } from "drizzle-orm";
import type { Entry, KeyOwner } from "../finality/history";
import { MAX_HISTORY_ENTRIES } from "../limits";
import { type Query, query, stampedChange } from "./query";
import { clock, keyHistory } from "./schema";
import { columns, statement } from "./statement";

const entryColumns = columns({ createDate: keyHistory.createDate, userPubKey: keyHistory.userPubKey });

const isOwner = ($: (name: keyof KeyOwner) => ReturnType<typeof sql.placeholder>) =>
  and(
    eq(keyHistory.instanceId, $("instanceId")),
    eq(keyHistory.contextId, $("contextId")),
    eq(keyHistory.userId, $("userId")),
  );

const newest = statement<KeyOwner>()((db, $) =>
  db.select(entryColumns).from(keyHistory).where(isOwner($)).orderBy(desc(keyHistory.createDate)).limit(1),
);

/** The newest entry, which is the one in force now and later. */
export const newestEntry = (owner: KeyOwner): Query<Entry | undefined> =>
  query([newest(owner)], ([entry]) => entry);

const history = statement<KeyOwner & { before: number; limit: number }>()((db, $) =>
  db
    .select(entryColumns)
    .from(keyHistory)
    .where(and(isOwner($), lt(keyHistory.createDate, $("before"))))
    .orderBy(desc(keyHistory.createDate))
    .limit($("limit")),
);

/** Entries older than `before` (ms), newest first, `limit` at most. */
export const entries = (owner: KeyOwner, before: number, limit: number): Query<readonly Entry[]> =>
  query([history({ ...owner, before, limit })], (rows) => rows);

type Append = KeyOwner & { userPubKey: string | null; maxEntries: number };

/** The newest entry of the owner, or a row that stands for "never had a key". */
const head = (
  $: (name: keyof KeyOwner) => unknown,
) => sql`(select n.userPubKey, n.entry, n.createDate from key_history n
  where n.instanceId = ${$("instanceId")} and n.contextId = ${$("contextId")} and n.userId = ${$("userId")}
  union all select null, 0, -1 order by 3 desc limit 1)`;

const append = statement<Append>()((db, $) =>
  db
    .insert(keyHistory)
    .select(
      sql`select ${$("instanceId")}, ${$("contextId")}, ${$("userId")}, ${clock.last}, ${$("userPubKey")}, head.entry + 1
      from ${clock} cross join ${head($)} head
      where ${clock.id} = 1 and head.userPubKey is not ${$("userPubKey")} and head.entry < ${$("maxEntries")}`,
    )
    .returning(columns({ createDate: keyHistory.createDate })),
);

const appendFacts = statement<Append>()((db, $) =>
  db
    .select(
      columns({
        same: sql<number>`head.userPubKey is ${$("userPubKey")}`,
      }),
    )
    .from(sql`${head($)} head`),
);

/** `same`: that key is in force already or, for a deletion, none is. */
export type AppendOutcome = "appended" | "same" | "full";

/**
 * Appends an entry, stamped by the clock inside the same transaction, unless it would change nothing. Room for one entry
 * is kept for a deletion, so that a key can always be revoked.
 */
export function appendEntry(owner: KeyOwner, userPubKey: string | null): Query<AppendOutcome> {
  const maxEntries = userPubKey === null ? MAX_HISTORY_ENTRIES : MAX_HISTORY_ENTRIES - 1;
  const args = { ...owner, userPubKey, maxEntries };
  return stampedChange([append(args), appendFacts(args)], ([appended], [facts]) => {
    if (appended) return "appended";
    return facts?.same ? "same" : "full";
  });
}
