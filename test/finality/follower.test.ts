import { expect, test } from "vitest";
import { Follower } from "../../src/finality/follower";
import { NO_ENTRY } from "../../src/finality/history";
import { KnownHistories } from "../../src/finality/knownHistories";

/** A memory in which histories are known up to 1000. */
function known(): KnownHistories {
  const histories = new KnownHistories();
  const owner = { instanceId: "instance", contextId: "context", userId: "ann" };
  histories.learn(owner, { entry: NO_ENTRY, until: 1_000, newest: true }, { last: 1_000, epoch: "epoch" }, 0);
  return histories;
}

test("changes are asked for every two seconds at most, and two seconds after the first question", () => {
  const follower = new Follower(known());
  const due = [500, 2_499, 2_500, 2_501, 4_499, 4_500].map((now) => follower.changesDue(now));
  expect(due).toEqual([undefined, undefined, 1_000, undefined, undefined, 1_000]);
});

test("changes are not asked for while nothing is known that they could extend", () => {
  const histories = new KnownHistories();
  const follower = new Follower(histories);
  expect([0, 2_000, 9_000].map((now) => follower.changesDue(now))).toEqual([undefined, undefined, undefined]);
});

test("the clock is moved on every ten seconds at most, and ten seconds after the first read", () => {
  const follower = new Follower(known());
  const due = [500, 10_499, 10_500, 10_501, 20_499, 20_500].map((now) => follower.beatDue(now));
  expect(due).toEqual([false, false, true, false, false, true]);
});
