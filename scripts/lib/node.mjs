import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "./failure.mjs";
import { ROOT } from "./paths.mjs";

const WRANGLER_NODE = 22;

/**
 * Makes sure that this script runs on a Node that wrangler accepts. An npm script always does, since npm puts node_modules/.bin first on
 * the PATH and a Node is installed there; `node scripts/dev.mjs` may not, and is then started again on that one.
 *
 * @returns {Promise<void>} never settles in a process that was too old: it ends with the status of the other one
 * @throws {Failure} if there is no such Node
 */
export async function onWranglersNode() {
  if (Number.parseInt(process.versions.node, 10) >= WRANGLER_NODE) return;
  const node = join(ROOT, "node_modules/.bin/node");
  if (!existsSync(node)) {
    throw new Failure(`Node ${WRANGLER_NODE} or newer is needed to run it here, this is ${process.version}.`);
  }
  const child = spawn(node, process.argv.slice(1), { stdio: "inherit" });
  for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
    process.on(signal, () => child.kill(signal));
  }
  await new Promise((_, reject) => {
    child.on("error", reject);
    child.on("exit", (status) => process.exit(status ?? 1));
  });
}
