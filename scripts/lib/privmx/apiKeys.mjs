import { ALL_PERMISSIONS, fields, isGranting, MAX_API_KEYS, parseMaxScope, SCOPE_NAMES } from "../source.mjs";

/**
 * @typedef {import("./collections.mjs").ApiKey} ApiKey
 * @typedef {import("./collections.mjs").User} User
 * @typedef {import("./report.mjs").Report} Report
 * @typedef {{ id: string, userId: string, name: string, publicKey: string | null, secret: string | null, maxScope: readonly string[],
 *   permissions: number, ipAddrs: readonly string[] | null, enabled: boolean }} NewApiKey `secret` in the clear
 */

/**
 * The API keys of a PrivMX PKI Server.
 *
 * @param {ApiKey[]} keys
 * @param {User[]} users
 * @param {boolean} fullScopeFirstKeys whether a key with an empty maxScope gets every scope, as it has at the peer
 * @param {Report} report
 * @returns {NewApiKey[]}
 */
export function apiKeys(keys, users, fullScopeFirstKeys, report) {
  const owners = new Map(users.map((user) => [user._id, user]));
  const good = keys.filter((key) => {
    const why = reason(key, owners);
    if (why) report.refuse(`api_key ${key._id}: ${why}.`);
    return !why;
  });
  return [...Map.groupBy(good, ({ user }) => user).values()].flatMap((own) => {
    for (const { _id } of own.slice(MAX_API_KEYS)) {
      report.refuse(`api_key ${_id}: its user has ${MAX_API_KEYS} others already.`);
    }
    return own.slice(0, MAX_API_KEYS).map((key) => {
      const scope = isFirstKey(key) ? firstScope(key, fullScopeFirstKeys, report) : scopeOf(key, report);
      const ownerEnabled = owners.get(key.user)?.enabled === true;
      if (key.enabled && !ownerEnabled) report.differ(`api_key ${key._id}: disabled, because its user is.`);
      return {
        ...proofOf(key, report),
        ...scope,
        id: key._id,
        userId: key.user,
        name: key.name,
        enabled: key.enabled && ownerEnabled,
      };
    });
  });
}

/** The peer lets a key with an empty list do everything. @param {ApiKey} key */
export const isFirstKey = ({ maxScope }) => maxScope.length === 0;

/**
 * A restriction that cannot be kept refuses the key: without it the key could do more. No value is repeated: it may be a secret.
 *
 * @param {ApiKey} key
 * @param {Map<string, User>} owners
 */
function reason({ _id, name, user, publicKey, clientSecret, maxScope }, owners) {
  if (!owners.has(user)) return "its user is not among the users";
  if (!fields.apiKeyId.safeParse(_id).success) return "its id is no text of 3 to 128 characters";
  if (!fields.apiKeyName.safeParse(name).success) return "its name is no text of 0 to 128 characters";
  if (!fields.maxScope.safeParse(maxScope).success)
    return "its maxScope has a restriction that cannot be kept here";
  if (publicKey)
    return fields.clientPubKey.safeParse(publicKey).success
      ? undefined
      : "its publicKey is no Ed25519 key in PEM";
  return fields.clientSecret.safeParse(clientSecret).success
    ? undefined
    : "its secret is no text of 32 to 256 characters";
}

/**
 * A key that signs carries a clientSecret too, which everybody can guess: it stays behind.
 *
 * @param {ApiKey} key
 * @param {Report} report
 */
function proofOf({ _id, publicKey, clientSecret }, report) {
  if (!publicKey) return { publicKey: null, secret: clientSecret };
  report.differ(
    `api_key ${_id}: proves itself by its public key alone; its clientSecret is guessable and stays behind.`,
  );
  return { publicKey, secret: null };
}

/** @param {ApiKey} key @param {boolean} full @param {Report} report */
function firstScope({ _id }, full, report) {
  if (full) {
    report.differ(`api_key ${_id}: empty maxScope; it gets every scope (--full-scope-first-keys).`);
    return { maxScope: SCOPE_NAMES, permissions: ALL_PERMISSIONS, ipAddrs: null };
  }
  report.differ(`api_key ${_id}: empty maxScope; the peer lets it do everything, here it may do nothing.`);
  return { maxScope: [], permissions: 0, ipAddrs: null };
}

/** @param {ApiKey} key @param {Report} report */
function scopeOf({ _id, maxScope }, report) {
  const { entries, permissions, ipAddrs } = parseMaxScope(maxScope);
  const unknown = entries.filter((entry) => !isGranting(entry) && !entry.startsWith("ipAddr:"));
  if (unknown.length > 0)
    report.differ(`api_key ${_id}: kept, but grants nothing here: ${unknown.join(", ")}.`);
  return { maxScope: entries, permissions, ipAddrs };
}
