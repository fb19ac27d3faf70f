/**
 * `npm run migrate:privmx -- --dir DIR --out FILE`: turns the MongoDB exports of a PrivMX PKI Server into a file for `npm run import`.
 * docs/migrating.md leads through it. `--dry-run` writes nothing.
 */

import { existsSync } from "node:fs";
import { command } from "./lib/command.mjs";
import { countsOf, writeExport } from "./lib/directory/exportFile.mjs";
import { Failure } from "./lib/failure.mjs";
import { mastersOf } from "./lib/masters.mjs";
import { readCollections } from "./lib/privmx/collections.mjs";
import { directoryOf } from "./lib/privmx/directory.mjs";
import { Report } from "./lib/privmx/report.mjs";

const OPTIONS = /** @type {const} */ ({
  dir: { type: "string" },
  out: { type: "string" },
  "dry-run": { type: "boolean", default: false },
  "full-scope-first-keys": { type: "boolean", default: false },
});

await command(OPTIONS, async (place, { dir, out, ...given }) => {
  if (dir === undefined) throw new Failure("name the directory of the MongoDB exports: --dir DIR.");
  const dryRun = given["dry-run"];
  if (!dryRun && out === undefined)
    throw new Failure("name the file to write: --out FILE, or only look: --dry-run.");
  if (out !== undefined && existsSync(out)) throw new Failure(`${out} exists: name a new file.`);
  const [masters, now, report] = [await mastersOf(place), Date.now(), new Report()];
  const fullScopeFirstKeys = given["full-scope-first-keys"] === true;
  const db = await directoryOf(readCollections(dir), { masters, fullScopeFirstKeys, now, report });
  const counts = Object.entries(countsOf(db)).map(([table, count]) => `${count} ${table}`);
  console.log(`${dryRun ? "Would move in" : "Moves in"}: ${counts.join(", ")}.\n\n${report}`);
  console.log(
    "For all: the peer answers pki/* to everybody, here only with PUBLIC_READ. No token or session moves in.",
  );
  if (dryRun || out === undefined) return;
  await writeExport(db, out, now);
  console.log(`\nWrote ${out}: restore it with \`npm run import -- --in ${out}\`.`);
});
