import * as z from "zod/mini";
import { updateSshKey } from "../../store/sshKeyChanges";
import { KEY, KEY_BODY, KEY_ID, USER_ID } from "../examples";
import { writeRoute } from "../route";
import { subjectOf } from "../subject";
import { key, keyBody, ofKey } from "./fields";
import { keyAnswer } from "./keyAnswer";
import { keyFields } from "./keyFields";

export const updateKey = writeRoute({
  name: "updateAuthorizedKey",
  summary: "Replace a user's authorized key: optional fields that are left out are cleared",
  http: { method: "PUT", path: "/role-store/api/v1/users/{user_id}/authorizedkeys/{key_id}" },
  access: "self:write",
  changes: "directory",
  params: z.strictObject({ path: ofKey, body: keyBody }),
  result: key,
  errors: ["noSshKey", "sshKeyTaken"],
  example: { params: { path: { user_id: USER_ID, key_id: KEY_ID }, body: KEY_BODY }, result: KEY },
  async write({ path, body }, call) {
    const { caller, db, now, fail } = call;
    const userId = subjectOf(path.user_id, "ssh:write", call);
    const fields = keyFields(body, call);
    const sourceAddress = JSON.stringify(fields.sourceAddress);
    const change = {
      ...fields,
      id: path.key_id,
      userId,
      sourceAddress,
      updatedBy: caller.userId,
      now: now(),
    };
    const outcome = await db.run(updateSshKey(change));
    if (outcome === "noKey") throw fail("noSshKey");
    if (outcome === "taken") throw fail("sshKeyTaken");
    if (outcome === "compromised") {
      throw fail(
        "invalidParams",
        "public_key: expected a key that was not reported as compromised",
        "public_key",
      );
    }
    return keyAnswer(outcome, now());
  },
});
