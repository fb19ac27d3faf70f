import { sql } from "drizzle-orm";
import {
  check,
  foreignKey,
  index,
  integer,
  primaryKey,
  sqliteTable,
  text,
  uniqueIndex,
} from "drizzle-orm/sqlite-core";
import { MAX_HISTORY_ENTRIES, MAX_HOSTS } from "../limits";

/**
 * The schema that `npm run generate` turns into migrations. Columns are named as the fields of their rows, so that what
 * D1 returns needs no mapping. Only plain integers and text: booleans are 0 or 1, lists are JSON text, dates are
 * milliseconds since 1970. STRICT, WITHOUT ROWID and the triggers that refuse changes stand in the migration itself,
 * since drizzle-kit knows none of them; docs/storage.md lists all.
 */

/**
 * One row. `last` is the stamp of the newest change of any history or host and a promise: nothing will ever be stamped
 * at or below it. `epoch` is 128 random bits that change when an import, a restore or an erasure breaks that promise;
 * `restoring` is 1 while one does, and lifts the triggers that keep history append-only. `actor` says as JSON who makes
 * the change that was stamped last: the audit triggers take it from there. `sweptAt` is when the cron last did its work.
 */
export const clock = sqliteTable(
  "clock",
  {
    id: integer().primaryKey(),
    last: integer().notNull(),
    epoch: text().notNull(),
    hostCount: integer().notNull(),
    restoring: integer().notNull(),
    actor: text(),
    sweptAt: integer().notNull().default(0),
  },
  (t) => [
    check("clock_one_row", sql`${t.id} = 1`),
    check("clock_restoring", sql`${t.restoring} IN (0, 1)`),
    check("clock_host_bound", sql`${t.hostCount} BETWEEN 0 AND ${sql.raw(String(MAX_HOSTS))}`),
  ],
);

/**
 * How many rows each table holds: counting them would read them all. Triggers keep it, but for the two tables that every
 * change of a key adds to: of them the cron counts what came after the stamp `countedTo`.
 */
export const rowCounts = sqliteTable("row_counts", {
  tableName: text().primaryKey(),
  rows: integer().notNull(),
  countedTo: integer().notNull().default(0),
});

/** `profile` is a JSON object of what else the user is called; `author` and `updatedBy` are user ids. */
export const users = sqliteTable(
  "users",
  {
    id: text().primaryKey(),
    username: text().notNull(),
    createDate: integer().notNull(),
    profile: text().notNull().default("{}"),
    author: text(),
    updateDate: integer(),
    updatedBy: text(),
  },
  (t) => [uniqueIndex("users_username").on(sql`${t.username} COLLATE NOCASE`)],
);

/** One row once a first API key was ever made: it names the owner, who cannot be deleted. */
export const installation = sqliteTable(
  "installation",
  {
    id: integer().primaryKey(),
    ownerId: text()
      .notNull()
      .references(() => users.id),
    createDate: integer().notNull(),
  },
  (t) => [check("installation_one_row", sql`${t.id} = 1`)],
);

/** `permissions` holds the bits of `maxScope`, so that a guard can compare scopes in SQL. */
export const apiKeys = sqliteTable(
  "api_keys",
  {
    id: text().primaryKey(),
    userId: text()
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    name: text().notNull(),
    publicKey: text(),
    sealedSecret: text(),
    maxScope: text().notNull(),
    permissions: integer().notNull(),
    ipAddrs: text(),
    enabled: integer().notNull(),
    createDate: integer().notNull(),
  },
  (t) => [
    index("api_keys_user").on(t.userId, t.createDate),
    check("api_keys_one_kind", sql`(${t.publicKey} IS NULL) <> (${t.sealedSecret} IS NULL)`),
    check("api_keys_enabled", sql`${t.enabled} IN (0, 1)`),
  ],
);

/** `generation` counts refreshes: a token of an older one is spent. */
export const sessions = sqliteTable(
  "sessions",
  {
    id: text().primaryKey(),
    apiKeyId: text()
      .notNull()
      .references(() => apiKeys.id, { onDelete: "cascade" }),
    name: text(),
    scope: text().notNull(),
    permissions: integer().notNull(),
    ipAddrs: text(),
    connectionId: text(),
    accessMs: integer().notNull(),
    generation: integer().notNull(),
    accessExpires: integer().notNull(),
    refreshExpires: integer().notNull(),
    createDate: integer().notNull(),
  },
  (t) => [
    index("sessions_api_key").on(t.apiKeyId, t.createDate),
    uniqueIndex("sessions_name").on(t.apiKeyId, t.name),
    index("sessions_expiry").on(t.refreshExpires),
    index("sessions_connection").on(t.connectionId).where(sql`${t.connectionId} is not null`),
  ],
);

/** Nonces that were spent, hashed. `owner` is the request that spent it: the one that may go on. */
export const nonces = sqliteTable(
  "nonces",
  {
    apiKeyId: text().notNull(),
    hash: text().notNull(),
    owner: text().notNull(),
    expires: integer().notNull(),
  },
  (t) => [primaryKey({ columns: [t.apiKeyId, t.hash] }), index("nonces_expiry").on(t.expires)],
);

/**
 * Codes of OAuth's authorization code grant, hashed. `tokenHash` is that of the login token which the code was given
 * for, so that one token gives one code. That a code was used stands in `nonces`, with the session it gave as owner.
 */
export const oauthCodes = sqliteTable(
  "oauth_codes",
  {
    hash: text().primaryKey(),
    tokenHash: text().notNull().unique(),
    apiKeyId: text()
      .notNull()
      .references(() => apiKeys.id, { onDelete: "cascade" }),
    clientId: text().notNull(),
    redirectUri: text().notNull(),
    challenge: text().notNull(),
    scope: text().notNull(),
    expires: integer().notNull(),
  },
  (t) => [index("oauth_codes_expiry").on(t.expires), index("oauth_codes_api_key").on(t.apiKeyId)],
);

/**
 * The key history, append-only. `userPubKey` NULL is a deletion. `entry` counts the entries of one user from 1, so that
 * their bound is checked without counting rows. The index on `createDate` serves those who follow all changes.
 */
export const keyHistory = sqliteTable(
  "key_history",
  {
    instanceId: text().notNull(),
    contextId: text().notNull(),
    userId: text().notNull(),
    createDate: integer().notNull(),
    userPubKey: text(),
    entry: integer().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.instanceId, t.contextId, t.userId, t.createDate] }),
    index("key_history_date").on(t.createDate),
    check("key_history_bound", sql`${t.entry} BETWEEN 1 AND ${sql.raw(String(MAX_HISTORY_ENTRIES))}`),
  ],
);

/** `stamp` is the clock's at the host's last change: a record of the host with a smaller one is stale. */
export const hosts = sqliteTable("hosts", {
  hostPubKey: text().primaryKey(),
  stamp: integer().notNull(),
});

export const hostUrls = sqliteTable(
  "host_urls",
  {
    url: text().primaryKey(),
    hostPubKey: text().notNull(),
    stamp: integer().notNull(),
  },
  (t) => [
    foreignKey({ columns: [t.hostPubKey], foreignColumns: [hosts.hostPubKey] }).onDelete("cascade"),
    index("host_urls_host").on(t.hostPubKey, t.stamp),
  ],
);
