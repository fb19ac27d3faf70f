import { eq, type SQL, sql } from "drizzle-orm";
import { type Query, query } from "./query";
import { users } from "./schema";
import { sshCompromised, sshKeys, sshSpanEnds, sshSpans } from "./sshSchema";
import { columns, statement } from "./statement";

/** True where nothing has ended the span before the end that was foreseen. */
const isOpen = sql`not exists (select 1 from ssh_span_ends ended where ended.spanId = ${sshSpans.id})`;

/** For inserts into `ssh_span_ends`: ends the open spans of the keys for which the condition holds, now. */
export const endOfSpans = (now: unknown, condition: SQL) =>
  sql`select ${sshSpans.id}, ${now} from ${sshKeys} join ${sshSpans} on ${sshSpans.keyId} = ${sshKeys.id}
    where ${condition} and ${isOpen}`;

/** When a span of a key starts that begins now. */
const start = (now: unknown) => sql`max(coalesce(${sshKeys.notBefore}, ${now}), ${now})`;

/**
 * Starts a span for each key of the user that has none open, unless it would be over before it began. The last
 * statement of every change of a user or a key: what it ends, this begins anew.
 */
export const startSpans = statement<{ userId: string; now: number }>()((db, $) =>
  db.insert(sshSpans).select(
    sql`select null, ${sshKeys.id}, ${sshKeys.userId}, ${users.username}, ${sshKeys.algorithm}, ${sshKeys.publicKey},
        ${sshKeys.fingerprint}, ${start($("now"))}, ${sshKeys.notAfter}
      from ${sshKeys} join ${users} on ${users.id} = ${sshKeys.userId}
      where ${sshKeys.userId} = ${$("userId")} and (${sshKeys.notAfter} is null or ${sshKeys.notAfter} > ${start($("now"))})
        and not exists (select 1 from ${sshSpans} where ${sshSpans.keyId} = ${sshKeys.id} and ${isOpen})`,
  ),
);

const everySpan = statement()((db) => {
  const end = sql<
    number | null
  >`coalesce(min(${sshSpans.endDate}, ${sshSpanEnds.endDate}), ${sshSpans.endDate}, ${sshSpanEnds.endDate})`;
  return db
    .select(
      columns({
        principal: sshSpans.principal,
        algorithm: sshSpans.algorithm,
        publicKey: sshSpans.publicKey,
        startDate: sshSpans.startDate,
        endDate: end,
      }),
    )
    .from(sshSpans)
    .leftJoin(sshSpanEnds, eq(sshSpanEnds.spanId, sshSpans.id))
    .where(
      sql`(${end} is null or ${end} > ${sshSpans.startDate}) and not exists (select 1 from ${sshCompromised}
        where ${sshCompromised.userId} = ${sshSpans.userId} and ${sshCompromised.fingerprint} = ${sshSpans.fingerprint})`,
    )
    .orderBy(sshSpans.principal, sshSpans.publicKey, sshSpans.startDate);
});

/** A span in which a key was a user's: from `startDate` to before `endDate`, in ms; null: still valid. */
export interface StoredSpan {
  readonly principal: string;
  readonly algorithm: string;
  readonly publicKey: string;
  readonly startDate: number;
  readonly endDate: number | null;
}

/** Every span of keys that were not reported as compromised; those of one key and name in the order of time. */
export const allSpans = (): Query<readonly StoredSpan[]> => query([everySpan({})], (rows) => rows);
