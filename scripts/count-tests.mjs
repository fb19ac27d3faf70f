/**
 * Prints `N passed, N failed`. Arguments: the path of the report of vitest's json reporter, and vitest's exit status. A file that could
 * not be loaded counts as one failed test, and so does a status that is not 0 where no test failed (an error outside of the tests).
 */

import { readFileSync } from "node:fs";

const [report = "", exitStatus] = process.argv.slice(2);

/** @type {{ status: string, assertionResults: { status: string }[] }[]} */
const files = JSON.parse(readFileSync(report, "utf8")).testResults;
const tests = files.flatMap((file) => (file.assertionResults.length > 0 ? file.assertionResults : [file]));
const count = (/** @type {string} */ status) => tests.filter((test) => test.status === status).length;
console.log(`${count("passed")} passed, ${count("failed") || Number(exitStatus !== "0")} failed`);
