import { fields, MAX_HISTORY_ENTRIES } from "../source.mjs";
import { day } from "./report.mjs";

/**
 * @typedef {import("./collections.mjs").UserIdentity} UserIdentity
 * @typedef {{ instanceId: string, contextId: string, userId: string, createDate: number, userPubKey: string | null, entry: number }} Entry
 */

/**
 * The key histories of a PrivMX PKI Server as entries of this directory.
 *
 * @param {UserIdentity[]} identities in the order of dates, where they are equal of ids
 * @param {number} now ms
 * @param {import("./report.mjs").Report} report
 * @returns {Entry[]}
 */
export function histories(identities, now, report) {
  const present = identities.filter((identity) => isPossible(identity, now, report));
  return [...Map.groupBy(present, ownerOf).values()].flatMap((history) => entriesOf(history, report));
}

/** @param {UserIdentity} identity */
const ownerOf = ({ instanceId, contextId, userId }) => JSON.stringify([instanceId, contextId, userId]);

/** @param {UserIdentity} identity @param {number} now @param {import("./report.mjs").Report} report */
function isPossible(identity, now, report) {
  const wrong = /** @type {const} */ (["instanceId", "contextId", "userId"]).filter(
    (field) => !fields[field].safeParse(identity[field]).success,
  );
  const future = identity.createDate > now ? ["createDate, which is later than now"] : [];
  const reasons = [...wrong, ...future];
  if (reasons.length > 0) report.refuse(`useridentity ${identity._id}: bad ${reasons.join(", ")}.`);
  return reasons.length === 0;
}

/** @param {UserIdentity[]} history of one user @param {import("./report.mjs").Report} report @returns {Entry[]} */
function entriesOf(history, report) {
  const [{ instanceId, contextId, userId }] = /** @type {[UserIdentity]} */ (history);
  const who = `${userId} of ${contextId} at ${instanceId}`;
  if (history.length > MAX_HISTORY_ENTRIES) {
    report.refuse(
      `${who}: ${history.length} entries, of which a history holds ${MAX_HISTORY_ENTRIES} at most.`,
    );
    return [];
  }
  /** @type {Entry[]} */
  const entries = [];
  for (const identity of history) {
    const { createDate: previous, userPubKey: inForce } = entries.at(-1) ?? {
      createDate: -1,
      userPubKey: null,
    };
    const userPubKey = keyOf(identity, who, report);
    const createDate = Math.max(identity.createDate, previous + 1);
    if (createDate !== identity.createDate) {
      report.differ(
        `${who}: dated ${day(createDate)}, raised from an equal date by ${createDate - identity.createDate} ms.`,
      );
    }
    if (userPubKey === inForce) {
      report.differ(
        `${who}: the entry of ${day(createDate)} ${inForce ? "repeats the key in force" : "deletes no key"}.`,
      );
    } else if (inForce) {
      report.differ(
        `${who}: ${inForce} is not valid here from ${day(createDate)} on; the peer still says it is.`,
      );
    }
    entries.push({ instanceId, contextId, userId, createDate, userPubKey, entry: entries.length + 1 });
  }
  return entries;
}

/**
 * A key that is none ends the one before it all the same: leaving the entry out would keep that one in force.
 *
 * @param {UserIdentity} identity
 * @param {string} who
 * @param {import("./report.mjs").Report} report
 */
function keyOf({ _id, userPubKey, createDate }, who, report) {
  if (userPubKey === null || userPubKey === undefined) return null;
  if (fields.userPubKey.safeParse(userPubKey).success) return userPubKey;
  report.refuse(
    `useridentity ${_id}: the key is no point of secp256k1; ${who} has no key from ${day(createDate)} on.`,
  );
  return null;
}
