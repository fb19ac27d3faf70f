import { Follower } from "../../src/finality/follower";
import { type Entry, type KeyOwner, NO_ENTRY } from "../../src/finality/history";
import { KnownHistories } from "../../src/finality/knownHistories";
import { HEARTBEAT_LAG_MS } from "../../src/limits";
import { Random } from "../../test/finality/random";

/** Which share of a fixed stream of verifications one isolate answers without the database, by the product's own memory. */

const SEED = 20_261_122;
const CHECKS = 200_000;
const USERS = 10_000;
const CHECKS_PER_S = 100;
/** Messages that arrive as they are written; the others are read again, from any time since their author has a key. */
const RECENT_SHARE = 0.1;
const MAX_RECENT_AGE_MS = 20_000;
const HISTORY_MS = 365 * 86_400_000;
const REPLACED_SHARE = 0.05;
const KEY_CHANGES_PER_S = 0.02;
/** From the question to its answer, on a replica that lags as much. */
const ROUND_TRIP_MS = 30;
const START = 1_800_000_000_000;
const CRON_MS = 60_000;

/** `isolates`: how many move the clock on, each every 10 s at most; the cron does each minute. */
export interface Setting {
  readonly isolates: number;
}

type History = [Entry, ...Entry[]];

class Directory {
  readonly histories: History[];
  readonly changes: (KeyOwner & Entry)[] = [];
  last = START;
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
    this.histories = Array.from({ length: USERS }, (_, i): History => {
      const first = START - random.between(1, HISTORY_MS);
      const history: History = [{ createDate: first, userPubKey: `key ${i}` }];
      if (random.chance(REPLACED_SHARE))
        history.push({ createDate: random.between(first + 1, START - 1), userPubKey: `new key ${i}` });
      return history;
    });
  }

  change(now: number): void {
    const user = this.#random.between(0, USERS - 1);
    this.last = Math.max(this.last + 1, now);
    const entry = { createDate: this.last, userPubKey: `key set at ${this.last}` };
    this.histories[user]?.push(entry);
    this.changes.push({ ...ownerOf(user), ...entry });
  }

  beat(now: number): void {
    if (this.last < now - HEARTBEAT_LAG_MS) this.last = now;
  }
}

const ownerOf = (user: number): KeyOwner => ({ instanceId: "i", contextId: "c", userId: String(user) });

/** Users by Zipf's law with exponent 1: the n-th is asked for half as often as the n/2-th. */
function zipf(random: Random): () => number {
  const sums: number[] = [];
  for (let n = 1; n <= USERS; n++) sums.push((sums.at(-1) ?? 0) + 1 / n);
  const total = sums.at(-1) as number;
  return () => {
    const target = random.next() * total;
    let [low, high] = [0, USERS - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sums[middle] as number) < target) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}

/** The share answered from memory, and the rows that the rest read. */
export function trace({ isolates }: Setting): { share: number; wrong: number; refreshes: number } {
  const random = new Random(SEED);
  const directory = new Directory(random);
  const memory = new KnownHistories();
  const follower = new Follower(memory);
  const pickUser = zipf(random);
  const epoch = "epoch";
  const arriving: { at: number; deliver: () => void }[] = [];
  let [now, fromMemory, wrong, refreshes] = [START, 0, 0, 0];

  for (let n = 0; n < CHECKS; n++) {
    const before = now;
    now += Math.round((-Math.log(1 - random.next()) * 1_000) / CHECKS_PER_S);
    if (Math.floor(now / CRON_MS) > Math.floor(before / CRON_MS)) directory.beat(now);
    if (random.chance(((now - before) / 10_000) * (isolates - 1))) directory.beat(now);
    if (random.chance(((now - before) / 1_000) * KEY_CHANGES_PER_S)) directory.change(now);
    while (arriving[0] && arriving[0].at <= now) arriving.shift()?.deliver();

    const user = pickUser();
    const history = directory.histories[user] as History;
    const owner = ownerOf(user);
    const date = random.chance(RECENT_SHARE)
      ? now - random.between(1_000, MAX_RECENT_AGE_MS)
      : random.between(history[0].createDate, now);
    const entry = history.findLast((e) => e.createDate <= date) ?? NO_ENTRY;

    const found = memory.find(owner, date, date, now);
    if (found) {
      fromMemory += 1;
      if (found[0]?.createDate !== entry.createDate) wrong += 1;
      continue;
    }
    const askedAt = now;
    const snapshot = { last: directory.last, epoch };
    const replaced = memory.isReplaced(owner, date);
    const newest = history.at(-1) as Entry;
    const isNewest = newest.createDate <= date && !replaced;
    const since = follower.changesDue(now);
    const changes = since === undefined ? [] : directory.changes.filter((c) => c.createDate > since);
    if (since !== undefined) refreshes += 1;
    arriving.push({
      at: now + ROUND_TRIP_MS,
      deliver() {
        const until = isNewest ? snapshot.last : Math.min(date, snapshot.last);
        if (isNewest || replaced) memory.learn(owner, { entry, until, newest: isNewest }, snapshot, askedAt);
        else memory.noteReplaced(owner, newest.createDate);
        if (since !== undefined)
          memory.extend(since, { snapshot, entries: changes, truncated: false }, askedAt);
        if (follower.beatDue(askedAt)) directory.beat(now);
      },
    });
  }
  return { share: fromMemory / CHECKS, wrong, refreshes };
}

export default {
  fetch(request: Request): Response {
    const isolates = Number(new URL(request.url).searchParams.get("isolates"));
    return Response.json(trace({ isolates }));
  },
};
