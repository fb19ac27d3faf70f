import { fields } from "../source.mjs";
import { isFirstKey } from "./apiKeys.mjs";

/**
 * @typedef {import("./collections.mjs").User} User
 * @typedef {{ id: string, username: string, createDate: number }} NewUser
 */

const USERNAME = /^(?!-)(?!\.{1,2}$)[A-Za-z0-9._@+-]{1,128}$/;

/**
 * The users of a PrivMX PKI Server, which have no names there: an id that can be a username becomes one.
 *
 * @param {User[]} users in the order of dates
 * @param {import("./report.mjs").Report} report
 * @returns {NewUser[]}
 */
export function newUsers(users, report) {
  const names = new Set();
  return users.flatMap(({ _id: id, createDate }, i) => {
    if (!fields.apiKeyId.safeParse(id).success) {
      report.refuse(`user ${id}: its id is no text of 3 to 128 characters.`);
      return [];
    }
    const isName = USERNAME.test(id) && !names.has(id.toLowerCase());
    const username = isName ? id : `user-${i + 1}`;
    if (!isName) report.differ(`user ${id}: named ${username} here.`);
    names.add(username.toLowerCase());
    return [{ id, username, createDate }];
  });
}

/**
 * Who owns the directory here: the user of a first key, else the oldest. Undefined where there are no users, so that a first API key can
 * be made.
 *
 * @param {NewUser[]} users in the order of dates
 * @param {import("./collections.mjs").ApiKey[]} keys
 * @param {import("./report.mjs").Report} report
 */
export function ownerOf(users, keys, report) {
  const first = new Set(keys.filter(isFirstKey).map(({ user }) => user));
  const owner = users.find(({ id }) => first.has(id)) ?? users[0];
  if (owner)
    report.differ(`user ${owner.id}: the owner here, whose last key with user:write cannot be taken away.`);
  return owner;
}
