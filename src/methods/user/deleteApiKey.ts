import * as z from "zod/mini";
import { writeMethod } from "../../operation";
import { deleteApiKey as remove } from "../../store/apiKeyChanges";
import { API_KEY_ID } from "../examples";
import { apiKeyId, ok, targetUserId } from "../fields";
import { refusalOf } from "./refusal";

export const deleteApiKey = writeMethod({
  name: "user/deleteApiKey",
  summary: "Deletes an API key and ends its sessions",
  access: "user:write",
  changes: "credentials",
  params: z.strictObject({ apiKeyId, userId: targetUserId }),
  result: ok,
  errors: ["noApiKey", "accessDenied", "noUser"],
  example: { params: { apiKeyId: API_KEY_ID }, result: "OK" },
  async write(params, { caller, db, fail }) {
    const outcome = await db.run(remove(params.apiKeyId, params.userId ?? caller.userId));
    if (outcome !== "done") throw fail(refusalOf(outcome));
    return "OK" as const;
  },
});
