import { Failure } from "../errors";
import { DATABASE_LIMIT_MS, MAX_BOOKMARK_CHARS } from "../limits";

import type { Log } from "../log";
import { OutOfTime, withinTime } from "../timeLimit";
import { type Change, Changed, type Guard, headOfChange, headOfRead, meaningOf, type Sent } from "./head";
import type { Statement } from "./statement";

type Rows = readonly (readonly unknown[])[];

/** What to ask the database and how to read its answer: a value that does nothing until `run` takes it. */
export interface Query<T> {
  readonly statements: readonly Statement<unknown>[];
  /** Set where it changes something: the transaction then begins by saying who acts, and with a stamp of its own. */
  readonly change?: Change;
  /** Set where one of its statements fails while a restore is under way. */
  readonly checksRestoring?: boolean;
  /** Gets the rows of each statement, in order. May throw a `Failure`. */
  decode(rows: Rows): T;
}

type RowsOf<S extends readonly Statement<unknown>[]> = {
  [I in keyof S]: S[I] extends Statement<infer Row> ? readonly Row[] : never;
};

/** A query of these statements; `decode` gets each one's rows as an argument of its own. */
export function query<const S extends readonly Statement<unknown>[], T>(
  statements: S,
  decode: (...rows: RowsOf<S>) => T,
): Query<T> {
  return { statements, decode: (rows) => decode(...(rows as RowsOf<S>)) };
}

/**
 * A query of which a statement reads the clock's row as `OPEN` finds it, and always gives at least one row that needs it: else
 * nothing would ask whether a restore is under way, for all that stands in one batch with it.
 */
export function restoreCheckingQuery<const S extends readonly Statement<unknown>[], T>(
  statements: S,
  decode: (...rows: RowsOf<S>) => T,
): Query<T> {
  return { ...query(statements, decode), checksRestoring: true };
}

/** A change whose stamp counts, that of a key history or a host. */
export function stampedChange<const S extends readonly Statement<unknown>[], T>(
  statements: S,
  decode: (...rows: RowsOf<S>) => T,
): Query<T> {
  return { ...query(statements, decode), change: "stamped" };
}

/** Any other change. */
export function countedChange<const S extends readonly Statement<unknown>[], T>(
  statements: S,
  decode: (...rows: RowsOf<S>) => T,
): Query<T> {
  return { ...query(statements, decode), change: "counted" };
}

/** Several queries as one; its answer holds a function for each, so that one's failure does not hide the others. */
export function all<T>(queries: readonly Query<T>[]): Query<(() => T)[]> {
  return {
    statements: queries.flatMap((q) => q.statements),
    checksRestoring: queries.some((q) => q.checksRestoring),
    decode(rows) {
      let from = 0;
      return queries.map((q) => {
        const own = rows.slice(from, from + q.statements.length);
        from += q.statements.length;
        return () => q.decode(own);
      });
    },
  };
}

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
   * Runs a query in one round trip: one D1 batch, which is one transaction. One without statements needs none.
   * @throws Failure `unavailable` while the directory is being restored; Changed; what D1 throws, or what the query's decoder does;
   * after DATABASE_LIMIT_MS OutOfTime: whether a change was made is then unknown
   */
  async run<T>(q: Query<T>, consistency: Consistency = "primary"): Promise<T> {
    if (q.statements.length === 0) return q.decode([]);
    const plan = merge(q.statements);
    const head = this.#headOf(q);
    const rows = await this.#batch([...head, ...plan.sent], consistency);
    return q.decode(plan.split(rows.slice(head.length)));
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
    if (this.#guard) this.#guard.held = true;
    this.#shared.bookmark = session.getBookmark() ?? this.#shared.bookmark;
    this.#shared.onPrimary = results[0]?.meta.served_by_primary === true;
    return results.map((r) => r.results);
  }
}

/** Puts the lookups of one kind into one statement and remembers whose rows are whose. */
function merge(statements: readonly Statement<unknown>[]) {
  const kinds = new Map<string, number[]>();
  for (const [i, s] of statements.entries()) {
    if (s.lookup) kinds.set(s.lookup.many, [...(kinds.get(s.lookup.many) ?? []), i]);
  }
  const sent: Sent[] = [];
  const takers: ((rows: readonly unknown[], out: unknown[][]) => void)[] = [];
  for (const [i, s] of statements.entries()) {
    const peers = s.lookup ? (kinds.get(s.lookup.many) as number[]) : [i];
    if (peers[0] !== i) continue;
    if (peers.length === 1) {
      sent.push(s);
      takers.push((rows, out) => {
        out[i] = rows as unknown[];
      });
    } else {
      const keys = peers.map((p) => statements[p]?.lookup?.key);
      sent.push({ sql: s.lookup?.many as string, args: [JSON.stringify(keys)] });
      takers.push((rows, out) => {
        for (const row of rows as { item: number }[]) out[peers[row.item] as number]?.push(row);
      });
    }
  }
  return {
    sent,
    split(results: Rows): Rows {
      const out: unknown[][] = statements.map(() => []);
      for (const [n, take] of takers.entries()) take(results[n] ?? [], out);
      return out;
    },
  };
}
