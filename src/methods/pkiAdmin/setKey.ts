import * as z from "zod/mini";
import { MAX_HISTORY_ENTRIES } from "../../limits";
import { writeMethod } from "../../operation";
import { appendEntry } from "../../store/keyHistory";
import { KEY_OWNER, USER_PUB_KEY } from "../examples";
import { keyOwner, ok, userPubKey } from "../fields";

export const setKey = writeMethod({
  name: "pkiAdmin/setKey",
  summary: "Sets the user's public key from now on",
  access: "pki:write",
  changes: "directory",
  params: z.strictObject({ ...keyOwner, userPubKey }),
  result: ok,
  errors: ["keyExists"],
  example: { params: { ...KEY_OWNER, userPubKey: USER_PUB_KEY }, result: "OK" },
  async write({ userPubKey, ...owner }, call) {
    const outcome = await call.db.run(appendEntry(owner, userPubKey));
    if (outcome === "same") throw call.fail("keyExists");
    if (outcome === "full") {
      throw call.fail(
        "invalidParams",
        `the user's history has reached its bound of ${MAX_HISTORY_ENTRIES} entries`,
      );
    }
    return "OK" as const;
  },
});
