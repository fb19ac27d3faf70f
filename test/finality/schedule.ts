import { Follower } from "../../src/finality/follower";
import type { Entry, KeyOwner } from "../../src/finality/history";
import { KnownHistories } from "../../src/finality/knownHistories";
import { Random } from "./random";
import { historyOf, readChanges, readEntry, START, type State, truth } from "./storage";

/** The parts of the rule that a broken one replaces. All times in ms. */
export interface Rule {
  readonly memory: new (now: () => number) => KnownHistories;
  /** The stamp of a change, given the newest one and the primary's time. */
  stamp(last: number, now: number): number;
  /** The name of the epoch that a restore begins, given the states that it goes back to and comes from. */
  epoch(restored: State, random: Random): string;
  /** Which state the clock is read from, beside rows that are read from `rows`. */
  clockOf(asked: "entry" | "changes", rows: State, primary: State): State;
  /** Whether a change may be committed after others that were stamped later. */
  readonly lateCommits: boolean;
}

export const RULE: Rule = {
  memory: KnownHistories,
  stamp: (last, now) => Math.max(last + 1, now),
  epoch: (_restored, random) => `epoch ${random.next()}`,
  clockOf: (_asked, rows) => rows,
  lateCommits: false,
};

const OWNERS: readonly KeyOwner[] = ["ann", "bob", "cid"].map((userId) => ({
  instanceId: "instance",
  contextId: "context",
  userId,
}));
const KEYS = ["key 1", "key 2", null];
const ISOLATES = 3;
const STEPS = 200;
/** Small, so that lists of changes are cut short. */
const MAX_CHANGES = 3;

interface Answer {
  readonly owner: KeyOwner;
  readonly from: number;
  readonly to: number;
  readonly entries: readonly Entry[];
  /** The newest era that the isolate had heard of. */
  readonly era: number;
}

/** An isolate: its memory, its clock, which may be wrong or stand still, and answers of the database on their way to it. */
class Isolate {
  readonly histories: KnownHistories;
  readonly follower: Follower;
  readonly #world: World;
  readonly #arriving: (() => void)[] = [];
  skew = 0;
  stoppedAt: number | undefined;
  era = 0;

  constructor(world: World) {
    this.#world = world;
    this.histories = new world.rule.memory(() => this.now());
    this.follower = new Follower(this.histories);
  }

  now = (): number => (this.stoppedAt ?? this.#world.time) + this.skew;

  ask(): void {
    const { random, answers } = this.#world;
    const owner = random.pick(OWNERS);
    const date = this.#world.someDate();
    const tolerance = random.chance(0.3) ? random.between(1, 60) : 0;
    const [from, to] = [Math.max(0, date - tolerance), date + tolerance];
    const entries = this.histories.find(owner, from, to, this.now());
    if (entries) answers.push({ owner, from, to, entries, era: this.era });
    else this.#askDatabase(owner, to);
  }

  #askDatabase(owner: KeyOwner, date: number): void {
    const { random, states, rule } = this.#world;
    const { histories } = this;
    const askedAt = this.now();
    const rows = random.chance(0.5) ? this.#world.primary : random.pick(states.slice(-8));
    const seen = (asked: "entry" | "changes"): State => {
      const { last, epoch } = rule.clockOf(asked, rows, this.#world.primary);
      return { ...rows, last, epoch };
    };
    const alone = histories.isReplaced(owner, date) ? "replaced" : "newest first";
    const { learned, replacedAt } = readEntry(
      seen("entry"),
      owner,
      date,
      random.chance(0.7) ? alone : "batch",
    );
    const since = this.follower.changesDue(askedAt);
    const changes = since === undefined ? undefined : readChanges(seen("changes"), since, MAX_CHANGES);
    this.#arriving.push(() => {
      if (learned) this.era = Math.max(this.era, rows.era);
      if (learned) histories.learn(owner, learned.fact, learned.snapshot, askedAt);
      if (replacedAt !== undefined) histories.noteReplaced(owner, replacedAt);
      if (changes && since !== undefined) {
        this.era = Math.max(this.era, rows.era);
        histories.extend(since, changes, askedAt);
      }
    });
    if (random.chance(0.7)) this.arrive();
  }

  arrive(): void {
    const [next] = this.#arriving.splice(this.#world.random.between(0, this.#arriving.length - 1), 1);
    next?.();
  }
}

class World {
  readonly rule: Rule;
  readonly random: Random;
  readonly states: State[] = [START];
  readonly answers: Answer[] = [];
  readonly #isolates: readonly Isolate[];
  readonly #late: (() => void)[] = [];
  #primarySkew = 0;
  time = 1_000;

  constructor(rule: Rule, seed: number) {
    this.rule = rule;
    this.random = new Random(seed);
    this.#isolates = Array.from({ length: ISOLATES }, () => new Isolate(this));
  }

  get primary(): State {
    return this.states.at(-1) as State;
  }

  /** Near a stamp, near the present of some clock, or anywhere. */
  someDate(): number {
    const { random, primary } = this;
    const stamps = [primary.last, this.time, ...primary.entries.map((e) => e.createDate)];
    const date = random.chance(0.8)
      ? random.pick(stamps) + random.between(-3, 3)
      : random.between(0, this.time);
    return Math.max(0, date);
  }

  step(): void {
    const { random } = this;
    this.time += random.chance(0.1) ? random.between(500, 3_000) : random.between(0, 20);
    const isolate = random.pick(this.#isolates);
    const what = random.between(0, 99);
    if (what < 55) isolate.ask();
    else if (what < 65) isolate.arrive();
    else if (what < 85) this.#change();
    else if (what < 88) this.#commit({ last: Math.max(this.primary.last, this.#databaseNow()) });
    else if (what < 92) this.#primarySkew = random.between(-300, 300);
    else if (what < 96) this.#upset(isolate);
    else if (what < 98) this.#late.shift()?.();
    else this.#rewrite();
  }

  #databaseNow = (): number => this.time + this.#primarySkew;

  #commit(changed: Partial<State>): void {
    this.states.push({ ...this.primary, ...changed });
  }

  #change(): void {
    const { random, rule } = this;
    const owner = random.pick(OWNERS);
    const userPubKey = random.pick(KEYS);
    const createDate = rule.stamp(this.primary.last, this.#databaseNow());
    const append = () => {
      if ((historyOf(this.primary, owner).at(-1)?.userPubKey ?? null) === userPubKey) return;
      this.#commit({ entries: [...this.primary.entries, { ...owner, createDate, userPubKey }] });
    };
    if (rule.lateCommits && random.chance(0.3)) {
      this.#late.push(append);
      this.#commit({ last: createDate });
    } else {
      const { length } = this.states;
      append();
      const { entries } = this.primary;
      this.states.splice(length);
      this.#commit({ last: Math.max(this.primary.last, createDate), entries });
    }
  }

  /** An isolate's clock stops, goes on, or is set. */
  #upset(isolate: Isolate): void {
    if (this.random.chance(0.5)) isolate.skew = this.random.between(-2_000, 2_000);
    else isolate.stoppedAt = isolate.stoppedAt === undefined ? this.time : undefined;
  }

  /** A restore of an older state, or an import or erasure that rewrites a history: each begins an epoch, above every H and date. */
  #rewrite(): void {
    const { random, rule, primary } = this;
    const restored = random.chance(0.5) ? random.pick(this.states) : primary;
    const owner = random.pick(OWNERS);
    const others = restored.entries.filter((e) => e.userId !== owner.userId);
    const last = rule.stamp(primary.last, this.#databaseNow());
    const imported = { ...owner, createDate: random.between(500, last), userPubKey: "key 3" };
    this.#commit({
      entries: random.chance(0.5) ? restored.entries : [...others, ...(random.chance(0.5) ? [imported] : [])],
      last,
      epoch: rule.epoch(restored, random),
      era: primary.era + 1,
    });
  }

  /** Answers from memory that a later state of the same era contradicts, or the state at its end. */
  wrong(): Answer[] {
    const final = new Map(this.states.map((s) => [s.era, s]));
    return this.answers.filter(({ owner, from, to, entries, era }) => {
      const right = truth(final.get(era) as State, owner, from, to);
      return JSON.stringify(entries) !== JSON.stringify(right);
    });
  }
}

/** Runs one random schedule and gives how many answers came from memory, and which of them were wrong. */
export function run(rule: Rule, seed: number): { answers: number; wrong: Answer[] } {
  const world = new World(rule, seed);
  for (let n = 0; n < STEPS; n++) world.step();
  return { answers: world.answers.length, wrong: world.wrong() };
}
