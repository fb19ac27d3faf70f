import { describe, expect, it } from "vitest";
import { emptyDirectory } from "../../scripts/lib/directory/memory.mjs";
import { EXPORTED, LEFT_OUT } from "../../scripts/lib/directory/tables.mjs";

const db = emptyDirectory();
/** The cron counts what was added to these, by its stamp. */
const STAMPED = ["key_history", "audit"];

describe("the list of tables for exports", () => {
  it("names every table of the schema once", () => {
    const tables = db
      .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
      .all();
    expect([...EXPORTED, ...LEFT_OUT].toSorted()).toEqual(tables.map(({ name }) => name).toSorted());
  });

  it("has each table after those that its foreign keys point to", () => {
    for (const [at, table] of EXPORTED.entries()) {
      const parents = db.prepare('SELECT "table" AS parent FROM pragma_foreign_key_list(?)').all(table);
      expect(EXPORTED.slice(0, at + 1)).toEqual(expect.arrayContaining(parents.map(({ parent }) => parent)));
    }
  });

  it("is counted, by triggers or as it is stamped, but for the tables of one row", () => {
    const counted = db.prepare("SELECT tableName FROM row_counts").all();
    const singletons = ["clock", "installation", "row_counts", "audit_retention"];
    const names = [...EXPORTED, ...LEFT_OUT].filter((table) => !singletons.includes(table));
    expect(counted.map(({ tableName }) => tableName).toSorted()).toEqual(names.toSorted());
    for (const table of names) {
      const triggers = db
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = ?")
        .all(table);
      const needed = STAMPED.includes(table) ? ["rows_down"] : ["rows_up", "rows_down"];
      const names = needed.map((way) => ({ name: `${table}_${way}` }));
      expect(triggers).toEqual(expect.arrayContaining(names));
    }
  });
});
