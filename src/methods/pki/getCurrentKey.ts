import * as z from "zod/mini";
import { readMethod } from "../../operation";
import { newestEntry } from "../../store/keyHistory";
import { IDENTITY, KEY_OWNER } from "../examples";
import { keyOwner, userIdentity } from "../fields";
import { identity } from "./identity";

export const getCurrentKey = readMethod({
  name: "pki/getCurrentKey",
  summary: "The user's public key now",
  access: "pki:read",
  publicRead: true,
  params: z.strictObject(keyOwner),
  result: userIdentity,
  errors: ["noKey"],
  example: { params: KEY_OWNER, result: IDENTITY },
  read: {
    query: newestEntry,
    answer(entry, owner, call) {
      if (entry?.userPubKey == null) throw call.fail("noKey");
      return identity(owner, entry.userPubKey, entry.createDate);
    },
  },
});
