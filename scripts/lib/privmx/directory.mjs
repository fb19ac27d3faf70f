import { randomBytes } from "node:crypto";
import { emptyDirectory } from "../directory/memory.mjs";
import { sealSecret } from "../source.mjs";
import { apiKeys } from "./apiKeys.mjs";
import { histories } from "./histories.mjs";
import { hosts } from "./hosts.mjs";
import { newUsers, ownerOf } from "./users.mjs";

/**
 * A directory of what a PrivMX PKI Server holds.
 *
 * @param {import("./collections.mjs").Collections} collections
 * @param {object} by
 * @param {import("../source.mjs").Masters} by.masters what secrets are sealed under
 * @param {boolean} by.fullScopeFirstKeys
 * @param {number} by.now ms
 * @param {import("./report.mjs").Report} by.report gets what is refused or different
 * @returns {Promise<import("node:sqlite").DatabaseSync>} in memory
 */
export async function directoryOf(collections, { masters, fullScopeFirstKeys, now, report }) {
  const db = emptyDirectory();
  const users = newUsers(collections.user, report);
  insert(db, "users", users);
  const owner = ownerOf(users, collections.api_key, report);
  if (owner) insert(db, "installation", [{ id: 1, ownerId: owner.id, createDate: now }]);

  const known = collections.user.filter(({ _id }) => users.some(({ id }) => id === _id));
  const keys = apiKeys(collections.api_key, known, fullScopeFirstKeys, report);
  for (const { secret, maxScope, ipAddrs, enabled, ...key } of keys) {
    const sealedSecret = secret === null ? null : await sealSecret(masters, key.id, secret, iv);
    const lists = { maxScope: JSON.stringify(maxScope), ipAddrs: ipAddrs && JSON.stringify(ipAddrs) };
    insert(db, "api_keys", [{ ...key, ...lists, sealedSecret, enabled: Number(enabled), createDate: now }]);
  }

  for (const { hostPubKey, stamp, urls } of hosts(collections.hostidentity, now, report)) {
    insert(db, "hosts", [{ hostPubKey, stamp }]);
    // A stamp of its own each: a host's URLs are listed in the order of their stamps.
    insert(
      db,
      "host_urls",
      urls.map((url, i) => ({ url, hostPubKey, stamp: stamp + i })),
    );
  }
  insert(db, "key_history", histories(collections.useridentity, now, report));
  db.prepare("UPDATE clock SET last = ? WHERE id = 1").run(now);
  return db;
}

const iv = (/** @type {number} */ bytes) => new Uint8Array(randomBytes(bytes));

/**
 * @param {import("node:sqlite").DatabaseSync} db
 * @param {string} table
 * @param {object[]} rows of the same columns
 */
function insert(db, table, rows) {
  const columns = Object.keys(rows[0] ?? {});
  const marks = columns.map(() => "?").join(", ");
  for (const row of rows) {
    db.prepare(`INSERT INTO ${table} (${columns.join(", ")}) VALUES (${marks})`).run(...Object.values(row));
  }
}
