import type { StoredSession } from "../store/sessions";

interface Checked {
  readonly row: StoredSession;
  /** ms */
  readonly at: number;
}

/**
 * Sessions that this isolate looked up a moment ago, by token, so that reads of public keys need not ask again. Any
 * change of credentials made here empties it, also for look-ups that were under way meanwhile.
 */
export class RecentCallers {
  readonly #sessions = new Map<string, Checked>();
  readonly #bound: number;
  #changes = 0;

  constructor(bound: number) {
    this.#bound = bound;
  }

  find(token: string, maxAgeMs: number, now: number): StoredSession | undefined {
    const found = this.#sessions.get(token);
    return found && now >= found.at && now - found.at < maxAgeMs ? found.row : undefined;
  }

  /** To be called before the look-up; the function it gives keeps what was found. */
  startLookup(now: number): (token: string, row: StoredSession) => void {
    const changes = this.#changes;
    return (token, row) => {
      if (changes !== this.#changes) return;
      if (this.#sessions.size >= this.#bound) this.#sessions.clear();
      this.#sessions.set(token, { row, at: now });
    };
  }

  forget(): void {
    this.#changes += 1;
    this.#sessions.clear();
  }
}
