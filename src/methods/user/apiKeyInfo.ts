import type { Caller } from "../../auth/caller";
import { coversAddresses, parseList } from "../../auth/caller";
import { scopeOfKey } from "../../auth/openSession";
import { includes, PERMISSIONS } from "../../auth/scope";
import { type Masters, openSecret } from "../../auth/secrets";
import type { StoredApiKey } from "../../store/apiKeys";

/** Whether this caller could have made such a key, and so may read its secret. */
const mayReadSecret = (caller: Caller | undefined, key: StoredApiKey): boolean =>
  caller !== undefined &&
  !caller.connection &&
  includes(caller.permissions, PERMISSIONS["user:write"]) &&
  includes(caller.permissions, key.permissions) &&
  coversAddresses(caller, parseList(key.ipAddrs));

/** An API key as its user's methods answer it. */
export async function apiKeyInfoOf(key: StoredApiKey, caller: Caller | undefined, masters: Masters) {
  const secret =
    key.sealedSecret !== null && mayReadSecret(caller, key)
      ? { clientSecret: await openSecret(masters, key.apiKeyId, key.sealedSecret) }
      : {};
  return {
    apiKeyId: key.apiKeyId,
    name: key.name,
    enabled: key.enabled === 1,
    maxScope: [...scopeOfKey(key)],
    ...(key.publicKey !== null && { clientPublicKey: key.publicKey }),
    ...secret,
  };
}
