import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { Failure } from "./failure.mjs";
import { onWranglersNode } from "./node.mjs";
import { ROOT } from "./paths.mjs";

/** Options of every command that works on a database: the local one unless `--remote` is given. */
const PLACE = /** @type {const} */ ({
  remote: { type: "boolean", default: false },
  env: { type: "string" },
  "persist-to": { type: "string", default: resolve(ROOT, ".wrangler/state") },
});

/**
 * Runs a command of this directory: reads its arguments and shows a Failure as one line.
 *
 * @template {import("node:util").ParseArgsOptionsConfig} O
 * @param {O} own the options it has beside `--remote`, `--env` and `--persist-to`
 * @param {(place: import("./d1.mjs").Place, given: ReturnType<typeof parseArgs<{ options: O }>>["values"]) => Promise<void>} main
 */
export async function command(own, main) {
  try {
    await onWranglersNode();
    const given = parse({ ...PLACE, ...own });
    await main(placeOf(/** @type {PlaceOptions} */ (/** @type {unknown} */ (given))), given);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    console.error(`veridge: ${error.message}`);
    process.exit(1);
  }
}

/** @typedef {{ remote: boolean, env?: string, "persist-to": string }} PlaceOptions */

/** @param {PlaceOptions} given @returns {import("./d1.mjs").Place} */
function placeOf({ remote, env, "persist-to": persistTo }) {
  if (remote) return { remote, environment: env };
  if (env !== undefined) throw new Failure("--env names a deployment: add --remote.");
  return { remote, persistTo: resolve(persistTo) };
}

/**
 * @template {import("node:util").ParseArgsOptionsConfig} O
 * @param {O} options
 */
function parse(options) {
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    throw new Failure(/** @type {Error} */ (error).message.replaceAll("\n", " "));
  }
}
