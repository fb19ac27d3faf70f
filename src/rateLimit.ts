import type { Env } from "./config";
import { limitKey } from "./keys/sourceAddress";

/** Whoever calls from an address, in canonical form; empty where the platform gives none. */
interface Caller {
  readonly address: string;
}

/** Counts against a caller's limits, by address (IPv6 by /64); false where the caller is over. Callers without one share a count. */
export class RateLimiter {
  readonly #env: Env;
  readonly #caller: Caller;

  constructor(env: Env, caller: Caller) {
    this.#env = env;
    this.#caller = caller;
  }

  countRequest(): Promise<boolean> {
    return this.#count(this.#env.REQUEST_LIMIT);
  }

  countSecretCheck(): Promise<boolean> {
    return this.#count(this.#env.SECRET_LIMIT);
  }

  async #count(limit: RateLimit): Promise<boolean> {
    if (this.#env.RATE_LIMIT === "off") return true;
    const { address } = this.#caller;
    return (await limit.limit({ key: address === "" ? "unknown" : limitKey(address) })).success;
  }
}
