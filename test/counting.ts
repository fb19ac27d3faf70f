import { env } from "cloudflare:workers";
import { headOfRead } from "../src/store/head";

export interface Asked {
  readonly sql: string;
  readonly args: readonly unknown[];
  readonly rowsRead: number;
}

/**
 * What a request cost the database: `trips` are D1 batches, one round trip each. The head of a batch of reads, which asks
 * whether a restore is under way, stands in no list of statements; its one row counts.
 */
export class Cost {
  trips = 0;
  rowsRead = 0;
  rowsWritten = 0;
  readonly asked: Asked[] = [];

  get statements(): string[] {
    return this.asked.map((a) => a.sql);
  }
}

/**
 * The real database behind a counter. Hand `DB` to the Worker in the place of its binding (`setup: { env: { DB } }`);
 * only what the Worker does itself is let through: sessions, prepared statements and batches.
 */
export function counted(d1: D1Database = env.DB): { DB: D1Database; cost: Cost } {
  const cost = new Cost();
  const DB = {
    withSession(start: string) {
      const session = d1.withSession(start);
      const texts = new Map<D1PreparedStatement, { sql: string; args: readonly unknown[] }>();
      return {
        prepare: (sql: string) => ({
          bind(...args: unknown[]) {
            const bound = session.prepare(sql).bind(...args);
            texts.set(bound, { sql, args });
            return bound;
          },
        }),
        async batch(statements: D1PreparedStatement[]) {
          cost.trips += 1;
          const results = await session.batch(statements);
          for (const [i, { meta }] of results.entries()) {
            const text = texts.get(statements[i] as D1PreparedStatement);
            cost.rowsRead += meta.rows_read;
            cost.rowsWritten += meta.rows_written;
            if (text?.sql === headOfRead().sql) continue;
            cost.asked.push({ sql: text?.sql ?? "", args: text?.args ?? [], rowsRead: meta.rows_read });
          }
          return results;
        },
        getBookmark: () => session.getBookmark(),
      };
    },
  };
  return { DB: DB as unknown as D1Database, cost };
}
