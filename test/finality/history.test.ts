import { describe, expect, test } from "vitest";
import {
  type Entry,
  entriesWithin,
  type Fact,
  type History,
  NO_ENTRY,
  UNKNOWN,
  withChange,
  withFact,
} from "../../src/finality/history";

/** All changes are known up to here. */
const UP_TO = 1_000;
const entry = (createDate: number): Entry => ({ createDate, userPubKey: `key ${createDate}` });
const fact = (createDate: number, until: number, newest = false): Fact => ({
  ...{ entry: entry(createDate), until, newest },
});
const learned = (...facts: Fact[]): History => facts.reduce((h, f) => withFact(h, f, UP_TO), UNKNOWN);
const known = (history: History) =>
  history.spans.map(({ entry: { createDate }, until }) => [createDate, until]);
const dates = (history: History, from: number, to: number, upTo = UP_TO) =>
  entriesWithin(history, from, to, upTo)?.map((e) => e.createDate);

const FIRST = fact(100, 199);
const SECOND = fact(200, 299);
const NEWEST = fact(300, UP_TO, true);

describe("facts", () => {
  test.each<[string, Fact[]]>([
    ["oldest first", [FIRST, SECOND, NEWEST]],
    ["newest first", [NEWEST, SECOND, FIRST]],
    ["the middle first", [SECOND, NEWEST, FIRST]],
    ["the middle last", [FIRST, NEWEST, SECOND]],
    ["each twice", [SECOND, FIRST, NEWEST, FIRST, NEWEST, SECOND]],
  ])("learned %s make one history", (_order, facts) => {
    const history = learned(...facts);
    expect(known(history)).toEqual([
      [300, UP_TO],
      [200, 299],
      [100, 199],
    ]);
    expect(history.grows).toBe(true);
    expect(dates(history, 150, 2_000, 2_000)).toEqual([300, 200, 100]);
  });

  test("of one entry add up: it was in force until the latest date seen", () => {
    expect(known(learned(fact(100, 150), fact(100, 120)))).toEqual([[100, 150]]);
    expect(known(learned(fact(100, 120), fact(100, 150)))).toEqual([[100, 150]]);
  });

  test("leave unknown what lies between them", () => {
    const history = learned(fact(100, 150), SECOND);
    expect(dates(history, 150, 150)).toEqual([100]);
    expect(dates(history, 151, 151)).toBeUndefined();
    expect(dates(history, 150, 200)).toBeUndefined();
  });

  test("tell that there was no key yet, too", () => {
    const history = learned({ entry: NO_ENTRY, until: 99, newest: false }, FIRST);
    expect(entriesWithin(history, 0, 100, UP_TO)).toEqual([entry(100), { createDate: 0, userPubKey: null }]);
  });
});

describe("a history lasts to where all changes are known", () => {
  test("once the newest entry was seen there", () => {
    expect(dates(learned(fact(100, UP_TO, true)), 2_000, 2_000, 2_000)).toEqual([100]);
  });

  test("not where the newest was seen in a snapshot further back", () => {
    expect(dates(learned(fact(100, UP_TO - 1, true)), 2_000, 2_000, 2_000)).toBeUndefined();
  });

  test("not where an entry was only seen in force", () => {
    expect(learned(fact(100, UP_TO)).grows).toBe(false);
  });

  test("still, after older entries and the newest itself were looked at again", () => {
    expect(learned(NEWEST, FIRST).grows).toBe(true);
    expect(learned(NEWEST, fact(300, 500)).grows).toBe(true);
  });

  test("no more where a newer entry turns up that need not be the newest", () => {
    expect(learned(NEWEST, fact(1_100, 1_200)).grows).toBe(false);
    expect(learned(NEWEST, fact(1_100, 1_200, true)).grows).toBe(true);
  });

  test("not because a replica behind takes an older entry for the newest", () => {
    expect(learned(fact(1_500, 1_600), fact(100, 1_200, true)).grows).toBe(false);
  });
});

describe("of a long history", () => {
  const twenty = Array.from({ length: 20 }, (_, n) => fact(100 + n * 10, 109 + n * 10));

  test("the 16 newest entries are kept", () => {
    expect(known(learned(...twenty))).toEqual(known(learned(...twenty.slice(4))));
    expect(learned(...twenty).spans).toHaveLength(16);
  });

  test("and the one that was asked for last, however old", () => {
    const history = learned(...twenty, fact(100, 109));
    expect(history.spans).toHaveLength(16);
    expect(dates(history, 100, 100)).toEqual([100]);
    expect(dates(history, 290, 290)).toEqual([290]);
  });
});

describe("a change", () => {
  test("ends the entry before it, one millisecond earlier", () => {
    const history = withChange(learned(NEWEST), entry(1_500));
    expect(known(history)).toEqual([
      [1_500, 1_500],
      [300, 1_499],
    ]);
    expect(dates(history, 1_499, 2_000, 2_000)).toEqual([1_500, 300]);
  });

  test("leaves unknown until when an entry was in force that was not the newest", () => {
    expect(known(withChange(learned(FIRST), entry(1_500)))).toEqual([
      [1_500, 1_500],
      [100, 199],
    ]);
  });

  test("that is known already, or older than what is known, changes nothing", () => {
    const history = learned(FIRST, NEWEST);
    expect(withChange(history, entry(300))).toEqual(history);
    expect(withChange(history, entry(200))).toEqual(history);
  });

  test("is all that is known of a history not seen before", () => {
    expect(withChange(UNKNOWN, entry(1))).toEqual({ spans: [{ entry: entry(1), until: 1 }], grows: true });
  });
});
