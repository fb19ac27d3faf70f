/** `npm run export -- --out FILE`: writes the whole directory to a file, as it is at one moment. */

import { existsSync } from "node:fs";
import { command } from "./lib/command.mjs";
import { writeExport } from "./lib/directory/exportFile.mjs";
import { SCHEMA } from "./lib/directory/memory.mjs";
import { snapshot } from "./lib/directory/snapshot.mjs";
import { Failure } from "./lib/failure.mjs";

await command({ out: { type: "string" } }, async (place, { out }) => {
  if (out === undefined) throw new Failure("name the file to write: --out FILE.");
  if (existsSync(out)) throw new Failure(`${out} exists: name a new file.`);
  const db = await snapshot(place);
  const schema = db.prepare("SELECT name FROM d1_migrations ORDER BY id DESC").get()?.name;
  if (schema !== `${SCHEMA}.sql`) {
    throw new Failure(`the database has schema ${schema}, this checkout ${SCHEMA}.sql: migrate it first.`);
  }
  if (db.prepare("SELECT restoring FROM clock").get()?.restoring !== 0) {
    throw new Failure("the directory is being restored: finish that import first.");
  }
  const { rows, masters } = await writeExport(db, out, Date.now());
  const counts = Object.entries(rows).map(([table, count]) => `${count} ${table}`);
  console.log(`Wrote ${out}: ${counts.join(", ")}.`);
  console.log(
    masters.length > 0
      ? `Secrets in it are sealed under master ${masters.join(" and ")}: keep that MASTER_SECRET, elsewhere.`
      : "It holds no secrets.",
  );
});
