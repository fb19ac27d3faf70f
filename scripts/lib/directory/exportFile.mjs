import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { Failure } from "../failure.mjs";
import { emptyDirectory, SCHEMA } from "./memory.mjs";
import { EXPORTED, rowsOf, shapeOf } from "./tables.mjs";

/** @typedef {import("node:sqlite").DatabaseSync} DatabaseSync */
/** @typedef {Record<string, string | number | null>} Row */

const FORMAT = "veridge-export/1";

/**
 * The first line of an export; docs/operations.md describes the file.
 *
 * @typedef {object} Header
 * @property {string} format
 * @property {string} schema the newest migration of the database it came from
 * @property {number} createDate ms
 * @property {number} last the clock's newest stamp, ms
 * @property {string[]} masters ids of the master secrets that the API keys' secrets are sealed under
 * @property {Record<string, number>} rows of each table
 */

/**
 * Writes a directory as NDJSON: a header, a line for each row, and the SHA-256 of all that stands before it.
 *
 * @param {DatabaseSync} db
 * @param {string} path of a file that does not exist yet; readable by its owner only
 * @param {number} createDate ms
 * @returns {Promise<Header>}
 * @throws {Failure} if the file cannot be written
 */
export async function writeExport(db, path, createDate) {
  const header = headerOf(db, createDate);
  function* content() {
    yield `${JSON.stringify(header)}\n`;
    yield* rowLines(db);
  }
  const file = createWriteStream(path, { flags: "wx", mode: 0o600 });
  await pipeline(Readable.from(withChecksum(content())), file).catch((error) => {
    throw new Failure(`cannot write ${path}: ${error.message}`);
  });
  return header;
}

/** @param {Iterable<string>} lines */
function* withChecksum(lines) {
  const hash = createHash("sha256");
  for (const line of lines) {
    hash.update(line);
    yield line;
  }
  yield `${JSON.stringify({ sha256: hash.digest("hex") })}\n`;
}

/** The SHA-256 of all rows: equal for two directories that hold the same. @param {DatabaseSync} db */
export function digestOf(db) {
  const hash = createHash("sha256");
  for (const line of rowLines(db)) hash.update(line);
  return hash.digest("hex");
}

/** @param {DatabaseSync} db */
function* rowLines(db) {
  for (const table of EXPORTED)
    for (const row of rowsOf(db, table)) yield `${JSON.stringify({ table, row })}\n`;
}

/**
 * @param {DatabaseSync} db
 * @param {number} createDate
 * @returns {Header}
 */
function headerOf(db, createDate) {
  const masters = db
    .prepare(
      "SELECT DISTINCT substr(sealedSecret, 1, instr(sealedSecret, '.') - 1) AS id FROM api_keys WHERE sealedSecret IS NOT NULL",
    )
    .all();
  return {
    format: FORMAT,
    schema: SCHEMA,
    createDate,
    last: Number(db.prepare("SELECT last FROM clock").get()?.last),
    masters: masters.map(({ id }) => String(id)),
    rows: countsOf(db),
  };
}

/** @param {DatabaseSync} db @returns {Record<string, number>} rows of each exported table */
export function countsOf(db) {
  const count = (/** @type {string} */ table) =>
    Number(db.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.n);
  return Object.fromEntries(EXPORTED.map((table) => [table, count(table)]));
}

/**
 * Reads an export into memory, into the real schema, so that every constraint is proven before anything is written.
 *
 * @param {string} path
 * @returns {Promise<{ header: Header, db: DatabaseSync, sha256: string }>} `sha256` names the file
 * @throws {Failure} that names the line, if the file is damaged, of another version or holds what no directory may hold
 */
export async function readExport(path) {
  const db = emptyDirectory();
  const insert = inserter(db);
  const hash = createHash("sha256");
  /** @type {Header | undefined} */
  let header;
  /** @type {string | undefined} */
  let sha256;
  let number = 0;
  db.exec("BEGIN");
  for await (const line of linesOf(path)) {
    number += 1;
    const fail = (/** @type {string} */ reason) => new Failure(`${path}, line ${number}: ${reason}`);
    if (sha256 !== undefined) throw fail("something follows after the checksum.");
    const value = parse(line, fail);
    if (!header) header = checkHeader(value, fail);
    else if (typeof value.sha256 === "string") sha256 = value.sha256;
    else insert(value, fail);
    if (sha256 === undefined) hash.update(`${line}\n`);
  }
  db.exec("COMMIT");
  if (!header || sha256 === undefined) throw new Failure(`${path} is cut short: its checksum is missing.`);
  if (hash.digest("hex") !== sha256) throw new Failure(`${path} is damaged: its checksum is another.`);
  if (JSON.stringify(countsOf(db)) !== JSON.stringify(header.rows)) {
    throw new Failure(`${path} does not hold as many rows as its header says.`);
  }
  return { header, db, sha256 };
}

/** @param {string} path @returns {AsyncIterable<string>} */
async function* linesOf(path) {
  try {
    yield* createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY });
  } catch (error) {
    throw error instanceof Failure ? error : new Failure(`cannot read ${path}: ${messageOf(error)}`);
  }
}

const messageOf = (/** @type {unknown} */ error) => /** @type {Error} */ (error).message;

/** @typedef {(reason: string) => Failure} Fail */

/** @param {string} line @param {Fail} fail @returns {Record<string, unknown>} */
function parse(line, fail) {
  try {
    return Object(JSON.parse(line));
  } catch {
    throw fail("this is no JSON.");
  }
}

/** @param {Record<string, unknown>} value @param {Fail} fail @returns {Header} */
function checkHeader(value, fail) {
  if (value.format !== FORMAT) throw fail(`this is no ${FORMAT} file.`);
  if (value.schema !== SCHEMA) {
    throw fail(
      `it has schema ${value.schema}, this checkout ${SCHEMA}: import it with the version it came from.`,
    );
  }
  return /** @type {Header} */ (/** @type {unknown} */ (value));
}

/** @param {DatabaseSync} db @returns {(value: Record<string, unknown>, fail: Fail) => void} */
function inserter(db) {
  const tables = new Map(
    EXPORTED.map((table) => {
      const { columns } = shapeOf(db, table);
      const marks = columns.map(() => "?").join(", ");
      const statement = db.prepare(`INSERT INTO ${table} (${columns.join(", ")}) VALUES (${marks})`);
      return [table, { columns, statement }];
    }),
  );
  return ({ table, row }, fail) => {
    const known = tables.get(String(table));
    if (!known) throw fail("there is no such table.");
    const given = /** @type {Row} */ (Object(row));
    if (Object.keys(given).join() !== known.columns.join()) throw fail("the columns are not the table's.");
    try {
      known.statement.run(...Object.values(given));
    } catch (error) {
      throw fail(`${table} refuses the row: ${messageOf(error)}.`);
    }
  };
}
