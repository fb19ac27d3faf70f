import type { VerifiedToken } from "./auth/accessToken";
import { KnownTokens } from "./auth/knownTokens";
import { RecentCallers } from "./auth/recentCallers";
import type { Config, Env } from "./config";
import { Follower } from "./finality/follower";
import { KnownHistories } from "./finality/knownHistories";
import { Log } from "./log";
import { RateLimiter } from "./rateLimit";
import { Database } from "./store/database";
import { HostCache, HostEpochs } from "./store/hostCache";

const MAX_KNOWN_TOKENS = 1000;
const MAX_RECENT_CALLERS = 1000;

/** What an isolate keeps between requests. */
export class Memory {
  readonly tokens = new KnownTokens(MAX_KNOWN_TOKENS);
  readonly recentCallers = new RecentCallers(MAX_RECENT_CALLERS);
  readonly hostEpochs = new HostEpochs();
  readonly histories = new KnownHistories();
  readonly follower = new Follower(this.histories);
}

/** Time (ms), randomness and memory: the world's in production, a test's own in tests. */
export interface Runtime {
  now(): number;
  random(bytes: number): Uint8Array<ArrayBuffer>;
  readonly memory: Memory;
}

export const world: Runtime = {
  now: () => Date.now(),
  random: (bytes) => crypto.getRandomValues(new Uint8Array(bytes)),
  memory: new Memory(),
};

/** The WebSocket that a frame came through. */
export interface Socket {
  readonly id: string;
  /** The token bound to it when the frame's turn came; a call that binds another sets it. */
  bound: VerifiedToken | undefined;
}

/** Where calls come from: the parts of a request that outlive it on a WebSocket. */
export interface Source {
  readonly requestId: string;
  /** The caller's address in canonical form; empty where the platform gives none. */
  readonly address: string;
  /** Scheme, host and port that the request was sent to. */
  readonly origin: string;
  readonly bookmark: string | undefined;
}

/** What all calls of one HTTP request, or of one frame, share. */
export interface Context extends Runtime {
  readonly config: Config;
  readonly source: Source;
  readonly db: Database;
  readonly log: Log;
  readonly analytics: AnalyticsEngineDataset | undefined;
  readonly limiter: RateLimiter;
  /** Undefined over HTTP. */
  readonly socket: Socket | undefined;
  readonly hostCache: HostCache;
  /** JSON documents that were built with the Worker, by their path. */
  readonly assets: Fetcher;
  /** Lets work go on after the answer. */
  later(work: Promise<unknown>): void;
}

/** The context of one request or frame; `config` is what `env` says. Every request pays for what is made here. */
export function makeContext(
  env: Env,
  config: Config,
  source: Source,
  runtime: Runtime,
  later: (work: Promise<unknown>) => void,
  socket?: Socket,
): Context {
  const log = new Log(source.requestId);
  return {
    ...runtime,
    config,
    source,
    db: Database.open(env.DB, log, runtime.now, source.bookmark),
    log,
    analytics: env.ANALYTICS,
    limiter: new RateLimiter(env, source),
    socket,
    hostCache: new HostCache(env.KV, runtime.memory.hostEpochs, log),
    assets: env.ASSETS,
    later,
  };
}

/** Names this server in tokens: `iss` and `aud`. */
export const issuerOf = ({ config, source }: Context): string => config.issuer ?? source.origin;
