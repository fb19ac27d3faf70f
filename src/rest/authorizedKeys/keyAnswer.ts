import type { StoredSshKey } from "../../store/sshKeys";
import { LOCAL_SOURCE } from "../examples";
import { formatDateTime } from "../rfc3339";

/** A key as the REST API answers it. `now` in ms. */
export const keyAnswer = (key: StoredSshKey, now: number) => ({
  id: key.id,
  username: key.username,
  user_id: key.userId,
  source: LOCAL_SOURCE,
  name: key.name,
  ...(key.comment !== null && { comment: key.comment }),
  public_key: key.publicKey,
  ...(key.notBefore !== null && { not_before: formatDateTime(key.notBefore) }),
  ...(key.notAfter !== null && { not_after: formatDateTime(key.notAfter) }),
  ...secondsLeft(key, now),
  source_address: JSON.parse(key.sourceAddress) as string[],
  fingerprints: [key.fingerprint],
  ...(key.interactive !== null && { enable_interactive_auth: key.interactive === 1 }),
  created: formatDateTime(key.createDate),
  ...(key.updateDate !== null && { updated: formatDateTime(key.updateDate) }),
  author: key.author,
  ...(key.updatedBy !== null && { updated_by: key.updatedBy }),
});

/** Rounded up, so that 0 means expired and nothing else. */
function secondsLeft({ notBefore, notAfter }: StoredSshKey, now: number): { expires_in?: number } {
  if (notAfter === null || (notBefore !== null && now < notBefore)) return {};
  return { expires_in: Math.max(0, Math.ceil((notAfter - now) / 1000)) };
}
