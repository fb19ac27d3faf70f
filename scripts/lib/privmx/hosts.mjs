import { fields, MAX_HOST_URLS, MAX_HOSTS } from "../source.mjs";

/**
 * @typedef {import("./collections.mjs").HostIdentity} HostIdentity
 * @typedef {{ hostPubKey: string, stamp: number, urls: string[] }} Host
 */

/**
 * The hosts of a PrivMX PKI Server. Here a host is named by its public key, and a URL belongs to one host: the one that came first.
 *
 * @param {HostIdentity[]} identities in the order of dates
 * @param {number} now ms
 * @param {import("./report.mjs").Report} report
 * @returns {Host[]}
 */
export function hosts(identities, now, report) {
  const known = new Set();
  const taken = new Set();
  return identities.flatMap((identity) => {
    const { _id, hostPubKey, addresses, createDate } = identity;
    const refusal =
      known.size >= MAX_HOSTS ? `there are ${MAX_HOSTS} hosts already` : reason(identity, known, now);
    if (refusal) {
      report.refuse(`hostidentity ${_id}: ${refusal}.`);
      return [];
    }
    known.add(hostPubKey);
    /** @type {string[]} */
    const urls = [];
    for (const url of addresses) {
      const why = urlReason(url, urls, taken);
      if (why) report.refuse(`hostidentity ${_id}: an address ${why}.`);
      else urls.push(url);
      taken.add(url);
    }
    return [{ hostPubKey, stamp: createDate, urls }];
  });
}

/** @param {HostIdentity} identity @param {Set<unknown>} known @param {number} now */
function reason({ instanceId, hostPubKey, createDate }, known, now) {
  if (!fields.instanceId.safeParse(hostPubKey).success) return "its public key is no point of secp256k1";
  if (instanceId !== hostPubKey) return "its instanceId is not its public key, which names a host here";
  if (known.has(hostPubKey)) return "another host has its public key";
  return createDate > now ? "its createDate is later than now" : undefined;
}

/** @param {string} url @param {string[]} urls @param {Set<unknown>} taken */
function urlReason(url, urls, taken) {
  if (!fields.hostUrl.safeParse(url).success) return "is no text of 3 to 2048 characters";
  if (taken.has(url)) return `is another's or stands twice: ${url}`;
  return urls.length >= MAX_HOST_URLS ? `is beyond the ${MAX_HOST_URLS} a host may have` : undefined;
}
