import { execute, executeFile, quote } from "../d1.mjs";
import { Failure } from "../failure.mjs";
import { digestOf } from "./exportFile.mjs";
import { SCHEMA } from "./memory.mjs";
import { snapshot } from "./snapshot.mjs";
import { insertFiles } from "./statements.mjs";
import { EXPORTED } from "./tables.mjs";

/** @typedef {import("../d1.mjs").Place} Place */

/**
 * Puts a directory into an empty deployment, which answers 503 meanwhile: marked as restoring first, compared with the original in the
 * end, and opened last. One that broke off is finished by calling it again with the same original.
 *
 * @param {Place} place
 * @param {{ db: import("node:sqlite").DatabaseSync, last: number, mark: string }} original `last`: the clock goes to it at least (ms);
 *   `mark`: 32 hex digits that name it
 * @throws {Failure} if the deployment is not empty, or does not hold the same in the end
 */
export async function restore(place, { db, last, mark }) {
  await begin(place, mark);
  for (const sql of insertFiles(db)) await executeFile(place, sql);
  await compare(db, await snapshot(place));
  const newest = Number(db.prepare("SELECT max(createDate) AS newest FROM key_history").get()?.newest);
  const counted = ["key_history", "audit"].map(
    (table) =>
      `UPDATE row_counts SET rows = (SELECT count(*) FROM ${table}),
         countedTo = (SELECT max(last, ${last}, ${newest}) FROM clock WHERE id = 1) WHERE tableName = ${quote(table)};`,
  );
  await execute(
    place,
    `${counted.join("\n")}
     UPDATE clock SET last = max(last, ${last}, ${newest}), epoch = lower(hex(randomblob(16))), restoring = 0
     WHERE id = 1 AND epoch = ${quote(mark)}`,
  );
}

/**
 * Closes the deployment, if it is empty or holds a part of this original: its epoch then names it.
 *
 * @param {Place} place
 * @param {string} mark
 */
async function begin(place, mark) {
  const newest = "(SELECT name FROM d1_migrations ORDER BY id DESC LIMIT 1)";
  const isEmpty = EXPORTED.map((table) => `NOT EXISTS (SELECT 1 FROM ${table})`).join(" AND ");
  const [, rows] = await execute(
    place,
    `UPDATE clock SET restoring = 1, epoch = ${quote(mark)} WHERE id = 1 AND restoring = 0 AND ${isEmpty}
       AND ${newest} = ${quote(`${SCHEMA}.sql`)};
     SELECT restoring, epoch, ${newest} AS schema FROM clock WHERE id = 1;`,
  );
  const [clock] = rows ?? [];
  if (clock?.schema !== `${SCHEMA}.sql`) {
    throw new Failure(
      `the deployment has schema ${clock?.schema}, this checkout ${SCHEMA}.sql: migrate it first.`,
    );
  }
  if (clock?.restoring === 0)
    throw new Failure("the deployment is not empty: a directory is only restored into an empty one.");
  if (clock?.epoch !== mark) throw new Failure("the import of another file broke off here: finish that one.");
}

/**
 * @param {import("node:sqlite").DatabaseSync} original
 * @param {import("node:sqlite").DatabaseSync} written
 */
async function compare(original, written) {
  const { hostCount } = written.prepare("SELECT hostCount FROM clock").get() ?? {};
  const isCounted = hostCount === original.prepare("SELECT count(*) AS n FROM hosts").get()?.n;
  if (!isCounted || digestOf(original) !== digestOf(written)) {
    throw new Failure("the deployment does not hold what the file does; it stays closed (503).");
  }
}
