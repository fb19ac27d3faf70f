import type { KeyOwner } from "../../finality/history";

/** A key on the wire: whose it is, and since when. */
export const identity = (
  { userId, contextId, instanceId }: KeyOwner,
  userPubKey: string,
  createDate: number,
) => ({
  userId,
  userPubKey,
  contextId,
  instanceId,
  createDate,
});
