import { SCHEMA } from "../directory/memory.mjs";
import { CHECKS } from "./checks.mjs";
import { gather } from "./facts.mjs";

/**
 * Runs every check on a deployment.
 *
 * @param {import("../d1.mjs").Place} place
 * @param {string | undefined} url of the deployment
 * @returns {Promise<import("./checks.mjs").Finding[]>}
 */
export async function examine(place, url) {
  const facts = await gather(place, url, `${SCHEMA}.sql`);
  const results = await Promise.all(CHECKS.map((check) => check(facts)));
  return results.filter((result) => result !== undefined);
}
