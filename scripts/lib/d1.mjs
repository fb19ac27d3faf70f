import { Failure } from "./failure.mjs";
import { wrangler } from "./wrangler.mjs";

/**
 * Which database is meant: the local one kept at a path, or the deployed one.
 *
 * @typedef {{ remote: true } | { remote: false, persistTo: string }} Place
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
  const where = place.remote ? ["--remote", "--yes"] : ["--local", "--persist-to", place.persistTo];
  const { status, output, errors } = await wrangler([
    "d1",
    "execute",
    "DB",
    ...where,
    "--json",
    "--command",
    sql,
  ]);
  if (status !== 0) throw new Failure(`the database refused: ${reasonOf(output) || errors.trim()}`);
  return JSON.parse(output).map(
    (/** @type {{ results: Record<string, unknown>[] }} */ { results }) => results,
  );
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
