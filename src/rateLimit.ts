import type { Env } from "./config";
import { limitKey } from "./keys/sourceAddress";

/** Counts against a caller's limits, by address (IPv6 by /64); false where the caller is over. */
export interface RateLimiter {
  countRequest(): Promise<boolean>;
  countSecretCheck(): Promise<boolean>;
}

/** `address` in canonical form; callers without one share a count. */
export function rateLimiter(env: Env, address: string): RateLimiter {
  const count = async (limit: RateLimit) => {
    if (env.RATE_LIMIT === "off") return true;
    return (await limit.limit({ key: address === "" ? "unknown" : limitKey(address) })).success;
  };
  return {
    countRequest: () => count(env.REQUEST_LIMIT),
    countSecretCheck: () => count(env.SECRET_LIMIT),
  };
}
