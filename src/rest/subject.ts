import type { Caller } from "../auth/caller";
import { includes, PERMISSIONS } from "../auth/scope";
import type { Failure } from "../errors";

/** Whose things a path means: `current` is the token's user. */

const CURRENT = "current";

/** The id to look up; undefined means the caller's own. */
export const idInPath = (userId: string): string | undefined => (userId === CURRENT ? undefined : userId);

interface ByCaller {
  readonly caller: Caller | undefined;
  fail(error: "insufficientScope"): Failure;
}

/**
 * The id of the user that a path means, once it is sure that the caller may act on that user: on themself always, on
 * any other only with the permission over all, so that nobody else learns whether there is such a user.
 * @throws Failure `insufficientScope`
 */
export function subjectOf(
  userId: string,
  permission: "ssh:read" | "ssh:write",
  { caller, fail }: ByCaller,
): string {
  if (!caller) throw fail("insufficientScope");
  if (userId === CURRENT || userId === caller.userId) return caller.userId;
  if (!includes(caller.permissions, PERMISSIONS[permission])) throw fail("insufficientScope");
  return userId;
}
