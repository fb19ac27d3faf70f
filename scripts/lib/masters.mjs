import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { Failure } from "./failure.mjs";
import { ROOT } from "./paths.mjs";
import { deriveMaster } from "./source.mjs";

/** @typedef {import("./source.mjs").Masters} Masters */

/**
 * The master secrets of the deployment that is meant: from the environment's MASTER_SECRET and MASTER_SECRET_PREVIOUS, and for the
 * local one otherwise from `.dev.vars`. Never from the command line, which others on the machine can read.
 *
 * @param {import("./d1.mjs").Place} place
 * @returns {Promise<Masters>} the current one first
 * @throws {Failure} if there is none, or a bad one
 */
export async function mastersOf(place) {
  const known = { ...(place.remote || process.env.MASTER_SECRET ? {} : localVars()), ...process.env };
  const current = await masterFrom("MASTER_SECRET", known.MASTER_SECRET);
  const previous = known.MASTER_SECRET_PREVIOUS;
  return previous ? [current, await masterFrom("MASTER_SECRET_PREVIOUS", previous)] : [current];
}

/**
 * @param {string} name of an environment variable
 * @param {string | undefined} [secret]
 * @throws {Failure}
 */
export async function masterFrom(name, secret = process.env[name]) {
  if (!secret) throw new Failure(`set ${name} in the environment of this command.`);
  return deriveMaster(secret).catch((/** @type {Error} */ error) => {
    throw new Failure(`${name} ${error.message}.`);
  });
}

/** What `.dev.vars` says; the Worker that runs locally reads the same. */
export function localVars() {
  const path = join(ROOT, ".dev.vars");
  return existsSync(path) ? parseEnv(readFileSync(path, "utf8")) : {};
}
