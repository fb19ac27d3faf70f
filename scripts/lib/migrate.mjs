import { Failure } from "./failure.mjs";
import { wrangler } from "./wrangler.mjs";

/**
 * Applies the migrations that the local D1 does not have yet.
 *
 * @param {string} persistTo absolute path
 * @throws {Failure} if one fails; wrangler's own words go to stderr
 */
export async function migrate(persistTo) {
  const args = ["d1", "migrations", "apply", "DB", "--local", "--persist-to", persistTo];
  const { status, output, errors } = await wrangler(args);
  if (status === 0) return;
  process.stderr.write(output + errors);
  throw new Failure("the local database could not be migrated; wrangler's reason stands above.");
}
