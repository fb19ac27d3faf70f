import type { Entry, KeyOwner } from "../finality/history";
import type { Changes } from "../finality/knownHistories";
import { clockJson, parseClock } from "./keyReading";
import { type Query, restoreCheckingQuery } from "./query";
import type { Statement } from "./statement";

/** More changes than this at once are not worth following: what is known is dropped and read anew as it is asked for. */
const MAX_CHANGES = 1_000;

type Change = KeyOwner & Entry;

const CHANGES = `select instanceId, contextId, userId, createDate, userPubKey from key_history
  where createDate > ?1 order by createDate limit ${MAX_CHANGES + 1}`;

/** All changes of all histories stamped above `since` (ms). */
export function changesSince(since: number): Query<Changes> {
  const clock: Statement<{ clock: string }> = { sql: `select ${clockJson} as clock`, args: [] };
  const changes: Statement<Change> = { sql: CHANGES, args: [since] };
  return restoreCheckingQuery([clock, changes], ([row], entries) => ({
    snapshot: parseClock((row as { clock: string }).clock),
    entries: entries.slice(0, MAX_CHANGES),
    truncated: entries.length > MAX_CHANGES,
  }));
}
