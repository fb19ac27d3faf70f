/**
 * Lists the licences of all packages in the lock file. Fails on a package that goes into the Worker under a licence not listed here, on
 * one without a licence, and on a version in package.json that is not exact.
 */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./lib/paths.mjs";

/** Permissive ones: they ask for no more than their own text. */
const ALLOWED = ["MIT", "ISC", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "0BSD", "Unlicense"];
const EXACT = /^\d+\.\d+\.\d+(-[\w.]+)?$/;

const read = (/** @type {string} */ path) => JSON.parse(readFileSync(join(ROOT, path), "utf8"));
const project = read("package.json");
const { "": _project, ...packages } =
  /** @type {Record<string, { version: string, license?: string, dev?: boolean, optional?: boolean }>} */ (
    read("package-lock.json").packages
  );

const inexact = ["dependencies", "devDependencies", "optionalDependencies"].flatMap((kind) =>
  Object.entries(project[kind] ?? {}).filter(([, version]) => !EXACT.test(String(version))),
);
const known = Object.entries(packages).filter(([, { license }]) => license !== undefined);
const shipped = Object.entries(packages).filter(([, { dev, optional }]) => !dev && !optional);
const refused = shipped.filter(([, { license = "" }]) => !ALLOWED.includes(license));

for (const [licence, list] of Map.groupBy(known, ([, { license }]) => license)) {
  console.log(`${licence}: ${list.length}`);
}
for (const [name] of inexact) console.error(`package.json: the version of ${name} is not exact.`);
for (const [path, { license }] of refused) console.error(`${path}: licence ${license ?? "unknown"}.`);
process.exit(inexact.length + refused.length === 0 ? 0 : 1);
