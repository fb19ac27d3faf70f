import { and, desc, eq, lt, sql } from "drizzle-orm";
import type { Entry, KeyOwner } from "../finality/history";
import { MAX_HISTORY_ENTRIES } from "../limits";
import { orRefuse } from "./head";
import { type Query, query, stampedChange } from "./query";
import { keyHistory } from "./schema";
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

type Append = KeyOwner & { userPubKey: string | null };

/** Raised by the table's own trigger where the newest entry has that key already, or where there is none to delete. */
const SAME = "key_history_follows_newest";
const FULL = "history is full";

const appendUpTo = (maxEntries: number) =>
  statement<Append>()((db, $) =>
    db.insert(keyHistory).values({
      instanceId: sql`${$("instanceId")}`,
      contextId: sql`${$("contextId")}`,
      userId: sql`${$("userId")}`,
      createDate: sql`(select last from clock where id = 1)`,
      userPubKey: sql`${$("userPubKey")}`,
      entry: sql`coalesce((select entry + iif(userPubKey is ${$("userPubKey")}, 1, ${sql.raw(
        orRefuse(`entry < ${maxEntries}`, FULL),
      )}) from key_history where ${isOwner($)} order by createDate desc limit 1), 1)`,
    }),
  );

/** Room for one entry is kept for a deletion, so that a key can always be revoked. */
const appendKey = appendUpTo(MAX_HISTORY_ENTRIES - 1);
const appendDeletion = appendUpTo(MAX_HISTORY_ENTRIES);

/** `same`: that key is in force already or, for a deletion, none is. */
export type AppendOutcome = "appended" | "same" | "full";

/** Appends an entry, stamped by the clock inside the same transaction, unless it would change nothing. */
export function appendEntry(owner: KeyOwner, userPubKey: string | null): Query<AppendOutcome> {
  const append = userPubKey === null ? appendDeletion : appendKey;
  const appending = stampedChange([append({ ...owner, userPubKey })], () => "appended" as const);
  return { ...appending, refusals: { [SAME]: "same", [FULL]: "full" } };
}
