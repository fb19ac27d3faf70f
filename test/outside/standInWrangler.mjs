/**
 * Stands in for wrangler and for the account behind it: writes each call to the file RECORD, fails at the one whose line begins with
 * FAIL_AT, and keeps in the file STATE what was made.
 */

import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";

const { RECORD = "", STATE = "", FAIL_AT = "" } = process.env;
const args = process.argv.slice(2).map((arg) => (arg.startsWith("/") ? "FILE" : arg));
const line = args.join(" ").replaceAll("\n", " ");
appendFileSync(RECORD, `${line}\n`);
if (FAIL_AT !== "" && line.startsWith(FAIL_AT)) {
  console.error(`stand-in: ${FAIL_AT} failed`);
  process.exit(1);
}
const state = existsSync(STATE)
  ? JSON.parse(readFileSync(STATE, "utf8"))
  : { databases: [], secrets: [], migrated: false };
const rows = (/** @type {object[][]} */ ...results) =>
  JSON.stringify(results.map((list) => ({ results: list })));
const newest = JSON.parse(readFileSync("migrations/meta/_journal.json", "utf8")).entries.at(-1).tag;

switch (`${args[0]} ${args[1] ?? ""}`) {
  case "d1 list":
    console.log(JSON.stringify(state.databases));
    break;
  case "d1 create":
    state.databases.push({ name: args[2] });
    break;
  case "secret list":
    if (state.secrets.length === 0) process.exit(1); // as wrangler does where there is no Worker
    console.log(JSON.stringify(state.secrets));
    break;
  case "deploy --secrets-file":
    for (const text of readFileSync(process.argv[4] ?? "", "utf8")
      .trim()
      .split("\n")) {
      state.secrets.push({ name: text.split("=")[0] });
    }
    console.log("Deployed: https://veridge.example.workers.dev");
    break;
  case "d1 migrations":
    state.migrated = true;
    break;
  case "d1 execute":
    console.log(rows([{ name: `${newest}.sql` }], [{ last: 0, sweptAt: Date.now(), restoring: 0 }], [], []));
    break;
}
writeFileSync(STATE, JSON.stringify(state));
