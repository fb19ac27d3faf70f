/**
 * `npm run import -- --in FILE`: restores an export into an empty deployment. Nothing is written before all of the file is proven
 * good. With `--master-from` the secrets are sealed anew under the deployment's own master secret.
 */

import { command } from "./lib/command.mjs";
import { readExport } from "./lib/directory/exportFile.mjs";
import { laterThan } from "./lib/directory/history.mjs";
import { restore } from "./lib/directory/restore.mjs";
import { assertOpens, reseal } from "./lib/directory/secrets.mjs";
import { Failure } from "./lib/failure.mjs";
import { masterFrom, mastersOf } from "./lib/masters.mjs";

const MARK_DIGITS = 32;

const OPTIONS = /** @type {const} */ ({
  in: { type: "string" },
  url: { type: "string" },
  "master-from": { type: "boolean", default: false },
});

await command(OPTIONS, async (place, given) => {
  if (given.in === undefined) throw new Failure("name the file to read: --in FILE.");
  const masters = await mastersOf(place);
  if (place.remote && given.url === undefined) {
    throw new Failure("name the deployment, to see which master secret it has: --url https://….");
  }
  if (given.url !== undefined) await assertHasMaster(given.url, masters[0].id);
  const { header, db, sha256 } = await readExport(given.in);
  const later = laterThan(db, Date.now());
  if (later.length > 0) {
    console.error(later.join("\n"));
    throw new Failure(`${later.length} entries are later than now, listed above; nothing was written.`);
  }
  if (given["master-from"]) await reseal(db, [await masterFrom("MASTER_SECRET_FROM")], masters, sha256);
  await assertOpens(db, masters);
  await restore(place, { db, last: header.last, mark: sha256.slice(0, MARK_DIGITS) });
  const counts = Object.entries(header.rows).map(([table, count]) => `${count} ${table}`);
  console.log(`Restored and compared: ${counts.join(", ")}. All sessions have ended: log in again.`);
});

/**
 * The deployment's key set names its masters: the part of each `kid` before the dot.
 *
 * @param {string} url
 * @param {string} master
 * @throws {Failure}
 */
async function assertHasMaster(url, master) {
  const answer = await fetch(`${url}/.well-known/jwks.json`).catch(() => undefined);
  if (!answer?.ok) throw new Failure(`${url} does not answer with its key set.`);
  const { keys } = /** @type {{ keys: { kid: string }[] }} */ (await answer.json());
  if (keys.some(({ kid }) => kid.startsWith(`${master}.`))) return;
  throw new Failure(`MASTER_SECRET (${master}) is not the one that ${url} has.`);
}
