import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Failure } from "./failure.mjs";
import { withTemporaryDirectory } from "./temporary.mjs";
import { wrangler } from "./wrangler.mjs";

/**
 * Which database is meant: the local one kept at a path, or the deployed one, of an environment in wrangler.toml if one is named.
 *
 * @typedef {{ remote: true, environment?: string | undefined } | { remote: false, persistTo: string }} Place
 */

/**
 * Runs SQL, one transaction, on the directory's database through wrangler.
 *
 * @param {Place} place
 * @param {string} sql
 * @returns {Promise<Record<string, unknown>[][]>} the rows of each statement
 * @throws {Failure} with the database's own reason
 */
export async function execute(place, sql) {
  return JSON.parse(await run(place, "--command", sql)).map(
    (/** @type {{ results: Record<string, unknown>[] }} */ { results }) => results,
  );
}

/**
 * Runs SQL that is too long for a command line. What it returns is not read.
 *
 * @param {Place} place
 * @param {string} sql
 * @throws {Failure} with the database's own reason
 */
export async function executeFile(place, sql) {
  await withTemporaryDirectory(async (directory) => {
    const file = join(directory, "statements.sql");
    await writeFile(file, sql);
    await run(place, "--file", file);
  });
}

/**
 * @param {Place} place
 * @param {"--command" | "--file"} kind
 * @param {string} argument
 */
async function run(place, kind, argument) {
  const local = place.remote ? ["--yes"] : ["--persist-to", place.persistTo];
  const args = ["d1", "execute", "DB", ...where(place), ...local, "--json", kind, argument];
  const { status, output, errors } = await wrangler(args);
  if (status !== 0) throw new Failure(`the database refused: ${reasonOf(output) || errors.trim()}`);
  return output;
}

/** wrangler's arguments for a place. @param {Place} place */
export function where(place) {
  if (!place.remote) return ["--local"];
  return ["--remote", "--env", place.environment ?? ""];
}

/** @param {string} output */
function reasonOf(output) {
  try {
    return JSON.parse(output).error?.text ?? "";
  } catch {
    return "";
  }
}

/** A text as an SQL literal. @param {string} text */
export const quote = (text) => `'${text.replaceAll("'", "''")}'`;
