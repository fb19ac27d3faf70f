import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { ROOT } from "./paths.mjs";

/**
 * Runs wrangler's command with nobody to ask. The environment's `WRANGLER` may name another command to run in its place.
 *
 * @param {string[]} args
 * @returns {Promise<{ status: number | null, output: string, errors: string }>}
 */
export async function wrangler(args) {
  const command = process.env.WRANGLER ?? join(ROOT, "node_modules/wrangler/bin/wrangler.js");
  const child = spawn(process.execPath, [command, ...args], {
    cwd: ROOT,
    env: { ...process.env, CI: "true", WRANGLER_LOG: "log", WRANGLER_SEND_METRICS: "false" },
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
  return { status, output, errors };
}
