import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { unstable_readConfig as readConfig, unstable_splitSqlQuery as splitSqlQuery } from "wrangler";
import { MIGRATIONS } from "./directory/memory.mjs";
import { Failure } from "./failure.mjs";
import { ROOT } from "./paths.mjs";

/** As `wrangler d1 migrations apply` makes it, which then finds what was applied here, and the other way round. */
const APPLIED = `CREATE TABLE IF NOT EXISTS d1_migrations (
  id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE, applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL)`;

/**
 * Applies the migrations that the local D1 does not have yet, each in one transaction. On the database itself: wrangler's command takes
 * a process, and a runtime for every migration, which is most of what the first start would take.
 *
 * @param {string} persistTo absolute path
 * @throws {Failure} with the database's own reason if one fails
 */
export async function migrate(persistTo) {
  const options = { modules: true, script: "", d1Databases: { DB: databaseId() } };
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({ ...options, resourcePersistencePath: join(persistTo, "v3"), cf: false }),
  );
  try {
    const db = await miniflare.getD1Database("DB");
    await db.prepare(APPLIED).run();
    const { results } = await db.prepare("SELECT name FROM d1_migrations").all();
    const applied = new Set(results.map((/** @type {{ name: string }} */ { name }) => name));
    for (const migration of MIGRATIONS) {
      const file = `${migration}.sql`;
      if (!applied.has(file)) await apply(db, file);
    }
  } finally {
    await miniflare.dispose();
  }
}

/** Which of the local databases is the one that wrangler.toml binds. */
function databaseId() {
  const [database] = readConfig({ config: join(ROOT, "wrangler.toml") }).d1_databases;
  return database?.preview_database_id ?? database?.database_id ?? "DB";
}

/**
 * @param {Awaited<ReturnType<Miniflare["getD1Database"]>>} db
 * @param {string} file
 */
async function apply(db, file) {
  const sql = await readFile(join(ROOT, "migrations", file), "utf8");
  const statements = splitSqlQuery(sql).map((statement) => db.prepare(statement));
  const record = db.prepare("INSERT INTO d1_migrations (name) VALUES (?)").bind(file);
  await db.batch([...statements, record]).catch((/** @type {Error} */ { message }) => {
    throw new Failure(`the local database could not be migrated: ${file}: ${message}`);
  });
}
