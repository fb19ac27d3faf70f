import { describe, expect, test } from "vitest";
import { type Fact, NO_ENTRY } from "../../src/finality/history";
import { KnownHistories } from "../../src/finality/knownHistories";

const owner = (userId: string) => ({ instanceId: "instance", contextId: "context", userId });
const ann = owner("ann");
const KEY = { createDate: 100, userPubKey: "key" };
const newest = (until: number): Fact => ({ entry: KEY, until, newest: true });
const at = (last: number, epoch: string | null = "epoch") => ({ last, epoch });

/** A memory that learned ann's key when the clock stood at 1000 and the Worker's at 50. */
function memory(): KnownHistories {
  const histories = new KnownHistories();
  histories.learn(ann, newest(1_000), at(1_000), 50);
  return histories;
}

test("a key is known from its date to H, and neither before nor after", () => {
  const histories = memory();
  expect(histories.find(ann, 100, 100, 60)).toEqual([KEY]);
  expect(histories.find(ann, 1_000, 1_000, 60)).toEqual([KEY]);
  expect(histories.find(ann, 99, 99, 60)).toBeUndefined();
  expect(histories.find(ann, 1_001, 1_001, 60)).toBeUndefined();
  expect(histories.find(ann, 990, 1_001, 60)).toBeUndefined();
  expect(histories.find(owner("bob"), 100, 100, 60)).toBeUndefined();
});

test("what nobody confirmed for a minute is not used until the database confirms it", () => {
  const histories = memory();
  expect(histories.find(ann, 100, 100, 50 + 59_999)).toEqual([KEY]);
  expect(histories.find(ann, 100, 100, 50 + 60_000)).toBeUndefined();
  histories.learn(owner("bob"), newest(1_000), at(1_000), 60_000);
  expect(histories.find(ann, 100, 100, 60_001)).toEqual([KEY]);
  expect(histories.find(ann, 100, 100, 0)).toBeUndefined();
});

test("changes move H for all, and a change ends the key before it", () => {
  const histories = memory();
  const change = { ...ann, createDate: 1_500, userPubKey: "key 2" };
  histories.learn(owner("bob"), newest(1_000), at(1_000), 50);
  histories.extend(1_000, { snapshot: at(2_000), entries: [change], truncated: false }, 60);
  expect(histories.find(owner("bob"), 2_000, 2_000, 70)).toEqual([KEY]);
  expect(histories.find(ann, 1_499, 1_499, 70)).toEqual([KEY]);
  expect(histories.find(ann, 1_499, 2_000, 70)).toEqual([{ createDate: 1_500, userPubKey: "key 2" }, KEY]);
});

test("only a list that begins where the histories end extends them", () => {
  const histories = memory();
  histories.extend(900, { snapshot: at(2_000), entries: [], truncated: false }, 60);
  expect(histories.upTo).toBe(1_000);
  histories.extend(1_000, { snapshot: at(1_000), entries: [], truncated: false }, 60);
  expect(histories.find(ann, 1_000, 1_000, 70)).toEqual([KEY]);
});

test.each([
  ["was cut short", at(2_000), true],
  ["is of an older snapshot", at(999), false],
])(
  "a list of changes that %s leaves nothing to be trusted, and nothing to ask changes for",
  (_what, snapshot, truncated) => {
    const histories = memory();
    histories.extend(1_000, { snapshot, entries: [], truncated }, 60);
    expect(histories.find(ann, 100, 100, 70)).toBeUndefined();
    expect(histories.upTo).toBeUndefined();
  },
);

test.each([
  ["history is being rewritten", at(2_000, null), undefined],
  ["another epoch began", at(2_000, "epoch 2"), [KEY]],
  ["a snapshot is of an epoch that may be older", at(500, "epoch 0"), undefined],
  ["nothing tells which of two epochs is the newer", at(1_000, "epoch 2"), undefined],
])("all is forgotten where %s", (_when, snapshot, learned) => {
  const histories = memory();
  histories.learn(owner("bob"), newest(500), snapshot, 60);
  expect(histories.find(ann, 100, 100, 70)).toBeUndefined();
  expect(histories.find(owner("bob"), 500, 500, 70)).toEqual(learned);
});

test("a directory is known from its clock's very first moment on", () => {
  const histories = new KnownHistories();
  histories.learn(ann, { entry: NO_ENTRY, until: 0, newest: true }, at(0), 50);
  expect(histories.find(ann, 0, 0, 60)).toEqual([{ createDate: 0, userPubKey: null }]);
});

describe("a key is known to be replaced", () => {
  test("before the date of the newest that is known, and not at it", () => {
    const histories = memory();
    expect(histories.isReplaced(ann, 99)).toBe(true);
    expect(histories.isReplaced(ann, 100)).toBe(false);
    expect(histories.isReplaced(owner("bob"), 99)).toBe(false);
  });

  test("before a date that was noted, where that is later", () => {
    const histories = memory();
    histories.noteReplaced(ann, 50);
    expect(histories.isReplaced(ann, 99)).toBe(true);
    histories.noteReplaced(ann, 500);
    histories.noteReplaced(owner("bob"), 300);
    expect([499, 500].map((date) => histories.isReplaced(ann, date))).toEqual([true, false]);
    expect([299, 300].map((date) => histories.isReplaced(owner("bob"), date))).toEqual([true, false]);
  });

  test("for 16,384 owners at most: one more, and the notes begin anew", () => {
    const histories = new KnownHistories();
    const isNoted = (n: number) => histories.isReplaced(owner(`user ${n}`), 99);
    for (let n = 0; n < 16_384; n++) histories.noteReplaced(owner(`user ${n}`), 100);
    expect([isNoted(0), isNoted(16_383)]).toEqual([true, true]);
    histories.noteReplaced(owner("user 16384"), 100);
    expect([isNoted(0), isNoted(16_383), isNoted(16_384)]).toEqual([false, false, true]);
  });
});

test("what is kept of a history is bounded: its newest entries", () => {
  const histories = memory();
  for (let n = 0; n < 10_000; n++) {
    const since = 1_000 + n;
    const change = { ...ann, createDate: since + 1, userPubKey: `key ${n}` };
    histories.extend(since, { snapshot: at(since + 1), entries: [change], truncated: false }, 50);
  }
  expect(histories.find(ann, 10_990, 10_990, 60)).toEqual([{ createDate: 10_990, userPubKey: "key 9989" }]);
  expect(histories.find(ann, 1_001, 1_001, 60)).toBeUndefined();
});

test("so is the number of histories: who was asked for longest ago goes, made-up users too", () => {
  const histories = memory();
  histories.learn(owner("bob"), newest(1_000), at(1_000), 50);
  for (let n = 0; n < 16_383; n++) {
    histories.find(ann, 100, 100, 60);
    histories.learn(owner(`made up ${n}`), { ...newest(1_000), entry: NO_ENTRY }, at(1_000), 50);
  }
  expect(histories.find(ann, 100, 100, 60)).toEqual([KEY]);
  expect(histories.find(owner("bob"), 100, 100, 60)).toBeUndefined();
  expect(histories.find(owner("made up 0"), 100, 100, 60)).toEqual([NO_ENTRY]);
});
