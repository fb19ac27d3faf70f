import type { Entry, Fact, KeyOwner } from "../../src/finality/history";
import { type Changes, KnownHistories, type Snapshot } from "../../src/finality/knownHistories";
import { RULE, type Rule } from "./schedule";

/** Rules that look as if they would do, one for each hazard: the schedules must find every one of them out. */

const keeping = (memory: Rule["memory"]): Rule => ({ ...RULE, memory });

class Keeper extends KnownHistories {
  readonly now: () => number;

  constructor(now: () => number) {
    super();
    this.now = now;
  }
}

export const BROKEN_RULES: Record<string, Rule> = {
  "an answer is final when the isolate's clock is past its date": keeping(
    class extends Keeper {
      override learn(owner: KeyOwner, fact: Fact, snapshot: Snapshot, askedAt: number): void {
        const until = fact.newest ? Math.max(fact.until, this.now()) : fact.until;
        super.learn(owner, { ...fact, until }, snapshot, askedAt);
      }
    },
  ),
  "an answer is final one millisecond after H": keeping(
    class extends Keeper {
      override find(owner: KeyOwner, from: number, to: number, now: number): readonly Entry[] | undefined {
        return super.find(owner, Math.min(from, to - 1), to - 1, now);
      }
    },
  ),
  "the tolerance does not count for finality": keeping(
    class extends Keeper {
      override find(owner: KeyOwner, from: number, to: number, now: number): readonly Entry[] | undefined {
        return super.find(owner, from, to, now) ?? super.find(owner, from, Math.ceil((from + to) / 2), now);
      }
    },
  ),
  "the epoch is not looked at": keeping(
    class extends Keeper {
      override learn(owner: KeyOwner, fact: Fact, { last }: Snapshot, askedAt: number): void {
        super.learn(owner, fact, { last, epoch: "any" }, askedAt);
      }
      override extend(since: number, changes: Changes, askedAt: number): void {
        super.extend(since, { ...changes, snapshot: { ...changes.snapshot, epoch: "any" } }, askedAt);
      }
    },
  ),
  "an epoch that has ended is taken up again": keeping(
    class extends Keeper {
      #seen = 1e9;
      override learn(owner: KeyOwner, fact: Fact, { epoch }: Snapshot, askedAt: number): void {
        this.#seen += 1;
        super.learn(owner, { ...fact, newest: false }, { last: this.#seen, epoch }, askedAt);
      }
    },
  ),
  "the epoch is a counter, which a restore takes back": {
    ...RULE,
    epoch: (restored) => `epoch ${Number(restored.epoch.split(" ")[1]) + 1}`,
  },
  "a list of changes that was cut short is accepted": keeping(
    class extends Keeper {
      override extend(since: number, changes: Changes, askedAt: number): void {
        super.extend(since, { ...changes, truncated: false }, askedAt);
      }
    },
  ),
  "a list of changes is accepted wherever it begins": keeping(
    class extends Keeper {
      override extend(_since: number, changes: Changes, askedAt: number): void {
        if (this.upTo !== undefined) super.extend(this.upTo, changes, askedAt);
      }
    },
  ),
  "a history is followed from wherever it was read": keeping(
    class extends Keeper {
      override learn(owner: KeyOwner, fact: Fact, snapshot: Snapshot, askedAt: number): void {
        const until = fact.newest ? Math.max(fact.until, this.upTo ?? 0) : fact.until;
        super.learn(owner, { ...fact, until }, snapshot, askedAt);
      }
    },
  ),
  "an entry comes from an older snapshot than its H": {
    ...RULE,
    clockOf: (asked, rows, primary) => (asked === "entry" ? primary : rows),
  },
  "a list of changes comes from an older snapshot than its H": {
    ...RULE,
    clockOf: (asked, rows, primary) => (asked === "changes" ? primary : rows),
  },
  "stamps are the primary's time, also after it moved to a clock behind": {
    ...RULE,
    stamp: (_last, now) => now,
  },
  "a stamp may equal the one before": { ...RULE, stamp: (last, now) => Math.max(last, now) },
  "a change is committed after others that were stamped later": { ...RULE, lateCommits: true },
};
