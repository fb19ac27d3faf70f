import * as z from "zod/mini";
import { writeMethod } from "../../operation";
import { appendEntry } from "../../store/keyHistory";
import { KEY_OWNER } from "../examples";
import { keyOwner, ok } from "../fields";

export const deleteKey = writeMethod({
  name: "pkiAdmin/deleteKey",
  summary: "Ends the user's public key from now on; the history keeps it",
  access: "pki:write",
  changes: "directory",
  params: z.strictObject(keyOwner),
  result: ok,
  errors: ["noKey"],
  example: { params: KEY_OWNER, result: "OK" },
  async write(owner, call) {
    if ((await call.db.run(appendEntry(owner, null))) !== "appended") throw call.fail("noKey");
    return "OK" as const;
  },
});
