/** Stands in for wrangler: runs half of a file of statements and then breaks off; everything else goes to the real one. */

import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";

const args = process.argv.slice(2);
const path = args[args.indexOf("--file") + 1];
const breaks = args.includes("--file") && path !== undefined;
if (breaks) {
  const sql = readFileSync(path, "utf8");
  writeFileSync(path, sql.slice(0, sql.indexOf(";\n", sql.length / 2) + 1));
}
const real = spawnSync(process.execPath, ["node_modules/wrangler/bin/wrangler.js", ...args], {
  stdio: "inherit",
});
if (breaks) console.error("broke off");
process.exit(breaks ? 1 : (real.status ?? 1));
