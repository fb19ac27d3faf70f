/**
 * `npm run erase -- --instance KEY --context ID --user ID --yes`: removes one user's key history, the only deletion of history there is.
 * Without `--yes` it says what it would remove.
 */

import { command } from "./lib/command.mjs";
import { execute, quote } from "./lib/d1.mjs";
import { Failure } from "./lib/failure.mjs";

const OPTIONS = /** @type {const} */ ({
  instance: { type: "string" },
  context: { type: "string" },
  user: { type: "string" },
  yes: { type: "boolean", default: false },
});

await command(OPTIONS, async (place, { instance, context, user, yes }) => {
  if (instance === undefined || context === undefined || user === undefined) {
    throw new Failure("name whose history: --instance KEY --context ID --user ID.");
  }
  const isTheirs = `instanceId = ${quote(instance)} AND contextId = ${quote(context)} AND userId = ${quote(user)}`;
  const count = `SELECT count(*) AS entries, (SELECT restoring FROM clock) AS restoring FROM key_history WHERE ${isTheirs};`;
  const [[found] = []] = await execute(place, count);
  if (found?.restoring !== 0) throw new Failure("the directory is being restored: finish that import first.");
  if (found.entries === 0) throw new Failure("there is no such history.");
  if (!yes) {
    console.log(`Would remove ${found.entries} entries for good: add --yes.`);
    return;
  }
  // One transaction. The new epoch voids every cached part of a history; the audit trail gets no name.
  await execute(
    place,
    `UPDATE clock SET restoring = 1, last = max(last + 1, cast(unixepoch('subsec') * 1000 AS integer)) WHERE id = 1;
     INSERT INTO audit (stamp, part, method, action, count) SELECT last, 0, 'erase', 'key_history.erase', ${found.entries} FROM clock;
     DELETE FROM key_history WHERE ${isTheirs};
     UPDATE clock SET restoring = 0, epoch = lower(hex(randomblob(16))) WHERE id = 1;`,
  );
  console.log(
    `Removed ${found.entries} entries. Exports made before still hold them, and so does D1's Time Travel for 30 days.`,
  );
});
