import type { Change, Sent } from "./head";
import type { Statement } from "./statement";

export type Rows = readonly (readonly unknown[])[];

/** What to ask the database and how to read its answer: a value that does nothing until `run` takes it. */
export interface Query<T> {
  readonly statements: readonly Statement<unknown>[];
  /** Set where it changes something: the transaction then begins by saying who acts, and with a stamp of its own. */
  readonly change?: Change;
  /** Set where one of its statements fails while a restore is under way. */
  readonly checksRestoring?: boolean;
  /** What it means that a statement raised such a refusal, by `orRefuse` or a trigger; the transaction is then undone. */
  readonly refusals?: Readonly<Record<string, T>>;
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

/** Puts the lookups of one kind into one statement and remembers whose rows are whose. */
export function merge(statements: readonly Statement<unknown>[]) {
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
