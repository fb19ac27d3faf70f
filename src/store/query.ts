import { MAX_BOOKMARK_CHARS } from "../limits";
import type { Log } from "../log";
import type { Bindable, Statement } from "./statement";

type Rows = readonly (readonly unknown[])[];

/** What to ask the database and how to read its answer: a value that does nothing until `run` takes it. */
export interface Query<T> {
  readonly statements: readonly Statement<unknown>[];
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

/** Several queries as one; its answer holds a function for each, so that one's failure does not hide the others. */
export function all<T>(queries: readonly Query<T>[]): Query<(() => T)[]> {
  return {
    statements: queries.flatMap((q) => q.statements),
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

/** The database as one call or one socket sees it: `bookmark` is the newest state it has seen. */
export class Database {
  bookmark: string | undefined;
  readonly #d1: D1Database;
  readonly #log: Log;

  constructor(d1: D1Database, log: Log, bookmark?: string) {
    this.#d1 = d1;
    this.#log = log;
    if (bookmark !== undefined && bookmark.length > MAX_BOOKMARK_CHARS)
      log.warn("bookmark ignored: too long");
    else this.bookmark = bookmark;
  }

  /**
   * Runs a query in one round trip: one D1 batch, which is one transaction.
   * @throws what D1 throws, or what the query's decoder does
   */
  async run<T>(q: Query<T>, consistency: Consistency = "primary"): Promise<T> {
    const plan = merge(q.statements);
    const results = await this.#batch(plan.sent, consistency);
    return q.decode(plan.split(results));
  }

  async #batch(sent: readonly Sent[], consistency: Consistency): Promise<Rows> {
    const bookmark = consistency === "replica" ? this.bookmark : undefined;
    try {
      return await this.#send(
        sent,
        bookmark ?? (consistency === "replica" ? "first-unconstrained" : "first-primary"),
      );
    } catch (error) {
      if (bookmark === undefined) throw error;
      this.#log.warn("bookmark ignored: refused by the database");
      this.bookmark = undefined;
      return await this.#send(sent, "first-primary");
    }
  }

  async #send(sent: readonly Sent[], start: string): Promise<Rows> {
    const session = this.#d1.withSession(start);
    const results = await session.batch(sent.map((s) => session.prepare(s.sql).bind(...s.args)));
    this.bookmark = session.getBookmark() ?? this.bookmark;
    return results.map((r) => r.results);
  }
}

interface Sent {
  readonly sql: string;
  readonly args: readonly Bindable[];
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
