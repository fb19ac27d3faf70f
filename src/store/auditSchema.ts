import { index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

/**
 * Who changed what, written by triggers in the transaction of the change; append-only. `stamp` is the clock's of that
 * transaction (ms), `part` counts the objects that it changed. A refusal has a `code` and no `subject`; `count` stands
 * where one row is written for many.
 */
export const audit = sqliteTable(
  "audit",
  {
    stamp: integer().notNull(),
    part: integer().notNull(),
    method: text().notNull(),
    action: text().notNull(),
    subject: text(),
    code: integer(),
    count: integer(),
    userId: text(),
    apiKeyId: text(),
    sessionId: text(),
    address: text(),
    requestId: text(),
  },
  (t) => [primaryKey({ columns: [t.stamp, t.part] })],
);

/** How often an API key was refused in an hour, for the bound on what is written of it. */
export const refusals = sqliteTable(
  "refusals",
  {
    apiKeyId: text().notNull(),
    /** Hours since 1970. */
    hour: integer().notNull(),
    count: integer().notNull(),
  },
  (t) => [primaryKey({ columns: [t.apiKeyId, t.hour] }), index("refusals_hour").on(t.hour)],
);

/** One row: how long an audit row is kept at least, for the trigger that refuses to delete younger ones. */
export const auditRetention = sqliteTable("audit_retention", {
  id: integer().primaryKey(),
  ms: integer().notNull(),
});
