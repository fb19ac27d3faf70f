import * as z from "zod/mini";
import { readMethod } from "../../operation";
import { CREATE_DATE, IDENTITY, KEY_OWNER } from "../examples";
import { date, keyOwner, userIdentity } from "../fields";
import { identity } from "./identity";
import { keyAt } from "./keyAt";

export const getKeyAt = readMethod({
  name: "pki/getKeyAt",
  summary: "The user's public key that was in force at a date",
  access: "pki:read",
  publicRead: true,
  params: z.strictObject({ ...keyOwner, date }),
  result: userIdentity,
  errors: ["noKeyAtTime"],
  example: { params: { ...KEY_OWNER, date: CREATE_DATE }, result: IDENTITY },
  read: {
    ...keyAt,
    answer({ entry }, params, call) {
      if (entry.userPubKey === null) throw call.fail("noKeyAtTime");
      return identity(params, entry.userPubKey, entry.createDate);
    },
  },
});
