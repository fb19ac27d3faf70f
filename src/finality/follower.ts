import type { KnownHistories } from "./knownHistories";

/** An isolate asks for changes at most this often. */
const FOLLOW_MS = 2_000;
/** An isolate moves the clock on at most this often. */
const BEAT_MS = 10_000;

/** When this isolate asks for changes, and when it moves the database's clock on. Times are the Worker's, in ms. */
export class Follower {
  readonly #histories: KnownHistories;
  #asked: number | undefined;
  #beat: number | undefined;

  constructor(histories: KnownHistories) {
    this.#histories = histories;
  }

  /**
   * The stamp beyond which the batch about to be sent is to ask for all changes; undefined where it is too early, or
   * where nothing is known that they could extend.
   */
  changesDue(now: number): number | undefined {
    this.#asked ??= now;
    const { upTo } = this.#histories;
    if (upTo === undefined || now - this.#asked < FOLLOW_MS) return undefined;
    this.#asked = now;
    return upTo;
  }

  /** Whether to move the clock on, asked after a read on the primary: a lagging replica must not make every isolate write. */
  beatDue(now: number): boolean {
    this.#beat ??= now;
    if (now - this.#beat < BEAT_MS) return false;
    this.#beat = now;
    return true;
  }
}
