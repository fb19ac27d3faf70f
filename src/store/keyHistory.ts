import { and, desc, eq, lt, sql } from "drizzle-orm";
import { MAX_HISTORY_ENTRIES } from "../limits";
import { type Query, query, stampedChange } from "./query";
import { clock, keyHistory } from "./schema";
import { columns, lookup, statement } from "./statement";

/** Whose key: a user of a context of a Bridge instance. */
export type KeyOwner = { instanceId: string; contextId: string; userId: string };

/** An entry of a history; a deletion has no key. */
export type Entry = { createDate: number; userPubKey: string | null };

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

const at = lookup<[string, string, string, number], Entry>({
  one: `select createDate, userPubKey from key_history
    where instanceId = ?1 and contextId = ?2 and userId = ?3 and createDate <= ?4 order by createDate desc limit 1`,
  many: `select j.key as item, k.createDate as createDate, k.userPubKey as userPubKey from json_each(?1) j
    join key_history k on k.instanceId = j.value->>0 and k.contextId = j.value->>1 and k.userId = j.value->>2
      and k.createDate = (select max(n.createDate) from key_history n
        where n.instanceId = j.value->>0 and n.contextId = j.value->>1 and n.userId = j.value->>2
          and n.createDate <= j.value->>3)`,
});

/** The entry in force at a date (ms): the newest not after it. One statement however many stand in a batch. */
export const entryAt = (
  { instanceId, contextId, userId }: KeyOwner,
  date: number,
): Query<Entry | undefined> => query([at([instanceId, contextId, userId, date])], ([entry]) => entry);

/** A key that may have been in force at any moment of [date - tolerance, date + tolerance]; all in ms. */
export type KeyClaim = KeyOwner & { userPubKey: string; date: number };

const within = statement<{ claims: string; now: number; toleranceMs: number }>()((db, $) =>
  db
    .select(
      columns({
        item: sql<number>`j.key`,
        // From the entry in force when the window opens to the last one inside it. A date in the future means now.
        valid: sql<number>`exists (select 1 from key_history k
          where k.instanceId = j.value->>0 and k.contextId = j.value->>1 and k.userId = j.value->>2
            and k.createDate <= min(j.value->>4, max(${$("now")}, ${clock.last})) + ${$("toleranceMs")}
            and k.createDate >= coalesce((select max(o.createDate) from key_history o
              where o.instanceId = j.value->>0 and o.contextId = j.value->>1 and o.userId = j.value->>2
                and o.createDate <= min(j.value->>4, max(${$("now")}, ${clock.last})) - ${$("toleranceMs")}), 0)
            and k.userPubKey = j.value->>3)`,
      }),
    )
    .from(sql`${clock} cross join json_each(${$("claims")}) j`)
    .where(eq(clock.id, 1)),
);

/** For each claim whether that key was in force within the tolerance of its date; one statement for all. */
export function verifyClaims(
  claims: readonly KeyClaim[],
  toleranceMs: number,
  now: number,
): Query<boolean[]> {
  const list = claims.map((c) => [c.instanceId, c.contextId, c.userId, c.userPubKey, c.date]);
  return query([within({ claims: JSON.stringify(list), now, toleranceMs })], (rows) => {
    const valid = claims.map(() => false);
    for (const row of rows) valid[row.item] = row.valid === 1;
    return valid;
  });
}

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
