import { env } from "cloudflare:workers";

/** What goes wrong with the n-th statement, or with the n-th batch, of a request; both counted from 0. */
export type Fault =
  | { readonly statement: number }
  | { readonly batch: number; readonly how: "rejects" | "hangs"; readonly when: "before" | "after" };

/** SQLite computes this when it runs it, not when it prepares it: the batch has begun by then, and is rolled back. */
const OVERFLOW = "select abs(-9223372036854775808)";

export interface Faulty {
  readonly DB: D1Database;
  readonly counts: { statements: number; batches: number };
  /** Settles once a batch hangs. */
  readonly hanging: Promise<void>;
}

/** The real database with one fault, or none; only what the Worker uses of it is there. */
export function faulty(fault?: Fault): Faulty {
  const counts = { statements: 0, batches: 0 };
  const hanging = Promise.withResolvers<void>();

  async function breakDown(how: "rejects" | "hangs"): Promise<void> {
    if (how === "rejects") throw new Error("D1_ERROR: Network connection lost.");
    hanging.resolve();
    await new Promise(() => {});
  }

  const DB = {
    withSession(start: string) {
      const session = env.DB.withSession(start);
      return {
        prepare(sql: string) {
          const n = counts.statements++;
          const fails = fault && "statement" in fault && fault.statement === n;
          const statement = session.prepare(fails ? OVERFLOW : sql);
          return { bind: (...args: unknown[]) => (fails ? statement : statement.bind(...args)) };
        },
        async batch(statements: D1PreparedStatement[]) {
          const n = counts.batches++;
          const strikes = fault && "batch" in fault && fault.batch === n ? fault : undefined;
          if (strikes?.when === "before") await breakDown(strikes.how);
          const results = await session.batch(statements);
          if (strikes?.when === "after") await breakDown(strikes.how);
          return results;
        },
        getBookmark: () => session.getBookmark(),
      };
    },
  };
  return { DB: DB as unknown as D1Database, counts, hanging: hanging.promise };
}
