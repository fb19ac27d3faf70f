import { readdirSync, readFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";

/** Migrations go forward over data, and the version before them goes on working while they are applied. */

const MIGRATIONS = readdirSync("migrations")
  .filter((name) => name.endsWith(".sql"))
  .toSorted();
const text = (name: string) => readFileSync(`migrations/${name}`, "utf8");

/** Rows of the first schema, inserted as its version did: by column names. */
const FIRST_ROWS = `
  INSERT INTO users (id, username, createDate) VALUES ('u', 'owner', 1), ('v', 'other', 2);
  INSERT INTO installation (id, ownerId, createDate) VALUES (1, 'u', 1);
  INSERT INTO api_keys (id, userId, name, publicKey, sealedSecret, maxScope, permissions, ipAddrs, enabled, createDate)
    VALUES ('k', 'u', 'first', NULL, 'm.s', '[]', 2147483647, NULL, 1, 1);
  INSERT INTO sessions (id, apiKeyId, name, scope, permissions, ipAddrs, connectionId, accessMs, generation, accessExpires,
    refreshExpires, createDate) VALUES ('s', 'k', NULL, '[]', 4, NULL, NULL, 1, 1, 2, 3, 1);
  INSERT INTO nonces (apiKeyId, hash, owner, expires) VALUES ('k', 'h', 'o', 5);
  UPDATE clock SET last = 10 WHERE id = 1;
  INSERT INTO hosts (hostPubKey, stamp) VALUES ('h', 10);
  INSERT INTO host_urls (url, hostPubKey, stamp) VALUES ('https://bridge.example.com', 'h', 10);
  INSERT INTO key_history (instanceId, contextId, userId, createDate, userPubKey, entry) VALUES ('h', 'c', 'u', 10, 'K', 1);`;
const FIRST_TABLES = [
  "users",
  "installation",
  "api_keys",
  "sessions",
  "nonces",
  "hosts",
  "host_urls",
  "key_history",
];

const rowsOf = (db: DatabaseSync, columns: Map<string, string[]>) =>
  FIRST_TABLES.map((table) => db.prepare(`SELECT ${columns.get(table)?.join(", ")} FROM ${table}`).all());

describe("the migrations", () => {
  it("keep every row of the first schema, in every column that it had", () => {
    const db = new DatabaseSync(":memory:");
    const [first = "", ...later] = MIGRATIONS;
    db.exec(text(first) + FIRST_ROWS);
    const columns = new Map(
      FIRST_TABLES.map((table) => {
        const info = db.prepare("SELECT name FROM pragma_table_info(?)").all(table);
        return [table, info.map(({ name }) => String(name))];
      }),
    );
    const before = rowsOf(db, columns);
    for (const name of later) db.exec(text(name));
    expect(rowsOf(db, columns)).toEqual(before);
    expect(db.prepare("SELECT rows FROM row_counts WHERE tableName = 'key_history'").get()).toEqual({
      rows: 1,
    });
    expect(db.prepare("PRAGMA foreign_key_check").all()).toEqual([]);
  });

  it("leave the inserts of the version before them valid", () => {
    const db = new DatabaseSync(":memory:");
    for (const name of MIGRATIONS) db.exec(text(name));
    expect(() => db.exec(FIRST_ROWS)).not.toThrow();
  });

  it("take nothing away that an older version reads", () => {
    const contracting = /^\s*(DROP TABLE|ALTER TABLE .* (DROP|RENAME))/im;
    expect(MIGRATIONS.filter((name) => contracting.test(text(name)))).toEqual([]);
  });
});
