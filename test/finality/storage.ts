import { type Entry, type KeyOwner, NO_ENTRY } from "../../src/finality/history";
import type { Changes, Snapshot } from "../../src/finality/knownHistories";
import type { Reading } from "../../src/store/keyReading";

/** The database without SQL: every state that was ever committed, and what a snapshot of one answers. All times in ms. */

export interface State extends Snapshot {
  readonly epoch: string;
  /** Counts epochs in the order in which they began, for the judge alone. */
  readonly era: number;
  readonly entries: readonly (KeyOwner & Entry)[];
}

export const START: State = { last: 1_000, epoch: "epoch 0", era: 0, entries: [] };

const isOf = (owner: KeyOwner) => (e: KeyOwner) => e.userId === owner.userId;

export const historyOf = (state: State, owner: KeyOwner): readonly Entry[] =>
  state.entries.filter(isOf(owner)).map(({ createDate, userPubKey }) => ({ createDate, userPubKey }));

export const inForceAt = (history: readonly Entry[], date: number): Entry =>
  history.findLast((e) => e.createDate <= date) ?? NO_ENTRY;

/** What is true: the entries in force at any moment of [from, to], newest first. */
export function truth(state: State, owner: KeyOwner, from: number, to: number): readonly Entry[] {
  const history = historyOf(state, owner);
  const during = history.filter((e) => e.createDate > from && e.createDate <= to);
  return [inForceAt(history, from), ...during].reverse();
}

/** What `entryAt` reads: alone, or in a batch, where nothing is spared. */
export function readEntry(
  state: State,
  owner: KeyOwner,
  date: number,
  alone: "newest first" | "replaced" | "batch",
): Reading {
  const history = historyOf(state, owner);
  const entry = inForceAt(history, date);
  const newest = alone !== "replaced" && (history.at(-1)?.createDate ?? 0) <= date;
  const replacedAt = newest || alone === "replaced" ? undefined : history.at(-1)?.createDate;
  const { last, epoch } = state;
  const until = newest ? last : Math.min(date, last);
  const learned = { fact: { entry, until, newest }, snapshot: { last, epoch } };
  return { owner, entry, learned, replacedAt };
}

export function readChanges({ entries, last, epoch }: State, since: number, bound: number): Changes {
  const changes = entries.filter((e) => e.createDate > since).sort((a, b) => a.createDate - b.createDate);
  return {
    snapshot: { last, epoch },
    entries: changes.slice(0, bound),
    truncated: changes.length > bound,
  };
}
