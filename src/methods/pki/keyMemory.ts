import type { Context } from "../../context";
import { describeError } from "../../log";
import { beat } from "../../store/clock";
import { changesSince } from "../../store/keyChanges";
import type { Reading } from "../../store/keyReading";
import { type Query, query } from "../../store/query";

/** Keeps what a read told of a history and, where it is due and the read ran on the primary, moves the clock on. */
export async function rememberReadings(
  readings: readonly Reading[],
  { memory: { histories, follower }, db, now, log }: Context,
  askedAt: number,
): Promise<void> {
  for (const { owner, learned, replacedAt } of readings) {
    if (learned) histories.learn(owner, learned.fact, learned.snapshot, askedAt);
    if (replacedAt !== undefined) histories.noteReplaced(owner, replacedAt);
  }
  if (!db.onPrimary || !follower.beatDue(askedAt)) return;
  const moved = db.run(query([beat({ now: now() })], () => undefined));
  await moved.catch((error) => log.error("clock not moved on", { error: describeError(error) }));
}

/** Asks for what changed in all histories, where that is due. */
export function refreshHistories(
  { memory: { histories, follower } }: Context,
  askedAt: number,
): Query<void> | undefined {
  const since = follower.changesDue(askedAt);
  if (since === undefined) return undefined;
  const changes = changesSince(since);
  return {
    statements: changes.statements,
    decode: (rows) => histories.extend(since, changes.decode(rows), askedAt),
  };
}
