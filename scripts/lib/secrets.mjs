import { randomBytes } from "node:crypto";
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { parseEnv } from "node:util";

/** What a local run cannot do without, and how to make it. Sizes in bytes. */
const GENERATED = {
  MASTER_SECRET: () => randomBytes(32).toString("base64"),
  PMX_INITIALIZATION_TOKEN: () => randomBytes(24).toString("base64url"),
};

/**
 * Reads the local secrets and makes those that are missing, once: what stands in the file is never changed, as data on disk is
 * encrypted under it.
 *
 * @param {string} path of `.dev.vars`, in dotenv format; created readable by its owner only
 * @returns {Record<string, string>} everything in the file
 */
export function localSecrets(path) {
  const text = existsSync(path) ? readFileSync(path, "utf8") : "";
  const present = parseEnv(text);
  const lines = Object.entries(GENERATED)
    .filter(([name]) => !(name in present))
    .map(([name, make]) => `${name}=${make()}\n`);
  const gap = text === "" || text.endsWith("\n") ? "" : "\n";
  if (lines.length > 0) appendFileSync(path, gap + lines.join(""), { mode: 0o600 });
  return /** @type {Record<string, string>} */ (parseEnv(readFileSync(path, "utf8")));
}
