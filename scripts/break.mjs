/**
 * `npm run break [WORD]`: breaks the software on purpose, one line each time, in a copy of this checkout, and sees whether a test
 * notices. Prints a table; fails where one did not notice. WORD picks the breakages whose name has it.
 */

import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { cp, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { BREAKAGES } from "./lib/breakages.mjs";

const [word = ""] = process.argv.slice(2);
const breakages = BREAKAGES.filter(({ what }) => what.includes(word));
const directory = await mkdtemp(join(tmpdir(), "veridge-break-"));
try {
  await copyTo(directory);
  const sound = failing([...new Set(breakages.flatMap(({ tests }) => tests))]);
  if (sound.length > 0) throw new Error(`tests fail before anything is broken: ${sound.join(", ")}`);
  console.log("| broken | tests that fail |\n| --- | --- |");
  for (const breakage of breakages) {
    const failed = withBroken(breakage, () => failing(breakage.tests));
    console.log(`| ${breakage.what} | ${failed.length === 0 ? "**none**" : failed.length} |`);
    if (failed.length === 0) process.exitCode = 1;
  }
} finally {
  await rm(directory, { recursive: true });
}

/** @param {string} target gets the files of this checkout that git knows; packages are shared */
async function copyTo(target) {
  const list = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
  const files = execFileSync("git", list, { encoding: "utf8" }).split("\0").filter(existsSync);
  await Promise.all(files.map((file) => cp(file, join(target, file))));
  await symlink(resolve("node_modules"), join(target, "node_modules"));
}

/**
 * @template T
 * @param {(typeof BREAKAGES)[number]} breakage
 * @param {() => T} act
 */
function withBroken({ file, find, put }, act) {
  const path = join(directory, file);
  const sound = readFileSync(path, "utf8");
  if (sound.split(find).length !== 2) throw new Error(`${file} has not exactly one ${find}`);
  writeFileSync(
    path,
    sound.replace(find, () => put),
  );
  try {
    return act();
  } finally {
    writeFileSync(path, sound);
  }
}

/**
 * @param {readonly string[]} tests
 * @returns {string[]} the names of the tests in these files that fail
 */
function failing(tests) {
  const report = join(directory, "report.json");
  const options = ["run", "--project", "workerd", "--reporter=json", `--outputFile=${report}`];
  const { status, stderr } = spawnSync("npx", ["vitest", ...options, ...tests], {
    cwd: directory,
    encoding: "utf8",
  });
  /** @type {{ testResults: { assertionResults: { status: string, fullName: string }[] }[] }} */
  const { testResults } = JSON.parse(readFileSync(report, "utf8"));
  const results = testResults.flatMap((file) => file.assertionResults);
  const failed = results.filter((test) => test.status === "failed").map((test) => test.fullName);
  if (status !== 0 && failed.length === 0) throw new Error(`the tests did not run:\n${stderr}`);
  return failed;
}
