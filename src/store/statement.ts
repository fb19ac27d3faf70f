import {
  type Column,
  fillPlaceholders,
  type GetColumnData,
  type Placeholder,
  type SQL,
  sql,
} from "drizzle-orm";
import {
  type SelectedFields,
  SQLiteAsyncDialect,
  SQLiteDeleteBase,
  SQLiteInsertBuilder,
  SQLiteSelectBuilder,
  type SQLiteSession,
  type SQLiteTable,
  SQLiteUpdateBuilder,
} from "drizzle-orm/sqlite-core";

export type Bindable = string | number | null;

/** One SQL statement with the values to bind; `Row` is what each of its result rows holds. */
export interface Statement<Row> {
  readonly sql: string;
  readonly args: readonly Bindable[];
  /** Set where statements of the same kind may be answered by one: see `lookup`. */
  readonly lookup?: { readonly many: string; readonly key: readonly Bindable[] };
  /** Only there to carry the row's type. */
  readonly row?: Row;
}

/** What each row of a declared statement holds. */
export type RowsOf<S> = S extends (args: never) => Statement<infer Row> ? Row : never;

const dialect = new SQLiteAsyncDialect();
/** Drizzle only writes our SQL; D1 runs it in `query.ts`. So it gets no database: a statement it tried to run would throw. */
const session = {} as SQLiteSession<"async", D1Result, Record<string, never>, Record<string, never>>;

/** What of Drizzle's database object makes statements; the whole of it would weigh 2 KiB more. */
const builder = {
  select: <F extends SelectedFields>(fields: F) =>
    new SQLiteSelectBuilder<F, "async", D1Result>({ fields, session, dialect }),
  insert: <T extends SQLiteTable>(table: T) =>
    new SQLiteInsertBuilder<T, "async", D1Result>(table, session, dialect),
  update: <T extends SQLiteTable>(table: T) =>
    new SQLiteUpdateBuilder<T, "async", D1Result>(table, session, dialect),
  delete: <T extends SQLiteTable>(table: T) =>
    new SQLiteDeleteBase<T, "async", D1Result>(table, session, dialect),
};
type Builder = typeof builder;

type Built<Row> = PromiseLike<Row[] | unknown> & { toSQL(): { sql: string; params: unknown[] } };
type RowOf<B> = B extends PromiseLike<(infer Row)[]> ? Row : never;

/**
 * Declares a statement once, in Drizzle's terms; its text is made at first use and kept for the life of the isolate.
 * The returned function binds values: `statement<{ id: string }>()((db, $) => db.select(…).where(eq(t.id, $("id"))))`.
 */
export function statement<Args extends Record<string, Bindable> = Record<never, never>>() {
  return <B extends Built<unknown>>(
    build: (db: Builder, $: (name: keyof Args & string) => Placeholder) => B,
  ): ((args: Args) => Statement<RowOf<B>>) => {
    let text: { sql: string; params: unknown[] } | undefined;
    return (args) => {
      text ??= build(builder, (name) => sql.placeholder(name)).toSQL();
      return { sql: text.sql, args: fillPlaceholders(text.params, args) as Bindable[] };
    };
  };
}

/**
 * Declares a lookup: a select by key that may be asked for many keys at once. `one` is the statement for a single key
 * (positional, `?1` …); `many` answers a JSON list of keys bound as `?1` and gives each row the column `item`, the key's
 * place in that list. Lookups that stand in one batch are sent as one statement.
 */
export function lookup<Key extends readonly Bindable[], Row>(text: { one: string; many: string }) {
  return (key: Key): Statement<Row> => ({ sql: text.one, args: key, lookup: { many: text.many, key } });
}

type Field = Column | SQL | SQL.Aliased;
type FieldData<F> = F extends Column
  ? GetColumnData<F>
  : F extends SQL<infer T>
    ? T
    : F extends SQL.Aliased<infer T>
      ? T
      : never;

/**
 * The columns of a select or `returning`, each named after its key. D1 returns rows as objects by column name and would
 * let two columns of one name overwrite each other in silence; keys of an object cannot repeat.
 */
export function columns<F extends Record<string, Field>>(
  fields: F,
): { [K in keyof F]: SQL.Aliased<FieldData<F[K]>> } {
  const entries = Object.entries(fields).map(([name, field]) => [name, sql`${field}`.as(name)]);
  return Object.fromEntries(entries) as { [K in keyof F]: SQL.Aliased<FieldData<F[K]>> };
}
