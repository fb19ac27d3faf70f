/**
 * What may be known of one user's key history, and for which dates an answer from it is final.
 *
 * A history is append-only and every commit is stamped above all earlier stamps. So a snapshot of the database in which
 * the clock stands at H tells for every date up to H which entry was in force, for good: whatever is committed later is
 * stamped above H. Pure: nothing here reads a clock or a database, and no wall clock's time ever counts as an H.
 */

/** Whose key: a user of a context of a Bridge instance. */
export type KeyOwner = { instanceId: string; contextId: string; userId: string };

/** An entry of a history; a deletion has no key. */
export type Entry = { createDate: number; userPubKey: string | null };

/** Stands for "no key yet", from the first millisecond. */
export const NO_ENTRY: Entry = { createDate: 0, userPubKey: null };

/** The entry was in force from its `createDate` to `until`, both included (ms). True for good, whatever is committed later. */
export interface Span {
  readonly entry: Entry;
  readonly until: number;
}

/** Spans of one history, newest first and disjoint; dates between them are not known. */
export interface History {
  readonly spans: readonly Span[];
  /** Whether the first span's entry is the newest, so that the span lasts to wherever all changes are known. */
  readonly grows: boolean;
}

/** What one snapshot told of a history: a span, and whether its entry is the newest there, where `until` is its H. */
export interface Fact extends Span {
  readonly newest: boolean;
}

export const UNKNOWN: History = { spans: [], grows: false };

/** A history may have 10,000 entries; of each this many spans are kept, the newest. */
const MAX_SPANS = 16;

/**
 * The entries in force at any moment of [from, to] (ms), newest first; undefined where the history does not tell. With a
 * tolerance `to` is the date plus the tolerance: finality is that of the last moment that counts. `upTo` is where all
 * changes are known.
 */
export function entriesWithin(
  { spans, grows }: History,
  from: number,
  to: number,
  upTo: number,
): readonly Entry[] | undefined {
  const found: Entry[] = [];
  const [newest] = spans;
  let unseen = to;
  for (const span of spans) {
    const { entry, until } = span;
    if (entry.createDate > unseen) continue;
    if (unseen > (grows && span === newest ? Math.max(until, upTo) : until)) return undefined;
    found.push(entry);
    if (entry.createDate <= from) return found;
    unseen = entry.createDate - 1;
  }
  return undefined;
}

/** The history with one more fact. It grows where the fact reaches the point from which changes are followed. */
export function withFact(history: History, fact: Fact, upTo: number): History {
  const { createDate } = fact.entry;
  const spans = settled(history, upTo);
  const newer = spans.filter((s) => s.entry.createDate > createDate);
  const same = spans.find((s) => s.entry.createDate === createDate);
  const older = spans.filter((s) => s.entry.createDate < createDate);
  const span = { entry: fact.entry, until: Math.max(fact.until, same?.until ?? 0) };
  const keepsFirst = newer.length > 0 || same !== undefined;
  return {
    spans: [...newer.slice(0, MAX_SPANS - 1), span, ...older].slice(0, MAX_SPANS),
    grows: (keepsFirst && history.grows) || (newer.length === 0 && fact.newest && fact.until >= upTo),
  };
}

/** The history after the next change to it, which ends the first span if that grew. A change known already changes nothing. */
export function withChange(history: History, entry: Entry): History {
  const { createDate } = entry;
  if ((history.spans[0]?.entry.createDate ?? -1) >= createDate) return history;
  const past = settled(history, createDate - 1);
  return { spans: [{ entry, until: createDate }, ...past].slice(0, MAX_SPANS), grows: true };
}

/** The spans with the first one's growth written into it. */
function settled({ spans, grows }: History, upTo: number): readonly Span[] {
  const [first, ...older] = spans;
  return first && grows ? [{ ...first, until: Math.max(first.until, upTo) }, ...older] : spans;
}
