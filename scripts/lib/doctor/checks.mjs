import { SCHEMA } from "../directory/memory.mjs";
import { configure, deriveMaster } from "../source.mjs";

/** @typedef {import("./facts.mjs").Facts} Facts */
/** @typedef {{ finding: string, remedy: string }} Finding */
/** @typedef {(facts: Facts) => Finding | undefined | Promise<Finding | undefined>} Check */

const BINDINGS = ["DB", "KV", "CONNECTION", "REQUEST_LIMIT", "SECRET_LIMIT"];
const CRON = "* * * * *";
const MINUTE_MS = 60_000;
/** The cron runs each minute; this many missed runs are no accident. */
const SWEEP_LIMIT_MS = 5 * MINUTE_MS;
/** As `MAX_CLOCK_LEAD_MS` of src/limits.ts: beyond it writes are refused. */
const CLOCK_LEAD_MS = MINUTE_MS;
const MIN_TOKEN_CHARS = 16;
/** Of 32 random bytes fewer than this many differ once in 10^18 times. */
const MIN_DIFFERENT_BYTES = 16;

const setSecret = (/** @type {string} */ name) =>
  `set it with \`wrangler secret put ${name}\`, locally in .dev.vars`;

/** Whether the variable or secret is set, and to what where that can be known. @param {Facts} facts @param {string} name */
const setting = ({ vars, secrets }, name) => secrets?.[name] ?? vars[name];

/** @param {Facts} facts @param {string} name @returns {Promise<Finding | undefined>} */
async function badMaster(facts, name) {
  const value = facts.secrets?.[name];
  if (value === undefined) return undefined;
  const finding = await deriveMaster(value).then(
    () => (new Set(Buffer.from(value, "base64")).size < MIN_DIFFERENT_BYTES ? "is guessable" : undefined),
    (/** @type {Error} */ error) => error.message,
  );
  return finding === undefined
    ? undefined
    : {
        finding: `${name} ${finding}.`,
        remedy: "make one with `openssl rand -base64 32`, see docs/storage.md on rotation",
      };
}

/** @type {Check[]} */
export const CHECKS = [
  ({ secretNames }) =>
    secretNames.includes("MASTER_SECRET")
      ? undefined
      : {
          finding: "MASTER_SECRET is not set: every call is answered with 503.",
          remedy: setSecret("MASTER_SECRET"),
        },
  (facts) => badMaster(facts, "MASTER_SECRET"),
  (facts) => badMaster(facts, "MASTER_SECRET_PREVIOUS"),
  ({ secrets }) =>
    secrets?.MASTER_SECRET !== undefined && secrets.MASTER_SECRET === secrets.MASTER_SECRET_PREVIOUS
      ? {
          finding: "MASTER_SECRET_PREVIOUS is the present master secret.",
          remedy: "delete it: there is no rotation under way",
        }
      : undefined,
  ({ secretNames, database }) =>
    database?.installed && secretNames.includes("PMX_INITIALIZATION_TOKEN")
      ? {
          finding: "PMX_INITIALIZATION_TOKEN is still set, though the first API key was made.",
          remedy: "it has done its work: `wrangler secret delete PMX_INITIALIZATION_TOKEN`",
        }
      : undefined,
  (facts) => {
    const token = setting(facts, "PMX_INITIALIZATION_TOKEN");
    return token !== undefined && !facts.database?.installed && token.length < MIN_TOKEN_CHARS
      ? {
          finding: "PMX_INITIALIZATION_TOKEN can be guessed.",
          remedy: "make one with `openssl rand -hex 24`",
        }
      : undefined;
  },
  async ({ vars, secrets }) => {
    const others = {
      MASTER_SECRET: Buffer.alloc(32).toString("base64"),
      MASTER_SECRET_PREVIOUS: undefined,
      DB: {},
    };
    const error = await configure({ ...vars, ...secrets, ...others }).catch((reason) => reason);
    return error instanceof Error
      ? {
          finding: `${error.message}: every call is answered with 503.`,
          remedy: "mend it in wrangler.toml; the README lists what it may be",
        }
      : undefined;
  },
  (facts) =>
    setting(facts, "CORS_ORIGINS") === "*"
      ? {
          finding: "CORS_ORIGINS lets every web page read answers and write.",
          remedy: "list the origins of your own pages",
        }
      : undefined,
  (facts) =>
    setting(facts, "RATE_LIMIT") === "off"
      ? {
          finding: "RATE_LIMIT is off: secrets can be guessed at any rate.",
          remedy: "remove it from the variables",
        }
      : undefined,
  (facts) =>
    facts.remote && setting(facts, "CHECK_RESULTS") === "true"
      ? { finding: "CHECK_RESULTS costs time at every call.", remedy: "remove it from the variables" }
      : undefined,
  ({ bindings }) => {
    const missing = BINDINGS.filter((name) => !bindings.includes(name));
    return missing.length > 0
      ? {
          finding: `wrangler.toml does not bind ${missing.join(", ")}.`,
          remedy: "restore it, for this environment too, and deploy",
        }
      : undefined;
  },
  ({ crons }) =>
    crons.includes(CRON)
      ? undefined
      : {
          finding: "wrangler.toml has no cron of each minute: nothing is swept.",
          remedy: `set crons = ["${CRON}"] and deploy`,
        },
  ({ schema, remote }) =>
    schema === `${SCHEMA}.sql`
      ? undefined
      : {
          finding: `the database has schema ${schema ?? "none"}, this version needs ${SCHEMA}.sql.`,
          remedy: `\`npx wrangler d1 migrations apply DB ${remote ? "--remote" : "--local"}\``,
        },
  ({ database, now }) =>
    database && database.last > now + CLOCK_LEAD_MS
      ? {
          finding: `the clock is ${Math.round((database.last - now) / 1000)} s ahead of this machine's time.`,
          remedy:
            "compare with another machine; if the database's time was wrong once, docs/operations.md tells what follows",
        }
      : undefined,
  ({ database, now }) =>
    database && !database.restoring && now - database.sweptAt > SWEEP_LIMIT_MS
      ? {
          finding: `the cron did not run for ${Math.round((now - database.sweptAt) / MINUTE_MS)} minutes.`,
          remedy:
            "look for errors of the scheduled handler in the logs; locally it runs only while the server does",
        }
      : undefined,
  ({ database }) =>
    database?.restoring
      ? {
          finding: "a restore broke off: every call is answered with 503.",
          remedy: "run the same `npm run import` again",
        }
      : undefined,
  async ({ database, secrets }) => {
    const names = ["MASTER_SECRET", "MASTER_SECRET_PREVIOUS"].flatMap((name) => secrets?.[name] ?? []);
    const masters = await Promise.all(names.map((secret) => deriveMaster(secret).catch(() => undefined)));
    const missing = database?.masters.filter((id) => !masters.some((master) => master?.id === id)) ?? [];
    return secrets && missing.length > 0
      ? {
          finding: `secrets of API keys are sealed under master ${missing.join(", ")}, which is not set.`,
          remedy: "set that one as MASTER_SECRET_PREVIOUS",
        }
      : undefined;
  },
  ({ ready }) => {
    if (ready === undefined || ready.status === 200) return undefined;
    const what =
      ready.status === undefined
        ? "does not answer"
        : `is not ready (${[ready.status, ...ready.failed].join(", ")})`;
    return { finding: `${ready.url} ${what}.`, remedy: "the log line `not ready` tells why" };
  },
];
