/**
 * THE list of tables. What an export holds, in an order in which foreign keys only point to what came before. A new table goes into one
 * of the two lists, and test/outside/tables.test.ts fails until it does.
 */
export const EXPORTED = [
  "users",
  "installation",
  "api_keys",
  "hosts",
  "host_urls",
  "key_history",
  "ssh_keys",
  "ssh_spans",
  "ssh_span_ends",
  "ssh_compromised",
  "audit",
];

/**
 * What no export holds. The clock is a deployment's own: only its newest stamp travels, in the header. Sessions, nonces and log-ins end
 * with the deployment, so that no spent token comes back to life. Rows and refusals
 * are counted anew, and how long the audit trail is kept is a variable of the deployment.
 */
export const LEFT_OUT = [
  "clock",
  "sessions",
  "nonces",
  "oauth_codes",
  "row_counts",
  "refusals",
  "audit_retention",
];

/**
 * @param {import("node:sqlite").DatabaseSync} db
 * @param {string} table
 * @returns {{ columns: string[], key: string[] }} all columns, and those of the primary key in its order
 */
export function shapeOf(db, table) {
  const columns = db.prepare("SELECT name, pk FROM pragma_table_info(?)").all(table);
  const key = columns.filter(({ pk }) => pk !== 0).toSorted((a, b) => Number(a.pk) - Number(b.pk));
  return { columns: columns.map(({ name }) => String(name)), key: key.map(({ name }) => String(name)) };
}

/**
 * Every row of a table, ordered by its primary key.
 *
 * @param {import("node:sqlite").DatabaseSync} db
 * @param {string} table
 */
export function rowsOf(db, table) {
  return db.prepare(`SELECT * FROM ${table} ORDER BY ${shapeOf(db, table).key.join(", ")}`).iterate();
}
