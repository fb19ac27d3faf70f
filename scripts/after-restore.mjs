/**
 * `npm run after-restore`: to be run at once after D1's Time Travel brought back an earlier state. What was issued or spent since then is
 * unknown to the database, and what was ended since then is alive in it again.
 */

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { command } from "./lib/command.mjs";
import { execute, where } from "./lib/d1.mjs";
import { Failure } from "./lib/failure.mjs";
import { withTemporaryDirectory } from "./lib/temporary.mjs";
import { wrangler } from "./lib/wrangler.mjs";

/**
 * A new epoch voids what caches hold of histories. Hosts get a stamp above all that were given in the state that is gone, so that their
 * records take the place of those; the clock's time is the database's own.
 */
const RENEW = `UPDATE clock SET last = max(last + 1, cast(unixepoch('subsec') * 1000 as integer)), epoch = lower(hex(randomblob(16))),
   actor = '{"method":"after-restore"}' WHERE id = 1;
 UPDATE hosts SET stamp = (SELECT last FROM clock WHERE id = 1);
 DELETE FROM sessions RETURNING id;`;

await command({}, async (place) => {
  const results = await execute(place, RENEW);
  const ended = results.at(-1)?.length;
  const removed = await emptyHostCache(place);
  console.log(`A new epoch; ${ended} sessions ended; ${removed} host records removed from KV.

Nonces spent since the restored moment are forgotten: a signed log-in of the last ten minutes could be repeated by who recorded it. If
that may be, disable the API keys that sign for twenty minutes.`);
});

/** @param {import("./lib/d1.mjs").Place} place @returns {Promise<number>} how many records it held */
async function emptyHostCache(place) {
  const kv = ["--binding", "KV", ...where(place), ...(place.remote ? [] : ["--persist-to", place.persistTo])];
  const records = JSON.parse(await run(["kv", "key", "list", "--prefix", "host/", ...kv]));
  if (records.length === 0) return 0;
  await withTemporaryDirectory(async (directory) => {
    const file = join(directory, "names.json");
    await writeFile(file, JSON.stringify(records.map((/** @type {{ name: string }} */ { name }) => name)));
    await run(["kv", "bulk", "delete", file, "--force", ...kv]);
  });
  return records.length;
}

/** @param {string[]} args @returns {Promise<string>} what it printed */
async function run(args) {
  const { status, output, errors } = await wrangler(args);
  if (status !== 0) throw new Failure(`KV refused: ${(errors || output).trim()}`);
  return output;
}
