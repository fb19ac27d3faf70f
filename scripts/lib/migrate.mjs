import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { Failure } from "./failure.mjs";
import { ROOT } from "./paths.mjs";

/**
 * Applies the migrations that the local D1 does not have yet.
 *
 * @param {string} persistTo absolute path
 * @throws {Failure} if one fails; wrangler's own words go to stderr
 */
export async function migrate(persistTo) {
  const wrangler = join(ROOT, "node_modules/wrangler/bin/wrangler.js");
  const args = ["d1", "migrations", "apply", "DB", "--local", "--persist-to", persistTo];
  const child = spawn(process.execPath, [wrangler, ...args], {
    cwd: ROOT,
    env: { ...process.env, CI: "true" }, // does not ask whether to go on
    stdio: ["ignore", "pipe", "pipe"],
  });
  const killed = () => child.kill();
  process.once("exit", killed);
  const [output, errors, [status]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "exit"),
  ]);
  process.off("exit", killed);
  if (status === 0) return;
  process.stderr.write(output + errors);
  throw new Failure("the local database could not be migrated; wrangler's reason stands above.");
}
