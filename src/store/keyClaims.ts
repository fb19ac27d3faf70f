import type { KeyOwner } from "../finality/history";
import { clockJson, owned, type Reading, type ReadingRow, reading } from "./keyReading";
import { type Query, query, restoreCheckingQuery } from "./query";
import type { Statement } from "./statement";

/** A key that may have been in force at any moment of [date - tolerance, date + tolerance]; all in ms. */
export type KeyClaim = KeyOwner & { userPubKey: string; date: number };

/** Which of the claims are valid, and what the database said of their owners' histories. */
export interface ClaimReadings {
  readonly valid: readonly boolean[];
  readonly readings: readonly Reading[];
}

interface Row extends ReadingRow {
  readonly item: number;
  readonly valid: number;
  /** The end of the claim's window, ms; `entry` is the one in force then. */
  readonly closes: number;
  /** The entry in force when the window opens, where `entry` is the next one after it and began inside the window. */
  readonly before: string | null;
  readonly hasBefore: number;
}

const ownClaim = owned("claim->>0", "claim->>1", "claim->>2");
const inForceAt = (date: string) =>
  `(select json_array(createDate, userPubKey, entry) ${ownClaim} and createDate <= ${date} order by createDate desc limit 1)`;

/**
 * Valid are the key in force when the window closes and, where that one was set inside the window, all from the one in
 * force when it opens. A date in the future means now.
 */
const CLAIMS = `select item, closes, null as replacedAt, entry, clock, coalesce(newestDate <= closes, 1) as newest, before,
    entry->>0 > opens and coalesce(before->>2, 0) + 1 = entry->>2 as hasBefore,
    iif(entry->>0 > opens,
      exists (select 1 ${ownClaim} and userPubKey = claim->>3 and createDate <= closes
        and createDate >= coalesce(before->>0, 0)),
      entry->>1 is claim->>3) as valid
  from (select *, iif(entry->>0 > opens, ${inForceAt("opens")}, null) as before
    from (select *, (select max(createDate) ${ownClaim}) as newestDate, ${inForceAt("closes")} as entry
      from (select j.key as item, j.value as claim, ${clockJson} as clock,
          min(j.value->>4, max(?2, c.last)) - ?3 as opens, min(j.value->>4, max(?2, c.last)) + ?3 as closes
        from clock c cross join json_each(?1) j where c.id = 1)))`;

/** For each claim whether that key was in force within the tolerance of its date; one statement for all. */
export function verifyClaims(
  claims: readonly KeyClaim[],
  toleranceMs: number,
  now: number,
): Query<ClaimReadings> {
  // Without a row nothing would ask whether a restore is under way.
  if (claims.length === 0) return query([], () => ({ valid: [], readings: [] }));
  const list = claims.map((c) => [c.instanceId, c.contextId, c.userId, c.userPubKey, c.date]);
  const statement: Statement<Row> = { sql: CLAIMS, args: [JSON.stringify(list), now, toleranceMs] };
  return restoreCheckingQuery([statement], (rows) => {
    const valid = claims.map(() => false);
    for (const row of rows) valid[row.item] = row.valid === 1;
    return { valid, readings: rows.flatMap((row) => readingsOf(claims[row.item] as KeyClaim, row)) };
  });
}

function readingsOf(owner: KeyOwner, row: Row): Reading[] {
  const last = reading(owner, row.closes, row);
  if (row.hasBefore !== 1) return [last];
  return [last, reading(owner, last.entry.createDate - 1, { ...row, entry: row.before, newest: 0 })];
}
