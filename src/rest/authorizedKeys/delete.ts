import * as z from "zod/mini";
import { deleteSshKey } from "../../store/sshKeyChanges";
import { KEY_ID, USER_ID } from "../examples";
import { writeRoute } from "../route";
import { subjectOf } from "../subject";
import { ofKey } from "./fields";

const compromised = z
  .enum(["true", "false"])
  .check(z.meta({ description: "`true` also takes the key out of allowed_signers, for all of its past" }));

export const deleteKey = writeRoute({
  name: "deleteAuthorizedKey",
  summary: "Delete a user's authorized key",
  http: {
    method: "DELETE",
    path: "/role-store/api/v1/users/{user_id}/authorizedkeys/{key_id}",
    gives: "nothing",
  },
  access: "self:write",
  changes: "directory",
  params: z.strictObject({ path: ofKey, query: z.object({ compromised: z.optional(compromised) }) }),
  result: z.undefined(),
  errors: ["noSshKey"],
  example: { params: { path: { user_id: USER_ID, key_id: KEY_ID }, query: {} }, result: undefined },
  async write({ path, query }, call) {
    const userId = subjectOf(path.user_id, "ssh:write", call);
    const key = { id: path.key_id, userId, now: call.now() };
    if (!(await call.db.run(deleteSshKey(key, query.compromised === "true")))) throw call.fail("noSshKey");
    return undefined;
  },
});
