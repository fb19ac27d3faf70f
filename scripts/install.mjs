/**
 * Brings node_modules to exactly what package-lock.json says, and does nothing (in some 60 ms) when it is there already. It is the
 * first thing that `npm start` and `npm test` run in a fresh clone, so it uses nothing but Node's own modules and runs on Node 20.
 */

import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const OLDEST_NODE = 20;
const ORPHAN_CHECK_MS = 500;
const root = fileURLToPath(new URL("..", import.meta.url));

/** @typedef {Record<string, { version?: string, optional?: boolean }>} Packages path in the project → what the lock says of it */

/**
 * @param {string} path of a lock file
 * @returns {Packages} without the project itself; empty if there is no such file
 */
function lockedPackages(path) {
  if (!existsSync(path)) return {};
  const { "": _project, ...packages } = JSON.parse(readFileSync(path, "utf8")).packages;
  return packages;
}

/** @returns {boolean} whether every locked package is there in its version, and no other one is */
function isInstalled() {
  const wanted = lockedPackages(join(root, "package-lock.json"));
  const present = lockedPackages(join(root, "node_modules/.package-lock.json"));
  const complete = Object.entries(wanted).every(([path, { version, optional }]) =>
    path in present
      ? present[path]?.version === version && existsSync(join(root, path, "package.json"))
      : optional === true,
  );
  return complete && Object.keys(present).every((path) => path in wanted);
}

/** @returns {Promise<number>} the exit status of `npm ci`; what it prints goes to stderr */
function npmCi() {
  const npm = process.env.npm_execpath;
  const [command, ...args] = npm ? [process.execPath, npm] : ["npm"];
  const child = spawn(command, [...args, "ci", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: root,
    stdio: ["ignore", 2, 2],
  });
  for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
    process.on(signal, () => child.kill(signal));
  }
  // npm passes a SIGTERM to the shell that runs its script, and that one ends without passing it on.
  const shell = process.ppid;
  const orphaned = setInterval(() => process.ppid !== shell && child.kill(), ORPHAN_CHECK_MS);
  return new Promise((resolve) => {
    child.on("error", () => resolve(1));
    child.on("exit", (status) => resolve(status ?? 1));
  }).finally(() => clearInterval(orphaned));
}

/** @param {string} message one line that says what to do */
function fail(message) {
  console.error(`veridge: ${message}`);
  process.exit(1);
}

if (Number.parseInt(process.versions.node, 10) < OLDEST_NODE) {
  fail(`Node ${OLDEST_NODE} or newer is needed, this is ${process.version}.`);
}
if (!isInstalled()) {
  console.error("veridge: installing packages (npm ci), once …");
  const status = await npmCi();
  if (status !== 0) fail(`npm ci failed with status ${status}; its reason stands above.`);
  if (!isInstalled()) fail("npm ci left node_modules incomplete: remove that directory and try again.");
}
