import { type Entry, type Fact, type KeyOwner, NO_ENTRY } from "../finality/history";
import type { Snapshot } from "../finality/knownHistories";
import { OPEN } from "./head";
import { type Query, restoreCheckingQuery } from "./query";
import { lookup } from "./statement";

/** What the database said of one owner's history at one date, and what of it may be kept. */
export interface Reading {
  readonly owner: KeyOwner;
  /** The entry in force: the newest not after the date. */
  readonly entry: Entry;
  /** Undefined where the isolate's memory answered. */
  readonly learned?: { readonly fact: Fact; readonly snapshot: Snapshot };
  /** When the owner's newest key was set, where that was after the date and was read. */
  readonly replacedAt?: number | undefined;
}

/** Lists as JSON text: a row of a subquery that is spread over columns would be read once for each of them. */
export interface ReadingRow {
  /** Whether nothing newer than the entry was committed. */
  readonly newest: number;
  readonly replacedAt: number | null;
  readonly entry: string | null;
  readonly clock: string;
}

export const owned = (instanceId: string, contextId: string, userId: string) =>
  `from key_history where instanceId = ${instanceId} and contextId = ${contextId} and userId = ${userId}`;
export const entryJson = "json_array(createDate, userPubKey)";
export const clockJson = `(select json_array(last, epoch) from clock where ${OPEN})`;
const own = owned("?1", "?2", "?3");
const inForce = `(select ${entryJson} ${own} and createDate <= ?4 order by createDate desc limit 1)`;
const ownItem = owned("j.value->>0", "j.value->>1", "j.value->>2");

const many = `select item, coalesce(newestDate <= date, 1) as newest, iif(newestDate > date, newestDate, null) as replacedAt,
    entry, clock
  from (select j.key as item, j.value->>3 as date, (select max(createDate) ${ownItem}) as newestDate,
      (select ${entryJson} ${ownItem} and createDate <= j.value->>3 order by createDate desc limit 1) as entry, ${clockJson} as clock
    from json_each(?1) j)`;

type Key = [string, string, string, number];

/** Two rows read, the newest entry and the clock; one more where the one in force is older. */
const newestFirst = lookup<Key, ReadingRow>({
  one: `select coalesce(newest->>0 <= ?4, 1) as newest, iif(newest->>0 > ?4, newest->>0, null) as replacedAt,
      iif(newest->>0 > ?4, ${inForce}, newest) as entry, ${clockJson} as clock
    from (select (select ${entryJson} ${own} order by createDate desc limit 1) as newest limit 1) one`,
  many,
});

/** Two rows read as well, for an owner whose key was replaced since: the entry in force, and the clock. */
const replaced = lookup<Key, ReadingRow>({
  one: `select 0 as newest, null as replacedAt, ${inForce} as entry, ${clockJson} as clock`,
  many,
});

const parseEntry = (json: string | null): Entry => {
  if (json === null) return NO_ENTRY;
  const [createDate, userPubKey] = JSON.parse(json);
  return { createDate, userPubKey };
};

export const parseClock = (json: string): Snapshot => {
  const [last, epoch] = JSON.parse(json);
  return { last, epoch };
};

/** `date`: the moment that the entry was found in force at. */
export function reading(owner: KeyOwner, date: number, row: ReadingRow): Reading {
  const entry = parseEntry(row.entry);
  const snapshot = parseClock(row.clock);
  const newest = row.newest === 1;
  const until = newest ? snapshot.last : Math.min(date, snapshot.last);
  const learned = { fact: { entry, until, newest }, snapshot };
  return { owner, entry, learned, replacedAt: row.replacedAt ?? undefined };
}

/**
 * The entry in force at a date (ms). One statement however many stand in a batch. `isReplaced`: whether the owner is
 * known to have a newer one, which chooses what else is read beside the answer.
 */
export function entryAt(owner: KeyOwner, date: number, isReplaced: boolean): Query<Reading> {
  const ask = isReplaced ? replaced : newestFirst;
  return restoreCheckingQuery([ask([owner.instanceId, owner.contextId, owner.userId, date])], ([row]) =>
    reading(owner, date, row as ReadingRow),
  );
}
