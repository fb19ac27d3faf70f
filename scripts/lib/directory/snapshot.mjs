import { createReadStream } from "node:fs";
import { copyFile, mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { where } from "../d1.mjs";
import { Failure } from "../failure.mjs";
import { ROOT } from "../paths.mjs";
import { withTemporaryDirectory } from "../temporary.mjs";
import { wrangler } from "../wrangler.mjs";

/** Begins a statement of D1's export. No text in the directory holds a line that begins so: it would need a line break. */
const NEXT_STATEMENT = '\nINSERT INTO "';

/**
 * Copies the database as it is at one moment: D1's own export, which stops writes while it runs.
 *
 * @param {import("../d1.mjs").Place} place
 * @returns {Promise<DatabaseSync>} the copy, in memory
 * @throws {Failure} with wrangler's own reason
 */
export function snapshot(place) {
  return withTemporaryDirectory(async (directory) => {
    const dump = join(directory, "dump.sql");
    const args = ["d1", "export", "DB", ...where(place), "--skip-confirmation", "--output", dump];
    if (!place.remote) args.push("--config", await configBeside(directory, place.persistTo));
    const { status, output, errors } = await wrangler(args);
    if (status !== 0) throw new Failure(`the database was not exported: ${(errors || output).trim()}`);
    return load(dump);
  });
}

/**
 * `d1 export` has no `--persist-to`: it looks for local data beside its configuration.
 *
 * @param {string} directory
 * @param {string} persistTo
 */
async function configBeside(directory, persistTo) {
  await mkdir(join(directory, ".wrangler"));
  await symlink(persistTo, join(directory, ".wrangler/state"));
  await copyFile(join(ROOT, "wrangler.toml"), join(directory, "wrangler.toml"));
  return join(directory, "wrangler.toml");
}

/**
 * Piece by piece, since a dump may be larger than a string can be. Its tables stand in no order of their foreign keys.
 *
 * @param {string} dump
 */
async function load(dump) {
  const db = new DatabaseSync(":memory:", { enableForeignKeyConstraints: false });
  let rest = "";
  for await (const piece of createReadStream(dump, { encoding: "utf8", highWaterMark: 8 * 1024 * 1024 })) {
    rest += piece;
    const end = rest.lastIndexOf(NEXT_STATEMENT);
    if (end < 0) continue;
    db.exec(rest.slice(0, end));
    rest = rest.slice(end);
  }
  db.exec(rest);
  return db;
}
