import { makeRoom } from "../makeRoom";
import type { StoredSession } from "../store/sessions";

interface Seen {
  readonly row: StoredSession;
  /** ms */
  readonly at: number;
  /** How many changes of credentials this isolate had made when the look-up began. */
  readonly changes: number;
}

/**
 * Sessions as this isolate last saw them, by id: reads of public keys need not ask again for a moment, and changes may be
 * sent on condition that nothing is different. After a change of credentials made here every read asks again, also where
 * a look-up was under way meanwhile.
 */
export class RecentCallers {
  readonly #sessions = new Map<string, Seen>();
  readonly #bound: number;
  #changes = 0;

  constructor(bound: number) {
    this.#bound = bound;
  }

  /** As it was last seen, however long ago that was; in force only if the database still says so. */
  lastSeen(sessionId: string): StoredSession | undefined {
    return this.#sessions.get(sessionId)?.row;
  }

  /** As it was seen less than `maxAgeMs` ago and after any change of credentials made here. */
  find(sessionId: string, maxAgeMs: number, now: number): StoredSession | undefined {
    const seen = this.#sessions.get(sessionId);
    if (seen?.changes !== this.#changes) return undefined;
    return now >= seen.at && now - seen.at < maxAgeMs ? seen.row : undefined;
  }

  /** To be called before the look-up; the function it gives keeps what was found. */
  startLookup(now: number): (row: StoredSession) => void {
    const changes = this.#changes;
    return (row) => {
      makeRoom(this.#sessions, this.#bound);
      this.#sessions.set(row.sessionId, { row, at: now, changes });
    };
  }

  /** Of one that is no more. */
  forget(sessionId: string): void {
    this.#sessions.delete(sessionId);
  }

  credentialsChanged(): void {
    this.#changes += 1;
  }
}
