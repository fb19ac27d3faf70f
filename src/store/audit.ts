import { asc, desc, lt, sql } from "drizzle-orm";
import { MAX_AUDIT_SCAN_ROWS, MAX_AUDITED_REFUSALS } from "../limits";
import { audit, auditRetention, refusals } from "./auditSchema";
import { countedChange, type Query, query } from "./query";
import { clock } from "./schema";
import { columns, statement } from "./statement";

const auditColumns = columns({
  stamp: audit.stamp,
  part: audit.part,
  method: audit.method,
  action: audit.action,
  subject: audit.subject,
  code: audit.code,
  count: audit.count,
  userId: audit.userId,
  apiKeyId: audit.apiKeyId,
  sessionId: audit.sessionId,
  address: audit.address,
  requestId: audit.requestId,
});

/** A place in the trail: between the row it names and the next one. */
export type AuditPlace = { stamp: number; part: number };

const before = statement<AuditPlace & { from: number }>()((db, $) =>
  db
    .select(auditColumns)
    .from(audit)
    .where(
      sql`(${audit.stamp}, ${audit.part}) < (${$("stamp")}, ${$("part")}) and ${audit.stamp} >= ${$("from")}`,
    )
    .orderBy(desc(audit.stamp), desc(audit.part))
    .limit(MAX_AUDIT_SCAN_ROWS),
);

type Rows<S> = S extends (args: never) => { readonly row?: infer Row } ? NonNullable<Row> : never;
export type AuditRow = Rows<typeof before>;

/**
 * A bounded piece of the trail before a place, newest first, from a stamp (ms) on. Filters apply to what it holds, so that
 * no further index makes every change dearer.
 */
export const auditBefore = (place: AuditPlace, from: number): Query<readonly AuditRow[]> =>
  query([before({ ...place, from })], (rows) => rows);

const after = statement<AuditPlace>()((db, $) =>
  db
    .select(auditColumns)
    .from(audit)
    .where(sql`(${audit.stamp}, ${audit.part}) > (${$("stamp")}, ${$("part")})`)
    .orderBy(asc(audit.stamp), asc(audit.part))
    .limit(MAX_AUDIT_SCAN_ROWS),
);

/** A bounded piece of the trail after a place, oldest first. */
export const auditAfter = (place: AuditPlace): Query<readonly AuditRow[]> =>
  query([after(place)], (rows) => rows);

type Refusal = { apiKeyId: string; hour: number; code: number };

const countRefusal = statement<Refusal>()((db, $) =>
  db
    .insert(refusals)
    .values({ apiKeyId: sql`${$("apiKeyId")}`, hour: sql`${$("hour")}`, count: 1 })
    .onConflictDoUpdate({
      target: [refusals.apiKeyId, refusals.hour],
      set: { count: sql`${refusals.count} + 1` },
    }),
);

const insertRefusal = statement<Refusal>()((db, $) =>
  db.insert(audit).select(
    sql`select ${clock.last}, 0, ${clock.actor} ->> 'method', 'refused', null, ${$("code")}, null,
        ${clock.actor} ->> 'userId', ${clock.actor} ->> 'apiKeyId', ${clock.actor} ->> 'sessionId',
        ${clock.actor} ->> 'address', ${clock.actor} ->> 'requestId'
      from ${clock} where ${clock.id} = 1 and (select ${refusals.count} from ${refusals}
        where ${refusals.apiKeyId} = ${$("apiKeyId")} and ${refusals.hour} = ${$("hour")})
          <= ${sql.raw(String(MAX_AUDITED_REFUSALS))}`,
  ),
);

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const hourOf = (now: number): number => Math.floor(now / HOUR_MS);

/** Records that an API key was refused with that code; in each hour only so often, the rest is counted. `now` in ms. */
export function recordRefusal(apiKeyId: string, code: number, now: number): Query<void> {
  const refusal = { apiKeyId, hour: hourOf(now), code };
  return countedChange([countRefusal(refusal), insertRefusal(refusal)], () => undefined);
}

/** Gives what is closed now a stamp of its own: a reader who has seen the last one must not miss it. */
const stampCounts = statement<{ hour: number }>()((db, $) =>
  db
    .update(clock)
    .set({ last: sql`${clock.last} + 1` })
    .where(
      sql`${clock.id} = 1 and exists (select 1 from ${refusals} indexed by refusals_hour
        where ${refusals.hour} < ${$("hour")} and ${refusals.count} > ${sql.raw(String(MAX_AUDITED_REFUSALS))})`,
    ),
);

const insertCounts = statement<{ hour: number }>()((db, $) =>
  db.insert(audit).select(
    sql`select ${clock.last}, row_number() over (order by ${refusals.apiKeyId}, ${refusals.hour}) - 1,
        'refusals', 'refused', null, null, ${refusals.count}, null, ${refusals.apiKeyId}, null, null, null
      from ${clock} cross join ${refusals} indexed by refusals_hour where ${clock.id} = 1 and ${refusals.hour} < ${$("hour")}
        and ${refusals.count} > ${sql.raw(String(MAX_AUDITED_REFUSALS))}`,
  ),
);

const deleteCounts = statement<{ hour: number }>()((db, $) =>
  db.delete(refusals).where(lt(refusals.hour, $("hour"))),
);

const setRetention = statement<{ ms: number }>()((db, $) =>
  db
    .update(auditRetention)
    .set({ ms: sql`${$("ms")}` })
    .where(sql`${auditRetention.id} = 1 and ${auditRetention.ms} <> ${$("ms")}`),
);

const deleteOld = statement<{ before: number }>()((db, $) =>
  db.delete(audit).where(
    sql`(${audit.stamp}, ${audit.part}) in (select a.stamp, a.part from audit a where a.stamp < ${$("before")}
      order by a.stamp limit ${sql.raw(String(MAX_AUDIT_SCAN_ROWS))})`,
  ),
);

/**
 * Statements of the clean-up: close the hours that are over, one row for what was only counted, and remove a chunk of rows
 * older than the retention (ms). A minute's grace keeps this clear of the trigger that refuses to delete younger ones.
 */
export const auditSweep = (now: number, retentionMs: number) => [
  stampCounts({ hour: hourOf(now) }),
  insertCounts({ hour: hourOf(now) }),
  deleteCounts({ hour: hourOf(now) }),
  setRetention({ ms: retentionMs }),
  deleteOld({ before: now - retentionMs - MINUTE_MS }),
];
