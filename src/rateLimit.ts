import type { Env } from "./config";
import type { Source } from "./context";
import { limitKey } from "./keys/sourceAddress";

/** Counts against a caller's limits, by address (IPv6 by /64); false where the caller is over. Callers without one share a count. */
export class RateLimiter {
  readonly #env: Env;
  readonly #source: Pick<Source, "address">;

  constructor(env: Env, source: Pick<Source, "address">) {
    this.#env = env;
    this.#source = source;
  }

  countRequest(): Promise<boolean> {
    return this.#count(this.#env.REQUEST_LIMIT);
  }

  countSecretCheck(): Promise<boolean> {
    return this.#count(this.#env.SECRET_LIMIT);
  }

  async #count(limit: RateLimit): Promise<boolean> {
    if (this.#env.RATE_LIMIT === "off") return true;
    const { address } = this.#source;
    return (await limit.limit({ key: address === "" ? "unknown" : limitKey(address) })).success;
  }
}
