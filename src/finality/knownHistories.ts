import { makeRoom } from "../makeRoom";
import {
  type Entry,
  entriesWithin,
  type Fact,
  type History,
  type KeyOwner,
  UNKNOWN,
  withChange,
  withFact,
} from "./history";

/** Where the clock stood in a snapshot (H, ms), and in which epoch; null while history is being rewritten. */
export interface Snapshot {
  readonly last: number;
  readonly epoch: string | null;
}

/** All changes of all histories that one snapshot holds beyond a stamp, oldest first. */
export interface Changes {
  readonly snapshot: Snapshot;
  readonly entries: readonly (KeyOwner & Entry)[];
  /** Whether there are more than these. */
  readonly truncated: boolean;
}

/** About 0.6 KiB each, 3 KiB at most: an isolate has 128 MiB. */
const MAX_HISTORIES = 16_384;

/** An import or restore counts here after this time at the latest: what the database did not confirm for longer is not used. */
const CONFIRMED_MS = 60_000;

/**
 * What this isolate knows of key histories: a bounded LRU, all of one epoch. A change made here needs no word to it,
 * being stamped above every H in it. `now` and `askedAt` are the Worker's time (ms), the latter before the database was
 * asked: they only limit how long an epoch is trusted, and never make an answer final.
 */
export class KnownHistories {
  readonly #histories = new Map<string, History>();
  /** Dates before which an owner's key is known to have been replaced. They choose between queries and decide nothing. */
  readonly #replaced = new Map<string, number>();
  #epoch: string | null = null;
  /** The largest H seen. An epoch begins above every H of the epochs before it. */
  #last = -1;
  /** Histories that grow hold every change up to here. */
  #upTo = 0;
  #confirmedAt = Number.NEGATIVE_INFINITY;

  /** From where on changes are to be asked for; undefined where nothing is known that they could extend. */
  get upTo(): number | undefined {
    return this.#histories.size === 0 ? undefined : this.#upTo;
  }

  /** The entries in force at any moment of [from, to] (ms), newest first; undefined where only the database can tell. */
  find(owner: KeyOwner, from: number, to: number, now: number): readonly Entry[] | undefined {
    if (Math.abs(now - this.#confirmedAt) >= CONFIRMED_MS) return undefined;
    const key = keyOf(owner);
    const history = this.#histories.get(key);
    if (!history) return undefined;
    this.#keep(key, history);
    return entriesWithin(history, from, to, this.#upTo);
  }

  /** Whether the owner has a newer key than the one in force at the date, as far as known. */
  isReplaced(owner: KeyOwner, date: number): boolean {
    const key = keyOf(owner);
    const newest = this.#histories.get(key)?.spans[0]?.entry.createDate ?? 0;
    return date < Math.max(newest, this.#replaced.get(key) ?? 0);
  }

  noteReplaced(owner: KeyOwner, before: number): void {
    makeRoom(this.#replaced, MAX_HISTORIES);
    this.#replaced.set(keyOf(owner), before);
  }

  learn(owner: KeyOwner, fact: Fact, snapshot: Snapshot, askedAt: number): void {
    if (!this.#accepts(snapshot, askedAt)) return;
    if (this.#histories.size === 0) this.#upTo = snapshot.last;
    const key = keyOf(owner);
    this.#keep(key, withFact(this.#histories.get(key) ?? UNKNOWN, fact, this.#upTo));
  }

  /** Takes in all changes beyond `since`. A list cut short, or of an older snapshot, leaves nothing that could be trusted. */
  extend(since: number, { snapshot, entries, truncated }: Changes, askedAt: number): void {
    if (!this.#accepts(snapshot, askedAt) || since !== this.upTo) return;
    if (truncated || snapshot.last < since) {
      this.forget();
      return;
    }
    for (const { createDate, userPubKey, ...owner } of entries) {
      const key = keyOf(owner);
      const history = this.#histories.get(key);
      if (history) this.#histories.set(key, withChange(history, { createDate, userPubKey }));
    }
    this.#upTo = snapshot.last;
  }

  forget(): void {
    this.#histories.clear();
  }

  /** Whether what a snapshot tells may be kept. One of another epoch ends all knowledge; only a newer one begins new. */
  #accepts({ last, epoch }: Snapshot, askedAt: number): boolean {
    if (epoch !== this.#epoch) {
      this.forget();
      this.#epoch = last > this.#last ? epoch : null;
    }
    this.#last = Math.max(this.#last, last);
    if (this.#epoch === null) return false;
    this.#confirmedAt = Math.max(this.#confirmedAt, askedAt);
    return true;
  }

  /** Puts it at the end that is dropped last. */
  #keep(key: string, history: History): void {
    this.#histories.delete(key);
    this.#histories.set(key, history);
    if (this.#histories.size <= MAX_HISTORIES) return;
    const [oldest] = this.#histories.keys();
    if (oldest !== undefined) this.#histories.delete(oldest);
  }
}

/** Control characters are refused in every id, so that no two owners share a text. */
const keyOf = ({ instanceId, contextId, userId }: KeyOwner): string =>
  `${instanceId}\n${contextId}\n${userId}`;
