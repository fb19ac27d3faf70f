import type { Context } from "../../context";
import { type HostRecord, hostByKey } from "../../store/hosts";

/** Whether a host has a URL now: how both methods that ask it look it up, in KV where that saves the database. */
export const hostLookup = {
  query: hostByKey,
  has: (host: HostRecord | undefined, url: string): boolean => host?.urls.includes(url) ?? false,
  recall: (hostPubKey: string, { hostCache, now }: Context): Promise<HostRecord | undefined> =>
    hostCache.get(hostPubKey, now()),
  /** Only hosts that exist are kept, so that made-up keys cost no writes. */
  async remember(host: HostRecord | undefined, { hostCache }: Context, askedAt: number): Promise<void> {
    if (host) await hostCache.keep(host, askedAt);
  },
};
