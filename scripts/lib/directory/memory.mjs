import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { ROOT } from "../paths.mjs";

/** The migrations of this checkout, oldest first: their names without `.sql`. @type {string[]} */
export const MIGRATIONS = JSON.parse(
  readFileSync(join(ROOT, "migrations/meta/_journal.json"), "utf8"),
).entries.map((/** @type {{ tag: string }} */ { tag }) => tag);

/** The schema that this checkout works with: its newest migration. */
export const SCHEMA = /** @type {string} */ (MIGRATIONS.at(-1));

/**
 * An empty directory in memory, as one that is being restored: with every constraint and trigger that the real one has, so that rows
 * can be proven good before any is written.
 */
export function emptyDirectory() {
  const db = new DatabaseSync(":memory:");
  for (const name of MIGRATIONS) db.exec(readFileSync(join(ROOT, "migrations", `${name}.sql`), "utf8"));
  db.exec("UPDATE clock SET restoring = 1 WHERE id = 1");
  return db;
}
