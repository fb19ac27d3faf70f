import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Failure } from "../failure.mjs";
import { withTemporaryDirectory } from "../temporary.mjs";
import { wrangler } from "../wrangler.mjs";

/**
 * One step of the set-up. Each may be run again: it finds out what is there already.
 *
 * @typedef {object} Step
 * @property {string} title what it does
 * @property {string} byHand the command that does it
 * @property {(deployment: Deployment) => Promise<string>} run does it, and tells what it did; throws a Failure
 *
 * @typedef {object} Deployment
 * @property {string[]} environment wrangler's `--env NAME`
 * @property {string[]} place `--location HINT` or `--jurisdiction NAME` of the data; empty leaves it to Cloudflare
 * @property {string} [url] of the deployed Worker, once that is known
 */

/** @param {string} database its name @returns {Step[]} */
export const steps = (database) => [
  { title: "See that wrangler is logged in to Cloudflare", byHand: "npx wrangler whoami", run: seeLogin },
  {
    title: `Make the database ${database}, where its data may be`,
    byHand: `npx wrangler d1 create ${database}`,
    run: ({ place }) => makeDatabase(database, place),
  },
  {
    title: "Make the secrets and deploy, which makes what is missing of D1 and KV",
    byHand: "npx wrangler deploy --secrets-file FILE",
    run: deploy,
  },
  { title: "Apply the migrations", byHand: "npx wrangler d1 migrations apply DB --remote", run: migrate },
];

async function seeLogin() {
  const output = await run(["whoami"], "asking who is logged in");
  if (/not authenticated/i.test(output)) throw new Failure("log in first: `npx wrangler login`.");
  return "Logged in.";
}

/** @param {string} name @param {string[]} place */
async function makeDatabase(name, place) {
  const list = JSON.parse(await run(["d1", "list", "--json"], "listing the databases"));
  if (list.some((/** @type {{ name: string }} */ database) => database.name === name))
    return "It is there already.";
  if (place.length === 0) return "Left to the deployment, which makes it near you.";
  await run(["d1", "create", name, ...place], "making the database");
  return "Made.";
}

/** @param {Deployment} deployment */
async function deploy(deployment) {
  const { environment } = deployment;
  const listed = await wrangler(["secret", "list", "--format", "json", ...environment]);
  const hasSecrets = listed.status === 0 && JSON.parse(listed.output).length > 0;
  const output = hasSecrets
    ? await run(["deploy", ...environment], "deploying")
    : await deployWithSecrets(environment);
  const [url] = /https:\/\/\S+\.workers\.dev/.exec(output) ?? [];
  if (url === undefined) return "Deployed.";
  deployment.url = url;
  return `Deployed to ${url}.`;
}

/**
 * The master secret is shown once: Cloudflare gives no secret back, and without it nobody can read the secrets in a backup.
 *
 * @param {string[]} environment
 */
function deployWithSecrets(environment) {
  const secrets = {
    MASTER_SECRET: randomBytes(32).toString("base64"),
    PMX_INITIALIZATION_TOKEN: randomBytes(24).toString("hex"),
  };
  const lines = Object.entries(secrets).map(([name, value]) => `${name}=${value}\n`);
  return withTemporaryDirectory(async (directory) => {
    const file = join(directory, "secrets");
    await writeFile(file, lines.join(""), { mode: 0o600 });
    const output = await run(["deploy", "--secrets-file", file, ...environment], "deploying");
    console.log(`Keep these, they are shown only now:\n\n  ${lines.join("  ")}`);
    return output;
  });
}

/** @param {Deployment} deployment */
async function migrate({ environment }) {
  await run(["d1", "migrations", "apply", "DB", "--remote", ...environment], "migrating the database");
  return "Applied.";
}

/**
 * @param {string[]} args
 * @param {string} what
 * @returns {Promise<string>} what it printed
 * @throws {Failure} that says what failed
 */
async function run(args, what) {
  const { status, output, errors } = await wrangler(args);
  if (status === 0) return output;
  throw new Failure(`${what} failed: ${(errors || output).trim().split("\n").at(-1)}`);
}
