import { sql } from "drizzle-orm";
import { check, index, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import { MAX_SOURCE_ADDRESSES } from "../limits";
import { users } from "./schema";

/**
 * The authorized SSH keys of users, as `schema.ts` describes columns. A public key belongs to one user in the whole
 * server: `fingerprint` is unique. `notBefore` and `notAfter` are as the user gave them; NULL: without that bound.
 */
export const sshKeys = sqliteTable(
  "ssh_keys",
  {
    id: text().primaryKey(),
    userId: text()
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    name: text().notNull(),
    comment: text(),
    algorithm: text().notNull(),
    publicKey: text().notNull(),
    fingerprint: text().notNull(),
    notBefore: integer(),
    notAfter: integer(),
    sourceAddress: text().notNull(),
    interactive: integer(),
    createDate: integer().notNull(),
    author: text().notNull(),
    updateDate: integer(),
    updatedBy: text(),
  },
  (t) => [
    uniqueIndex("ssh_keys_fingerprint").on(t.fingerprint),
    index("ssh_keys_user").on(t.userId, t.createDate, t.id),
    index("ssh_keys_expiry").on(t.notAfter),
    check(
      "ssh_keys_period",
      sql`${t.notBefore} IS NULL OR ${t.notAfter} IS NULL OR ${t.notBefore} < ${t.notAfter}`,
    ),
    check(
      "ssh_keys_addresses",
      sql`json_array_length(${t.sourceAddress}) <= ${sql.raw(String(MAX_SOURCE_ADDRESSES))}`,
    ),
    check("ssh_keys_interactive", sql`${t.interactive} IN (0, 1)`),
  ],
);

/**
 * Append-only: every span of time in which a public key was a user's, under the username (`principal`) of that time.
 * `endDate` is the end that was foreseen when the span began, NULL for none; an earlier one stands in `sshSpanEnds`.
 * Users and keys may be long gone, so nothing here refers to them.
 */
export const sshSpans = sqliteTable(
  "ssh_spans",
  {
    id: integer().primaryKey({ autoIncrement: true }),
    keyId: text().notNull(),
    userId: text().notNull(),
    principal: text().notNull(),
    algorithm: text().notNull(),
    publicKey: text().notNull(),
    fingerprint: text().notNull(),
    startDate: integer().notNull(),
    endDate: integer(),
  },
  (t) => [
    index("ssh_spans_key").on(t.keyId),
    check("ssh_spans_period", sql`${t.endDate} IS NULL OR ${t.startDate} < ${t.endDate}`),
  ],
);

/** Append-only: when a span ended because its key was changed or deleted, or its user renamed or deleted. */
export const sshSpanEnds = sqliteTable("ssh_span_ends", {
  spanId: integer()
    .primaryKey()
    .references(() => sshSpans.id),
  endDate: integer().notNull(),
});

/** Append-only: public keys whose private part a user reported as known to others. */
export const sshCompromised = sqliteTable(
  "ssh_compromised",
  {
    userId: text().notNull(),
    fingerprint: text().notNull(),
    createDate: integer().notNull(),
  },
  (t) => [primaryKey({ columns: [t.userId, t.fingerprint] })],
);
