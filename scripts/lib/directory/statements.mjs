import { quote } from "../d1.mjs";
import { EXPORTED, rowsOf, shapeOf } from "./tables.mjs";

/** D1 takes statements of 100 KB, and a file of statements of any size: this keeps each run to a few seconds. */
const MAX_STATEMENT_BYTES = 80_000;
const MAX_FILE_BYTES = 24_000_000;

/**
 * SQL that inserts a directory's rows, in files of many statements each. Rows that are there already are left out before a trigger sees
 * them, so that every file may be run again.
 *
 * @param {import("node:sqlite").DatabaseSync} db
 * @returns {Generator<string>}
 */
export function* insertFiles(db) {
  let file = "";
  for (const statement of insertStatements(db)) {
    if (file.length + statement.length > MAX_FILE_BYTES) {
      yield file;
      file = "";
    }
    file += `${statement};\n`;
  }
  if (file !== "") yield file;
}

/** @param {import("node:sqlite").DatabaseSync} db */
function* insertStatements(db) {
  for (const table of EXPORTED) {
    const { columns, key } = shapeOf(db, table);
    const values = columns.map((_, i) => `j.value->>${i}`);
    const isThere = key.map((column) => `t.${column} = j.value->>${columns.indexOf(column)}`).join(" AND ");
    for (const list of lists(rowsOf(db, table))) {
      yield `INSERT INTO ${table} (${columns.join(", ")}) SELECT ${values.join(", ")} FROM json_each(${list}) j
WHERE NOT EXISTS (SELECT 1 FROM ${table} t WHERE ${isThere})`;
    }
  }
}

/**
 * Rows as quoted JSON lists, each short enough for a statement.
 *
 * @param {Iterable<Record<string, unknown>>} rows
 */
function* lists(rows) {
  /** @type {string[]} */
  let list = [];
  let bytes = 0;
  for (const row of rows) {
    const json = JSON.stringify(Object.values(row));
    const size = Buffer.byteLength(quote(json)) + 1;
    if (list.length > 0 && bytes + size > MAX_STATEMENT_BYTES) {
      yield quote(`[${list.join(",")}]`);
      list = [];
      bytes = 0;
    }
    list.push(json);
    bytes += size;
  }
  if (list.length > 0) yield quote(`[${list.join(",")}]`);
}
