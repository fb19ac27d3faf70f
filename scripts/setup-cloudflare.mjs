/**
 * `npm run setup:cloudflare [-- --dry-run] [--env staging]`: deploys to Cloudflare from nothing, asking before each step. It may be run
 * again after a step that failed.
 */

import { join } from "node:path";
import { unstable_readConfig as readConfig } from "wrangler";
import { command } from "./lib/command.mjs";
import { examine } from "./lib/doctor/examine.mjs";
import { Failure } from "./lib/failure.mjs";
import { ROOT } from "./lib/paths.mjs";
import { steps } from "./lib/setup/steps.mjs";
import { Terminal } from "./lib/setup/terminal.mjs";

const LOCATION = /^(weur|eeur|wnam|enam|apac|oc)$/;
const JURISDICTION = /^(eu|fedramp)$/;

const OPTIONS = /** @type {const} */ ({
  remote: { type: "boolean", default: true },
  "dry-run": { type: "boolean", default: false },
});

await command(OPTIONS, async (place, given) => {
  const environment = place.remote ? place.environment : undefined;
  const config = readConfig({
    config: join(ROOT, "wrangler.toml"),
    ...(environment && { env: environment }),
  });
  const plan = steps(config.d1_databases[0]?.database_name ?? config.name ?? "");
  if (given["dry-run"]) {
    for (const [i, { title, byHand }] of plan.entries()) console.log(`${i + 1}. ${title}\n   ${byHand}`);
    console.log(`${plan.length + 1}. Check the result\n   npm run doctor -- --remote`);
    return;
  }
  const terminal = new Terminal();
  try {
    const data = await askPlace(terminal);
    /** @type {import("./lib/setup/steps.mjs").Deployment} */
    const deployment = { environment: ["--env", environment ?? ""], place: data };
    for (const { title, byHand, run } of plan) {
      const answer = await terminal.ask(`${title}?\n  ${byHand}\n[Y/n]`);
      if (!/^(y|yes|)$/i.test(answer)) throw new Failure(`stopped before this step: ${title}.`);
      console.log(await run(deployment));
    }
    const findings = await examine(place, deployment.url);
    for (const { finding, remedy } of findings) console.log(`- ${finding}\n  → ${remedy}`);
    console.log("Set up. In a few minutes `npm run doctor -- --remote` should find nothing more.");
  } finally {
    terminal.close();
  }
});

/** @param {Terminal} terminal @returns {Promise<string[]>} wrangler's option for it */
async function askPlace(terminal) {
  const answer = await terminal.ask(
    "Where may the data be? A location (weur, eeur, wnam, enam, apac, oc), a jurisdiction that binds (eu, fedramp), or nothing:",
  );
  if (answer === "") return [];
  if (LOCATION.test(answer)) return ["--location", answer];
  if (JURISDICTION.test(answer)) return ["--jurisdiction", answer];
  throw new Failure("there is no such location or jurisdiction.");
}
