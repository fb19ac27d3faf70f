import { type SQL, sql } from "drizzle-orm";

/** Which part of a sorted list is asked for. `limit` -1 gives all that follow `offset`. */
export interface Page {
  readonly sortkey: string;
  readonly descending: boolean;
  readonly limit: number;
  readonly offset: number;
}

export type PageArgs = { sortkey: string; limit: number; offset: number };

export const pageArgs = ({ sortkey, limit, offset }: Page): PageArgs => ({ sortkey, limit, offset });

/** The column that a bound sort key names. The names are ours, never a caller's text. */
export const sortColumn = (sortkey: unknown, byKey: Readonly<Record<string, unknown>>): SQL =>
  sql`case ${sortkey} ${sql.join(
    Object.entries(byKey).map(([key, column]) => sql`when ${sql.raw(`'${key}'`)} then ${column}`),
    sql` `,
  )} end`;

export const DIRECTIONS = { ascending: sql`asc`, descending: sql`desc` } as const;
