import * as z from "zod/mini";
import { readMethod } from "../../operation";
import { CREATE_DATE, KEY_OWNER, USER_PUB_KEY } from "../examples";
import { date, keyOwner, userPubKey } from "../fields";
import { keyAt } from "./keyAt";

export const verifyKey = readMethod({
  name: "pki/verifyKey",
  summary: "Whether the public key was the user's at a date",
  access: "pki:read",
  publicRead: true,
  params: z.strictObject({ ...keyOwner, userPubKey, date }),
  result: z.boolean(),
  errors: ["noKeyAtTime"],
  example: { params: { ...KEY_OWNER, userPubKey: USER_PUB_KEY, date: CREATE_DATE }, result: true },
  read: {
    ...keyAt,
    answer({ entry }, params, call) {
      if (entry.userPubKey === null) throw call.fail("noKeyAtTime");
      return entry.userPubKey === params.userPubKey;
    },
  },
});
