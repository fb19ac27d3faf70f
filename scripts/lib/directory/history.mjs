/**
 * The entries of key histories that are dated after a moment: no directory can hold them yet.
 *
 * @param {import("node:sqlite").DatabaseSync} db
 * @param {number} now ms
 * @returns {string[]} one line for each
 */
export function laterThan(db, now) {
  const rows = db.prepare("SELECT * FROM key_history WHERE createDate > ? ORDER BY createDate").all(now);
  return rows.map(
    ({ instanceId, contextId, userId, createDate }) =>
      `later than now: ${new Date(Number(createDate)).toISOString()}, ${instanceId} / ${contextId} / ${userId}`,
  );
}
