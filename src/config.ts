import { deriveMaster } from "./auth/master";
import type { Masters } from "./auth/secrets";
import { AUDIT_RETENTION_DAYS, DAY_MS, READ_AUTH_CACHE_S, SOCKET_IDLE_S } from "./limits";

/** What wrangler.toml, the secrets and `--var` give the Worker. Texts as they come: `configure` reads them. */
export interface Env {
  readonly DB: D1Database;
  readonly KV: KVNamespace;
  readonly CONNECTION: DurableObjectNamespace;
  readonly ASSETS: Fetcher;
  readonly REQUEST_LIMIT: RateLimit;
  readonly SECRET_LIMIT: RateLimit;
  /** Where calls are counted and timed, if it is bound. */
  readonly ANALYTICS?: AnalyticsEngineDataset;
  readonly MASTER_SECRET?: string;
  readonly MASTER_SECRET_PREVIOUS?: string;
  readonly PMX_INITIALIZATION_TOKEN?: string;
  readonly ISSUER?: string;
  readonly PUBLIC_READ?: string;
  readonly CORS_ORIGINS?: string;
  readonly RATE_LIMIT?: string;
  readonly READ_AUTH_CACHE_SECONDS?: string;
  readonly AUDIT_RETENTION_DAYS?: string;
  readonly SOCKET_IDLE_SECONDS?: string;
  readonly CHECK_RESULTS?: string;
  readonly SSH_KEY_MAX_DAYS?: string;
  readonly OAUTH_REDIRECTS?: string;
}

/** The settings, read and checked once for each isolate. */
export interface Config {
  readonly masters: Masters;
  readonly initializationToken: string | undefined;
  /** Names this server in tokens; undefined: the origin of each request. */
  readonly issuer: string | undefined;
  readonly publicRead: boolean;
  readonly corsOrigins: "*" | readonly string[];
  readonly readAuthCacheMs: number;
  readonly auditRetentionMs: number;
  /** A socket without a frame for so long is closed. */
  readonly socketIdleMs: number;
  /** Parse every result by its declared schema, as tests and local runs do. */
  readonly checkResults: boolean;
  /** The longest that an SSH key may be valid, and how long it is where its user does not say. */
  readonly sshKeyMaxMs: number | undefined;
  /** URLs that a log-in may lead to, beside paths on this origin. */
  readonly oauthRedirects: readonly string[];
}

/** A setting that is missing or makes no sense. The message names it, never its value. */
export class ConfigError extends Error {}

const byEnv = new WeakMap<Env, Promise<Config>>();
const byDatabase = new WeakMap<D1Database, { texts: string; config: Promise<Config> }>();

/** Read once for each `env`, which is the same for all requests of an isolate, and for equal ones. @throws ConfigError */
export function configure(env: Env): Promise<Config> {
  let config = byEnv.get(env);
  if (!config) {
    config = readOnce(env);
    byEnv.set(env, config);
  }
  return config;
}

function readOnce(env: Env): Promise<Config> {
  const texts = JSON.stringify(Object.entries(env).filter(([, value]) => typeof value === "string"));
  const known = byDatabase.get(env.DB);
  if (known?.texts === texts) return known.config;
  const config = read(env);
  byDatabase.set(env.DB, { texts, config });
  return config;
}

async function read(env: Env): Promise<Config> {
  return {
    masters: await readMasters(env),
    initializationToken: env.PMX_INITIALIZATION_TOKEN || undefined,
    issuer: env.ISSUER || undefined,
    publicRead: flag("PUBLIC_READ", env.PUBLIC_READ),
    corsOrigins: readOrigins(env.CORS_ORIGINS),
    readAuthCacheMs:
      wholeNumber("READ_AUTH_CACHE_SECONDS", env.READ_AUTH_CACHE_SECONDS, READ_AUTH_CACHE_S) * 1000,
    auditRetentionMs:
      wholeNumber("AUDIT_RETENTION_DAYS", env.AUDIT_RETENTION_DAYS, AUDIT_RETENTION_DAYS) * DAY_MS,
    socketIdleMs: wholeNumber("SOCKET_IDLE_SECONDS", env.SOCKET_IDLE_SECONDS, SOCKET_IDLE_S) * 1000,
    checkResults: flag("CHECK_RESULTS", env.CHECK_RESULTS),
    sshKeyMaxMs: readMaxDays(env.SSH_KEY_MAX_DAYS),
    oauthRedirects: readRedirects(env.OAUTH_REDIRECTS),
  };
}

async function readMasters(env: Env): Promise<Masters> {
  if (!env.MASTER_SECRET) throw new ConfigError("MASTER_SECRET is not set");
  const current = await master("MASTER_SECRET", env.MASTER_SECRET);
  if (!env.MASTER_SECRET_PREVIOUS) return [current];
  return [current, await master("MASTER_SECRET_PREVIOUS", env.MASTER_SECRET_PREVIOUS)];
}

const master = (name: string, secret: string) =>
  deriveMaster(secret).catch((error: Error) => {
    throw new ConfigError(`${name} ${error.message}`);
  });

function flag(name: string, text: string | undefined): boolean {
  if (!text || text === "false") return false;
  if (text === "true") return true;
  throw new ConfigError(`${name} is neither "true" nor "false"`);
}

const splitList = (text: string): string[] => text.split(/[\s,]+/).filter((entry) => entry !== "");

function readOrigins(text = ""): "*" | readonly string[] {
  const origins = splitList(text);
  if (origins.length === 1 && origins[0] === "*") return "*";
  if (origins.some((o) => URL.parse(o)?.origin !== o)) {
    throw new ConfigError("CORS_ORIGINS is neither * nor a list of origins such as https://app.example.com");
  }
  return origins;
}

interface Range {
  readonly min: number;
  readonly max: number;
  readonly initial: number;
}

function wholeNumber(name: string, text: string | undefined, { min, max, initial }: Range): number {
  if (!text) return initial;
  const number = Number(text);
  if (!Number.isInteger(number) || number < min || number > max) {
    throw new ConfigError(`${name} is no whole number from ${min} to ${max}`);
  }
  return number;
}

function readMaxDays(text: string | undefined): number | undefined {
  if (!text) return undefined;
  if (!/^[1-9][0-9]{0,5}$/.test(text)) {
    throw new ConfigError("SSH_KEY_MAX_DAYS is no whole number of days from 1 to 999999");
  }
  return Number(text) * DAY_MS;
}

function readRedirects(text = ""): readonly string[] {
  const urls = splitList(text);
  if (!urls.every((url) => URL.canParse(url) && !url.includes("#"))) {
    throw new ConfigError("OAUTH_REDIRECTS is no list of URLs such as https://app.example.com/callback");
  }
  return urls;
}
