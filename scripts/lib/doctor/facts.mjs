import { join } from "node:path";
import { unstable_readConfig as readConfig } from "wrangler";
import { execute, where } from "../d1.mjs";
import { Failure } from "../failure.mjs";
import { localVars } from "../masters.mjs";
import { ROOT } from "../paths.mjs";
import { wrangler } from "../wrangler.mjs";

/** @typedef {import("../d1.mjs").Place} Place */

/**
 * What can be learned of a deployment from where it is operated.
 *
 * @typedef {object} Facts
 * @property {boolean} remote
 * @property {number} now ms
 * @property {Record<string, string>} vars
 * @property {string[]} secretNames
 * @property {Record<string, string> | undefined} secrets their values, which only the local ones tell
 * @property {string[]} bindings
 * @property {string[]} crons
 * @property {string | undefined} schema newest migration that is applied; undefined if there is none
 * @property {Database | undefined} database undefined unless it has the newest schema
 * @property {{ url: string, status: number | undefined, failed: string[] } | undefined} ready what `/ready` says
 *
 * @typedef {object} Database
 * @property {number} last newest stamp, ms
 * @property {number} sweptAt last run of the cron, ms
 * @property {boolean} restoring
 * @property {boolean} installed whether a first API key was made
 * @property {string[]} masters that secrets are sealed under
 */

/**
 * @param {Place} place
 * @param {string | undefined} url of the deployment
 * @param {string} newest the newest migration's file name
 * @returns {Promise<Facts>}
 */
export async function gather(place, url, newest) {
  const environment = place.remote ? place.environment : undefined;
  const config = readConfig({
    config: join(ROOT, "wrangler.toml"),
    ...(environment && { env: environment }),
  });
  const secrets = place.remote ? undefined : /** @type {Record<string, string>} */ (localVars());
  return {
    remote: place.remote,
    now: Date.now(),
    vars: Object.fromEntries(Object.entries(config.vars).map(([name, value]) => [name, String(value)])),
    secretNames: secrets ? Object.keys(secrets) : await remoteSecrets(place),
    secrets,
    bindings: [
      ...[...config.d1_databases, ...config.kv_namespaces].map(({ binding }) => String(binding)),
      ...[...config.ratelimits, ...config.durable_objects.bindings].map((bound) => String(bound.name)),
    ],
    crons: config.triggers.crons ?? [],
    ...(await databaseOf(place, newest)),
    ready: url === undefined ? undefined : await readinessOf(url),
  };
}

const NEWEST = "SELECT name FROM d1_migrations ORDER BY id DESC LIMIT 1";
const STATE = `SELECT last, sweptAt, restoring FROM clock;
  SELECT id FROM installation;
  SELECT DISTINCT substr(sealedSecret, 1, instr(sealedSecret, '.') - 1) AS id FROM api_keys WHERE sealedSecret IS NOT NULL;`;

/**
 * @param {Place} place
 * @param {string} newest
 * @returns {Promise<Pick<Facts, "schema" | "database">>}
 */
async function databaseOf(place, newest) {
  const results = await execute(place, `${NEWEST}; ${STATE}`).catch(() => undefined);
  if (!results) return { schema: await oldSchemaOf(place), database: undefined };
  const [[migration] = [], [clock] = [], installed, sealed] = results;
  const database = {
    last: Number(clock?.last),
    sweptAt: Number(clock?.sweptAt),
    restoring: clock?.restoring !== 0,
    installed: installed?.length === 1,
    masters: sealed?.map(({ id }) => String(id)) ?? [],
  };
  const schema = migration && String(migration.name);
  return { schema, database: schema === newest ? database : undefined };
}

/** Of a database that does not have the newest tables. @param {Place} place */
async function oldSchemaOf(place) {
  const [[known] = []] = await execute(place, "SELECT name FROM sqlite_schema WHERE name = 'd1_migrations'");
  const [[migration] = []] = known ? await execute(place, NEWEST) : [];
  return migration && String(migration.name);
}

/** @param {Place} place @returns {Promise<string[]>} */
async function remoteSecrets(place) {
  const environment = where(place).filter((argument) => argument !== "--remote");
  const { status, output, errors } = await wrangler(["secret", "list", "--format", "json", ...environment]);
  if (status !== 0) throw new Failure(`wrangler does not list the secrets: ${(errors || output).trim()}`);
  return JSON.parse(output).map((/** @type {{ name: string }} */ { name }) => name);
}

/** @param {string} url */
async function readinessOf(url) {
  const answer = await fetch(`${url}/ready`).catch(() => undefined);
  const body = /** @type {{ failed?: string[] }} */ (await answer?.json().catch(() => ({})));
  return { url, status: answer?.status, failed: body?.failed ?? [] };
}
