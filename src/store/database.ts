import { Failure } from "../errors";
import { DATABASE_LIMIT_MS, MAX_BOOKMARK_CHARS } from "../limits";
import type { Log } from "../log";
import { OutOfTime, withinTime } from "../timeLimit";
import { Changed, type Guard, headOfChange, headOfRead, isRaised, meaningOf, type Sent } from "./head";
import { merge, type Query, type Rows } from "./query";

/** Where a query may run: a replica is only good enough for reads that no revocation can touch. */
export type Consistency = "primary" | "replica";

/** Who makes a change, for the audit trail. No secret, no value of a param. */
export interface Actor {
  readonly method: string;
  readonly requestId: string;
  readonly address: string;
  readonly userId?: string | undefined;
  readonly apiKeyId?: string | undefined;
  readonly sessionId?: string | undefined;
}

/** What all views of one request on the database share. */
interface Shared {
  readonly d1: D1Database;
  readonly log: Log;
  readonly now: () => number;
  bookmark: string | undefined;
  onPrimary: boolean;
}

/** The database as one call or one socket sees it. */
export class Database {
  readonly #shared: Shared;
  readonly #actor: Actor | undefined;
  readonly #guard: Guard | undefined;

  private constructor(shared: Shared, actor?: Actor, guard?: Guard) {
    this.#shared = shared;
    this.#actor = actor;
    this.#guard = guard;
  }

  /** `now` is the Worker's time in ms; `bookmark` names a state that replicas must have reached to answer. */
  static open(d1: D1Database, log: Log, now: () => number, bookmark?: string): Database {
    if (bookmark === undefined || bookmark.length <= MAX_BOOKMARK_CHARS) {
      return new Database({ d1, log, now, bookmark, onPrimary: false });
    }
    log.warn("bookmark ignored: too long");
    return new Database({ d1, log, now, bookmark: undefined, onPrimary: false });
  }

  /** The newest state of the database that was seen. */
  get bookmark(): string | undefined {
    return this.#shared.bookmark;
  }

  /** Whether the last query ran on the primary; unknown counts as no. */
  get onPrimary(): boolean {
    return this.#shared.onPrimary;
  }

  /** The same database, for changes of that actor. */
  actingAs(actor: Actor): Database {
    return new Database(this.#shared, { ...this.#actor, ...actor }, this.#guard);
  }

  /** The same database, whose first batch does nothing unless the guard's condition holds: it throws `Changed` then. */
  guardedBy(guard: Guard): Database {
    return new Database(this.#shared, this.#actor, guard);
  }

  /**
   * Runs a query in one round trip: one D1 batch, which is one transaction. One without statements needs none, a refused change
   * two where nothing was asked before it.
   * @throws Failure `unavailable` while the directory is being restored; Changed; what D1 throws, or what the query's decoder does;
   * after DATABASE_LIMIT_MS OutOfTime: whether a change was made is then unknown
   */
  async run<T>(q: Query<T>, consistency: Consistency = "primary"): Promise<T> {
    if (q.statements.length === 0) return q.decode([]);
    const plan = merge(q.statements);
    const head = this.#headOf(q);
    try {
      const rows = await this.#batch([...head, ...plan.sent], consistency);
      return q.decode(plan.split(rows.slice(head.length)));
    } catch (error) {
      const refusal = Object.entries(q.refusals ?? {}).find(([text]) => isRaised(error, text));
      if (!refusal) throw error;
      await this.#seeReason();
      return refusal[1];
    }
  }

  /** After a refusal. Its head had run by then. D1 gives no bookmark with an error, and the reason is to be seen on any replica. */
  async #seeReason(): Promise<void> {
    const wasFirst = this.#guard?.held === false;
    this.#hold();
    if (wasFirst) await this.#batch([headOfRead()], "primary");
  }

  #hold(): void {
    if (this.#guard) this.#guard.held = true;
  }

  #headOf({ change, checksRestoring }: Query<unknown>): Sent[] {
    const guard = this.#guard?.held ? undefined : this.#guard;
    if (!change) return checksRestoring && !guard ? [] : [headOfRead(guard)];
    if (!this.#actor) throw new Error("a change needs an actor");
    return [headOfChange(change, this.#shared.now(), JSON.stringify(this.#actor), guard)];
  }

  async #batch(sent: readonly Sent[], consistency: Consistency): Promise<Rows> {
    const bookmark = consistency === "replica" ? this.#shared.bookmark : undefined;
    try {
      return await this.#send(
        sent,
        bookmark ?? (consistency === "replica" ? "first-unconstrained" : "first-primary"),
      );
    } catch (error) {
      const isAnswer = error instanceof Failure || error instanceof Changed || error instanceof OutOfTime;
      if (bookmark === undefined || isAnswer) throw error;
      this.#shared.log.warn("bookmark ignored: refused by the database");
      this.#shared.bookmark = undefined;
      return await this.#send(sent, "first-primary");
    }
  }

  async #send(sent: readonly Sent[], start: string): Promise<Rows> {
    const session = this.#shared.d1.withSession(start);
    const statements = sent.map((s) => session.prepare(s.sql).bind(...s.args));
    const batch = session.batch(statements).catch((error: Error) => {
      throw meaningOf(error);
    });
    const results = await withinTime(batch, DATABASE_LIMIT_MS, "D1 gave no answer in time: outcome unknown");
    this.#hold();
    this.#shared.bookmark = session.getBookmark() ?? this.#shared.bookmark;
    this.#shared.onPrimary = results[0]?.meta.served_by_primary === true;
    return results.map((r) => r.results);
  }
}
