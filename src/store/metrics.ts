import { and, eq, gt, lte, sql } from "drizzle-orm";
import { EXPIRES_SOON_MS, MAX_COUNTED_KEYS } from "../limits";
import { DATABASE_NOW } from "./clock";
import { type Query, query } from "./query";
import { clock, rowCounts } from "./schema";
import { sshKeys } from "./sshSchema";
import { columns, statement } from "./statement";

const counts = statement()((db) =>
  db.select(columns({ tableName: rowCounts.tableName, rows: rowCounts.rows })).from(rowCounts),
);

const state = statement()((db) =>
  db
    .select(
      columns({
        last: clock.last,
        sweptAt: clock.sweptAt,
        databaseNow: sql<number>`${DATABASE_NOW}`,
        schema: sql<string>`(select name from d1_migrations order by id desc limit 1)`,
      }),
    )
    .from(clock)
    .where(eq(clock.id, 1)),
);

const expiring = statement<{ now: number; until: number }>()((db, $) =>
  db
    .select(columns({ id: sshKeys.id }))
    .from(sshKeys)
    .where(and(gt(sshKeys.notAfter, $("now")), lte(sshKeys.notAfter, $("until"))))
    .limit(MAX_COUNTED_KEYS),
);

/** What the database knows of itself; times in ms. */
export interface State {
  readonly tables: readonly { readonly tableName: string; readonly rows: number }[];
  readonly last: number;
  readonly sweptAt: number;
  readonly databaseNow: number;
  /** File name of the newest migration. */
  readonly schema: string;
  /** Authorized SSH keys that expire soon; counted up to a bound. */
  readonly expiring: number;
}

/** Reads a row for each table and one for each key that expires soon, however large the tables are. */
export const databaseState = (now: number): Query<State> =>
  query([counts({}), state({}), expiring({ now, until: now + EXPIRES_SOON_MS })], (tables, [found], keys) => {
    if (!found) throw new Error("the clock's row is missing");
    return { tables, ...found, expiring: keys.length };
  });
