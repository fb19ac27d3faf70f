import * as z from "zod/mini";
import { updateUser as update } from "../../store/userChanges";
import { USER, USER_ID, USERNAME } from "../examples";
import { writeRoute } from "../route";
import { localUser, ofUser, profileJson, userBody } from "./fields";
import { localUserOf } from "./userAnswer";

export const updateUser = writeRoute({
  name: "updateLocalUser",
  summary: "Replace a user's name and profile: optional fields that are left out are cleared",
  http: { method: "PUT", path: "/local-user-store/api/v1/users/{user_id}" },
  access: "user:write",
  changes: "directory",
  params: z.strictObject({ path: ofUser, body: userBody }),
  result: localUser,
  errors: ["noUser", "usernameTaken"],
  example: {
    params: { path: { user_id: USER_ID }, body: { username: USERNAME, full_name: "Joe Example" } },
    result: USER,
  },
  async write({ path, body }, { caller, db, now, fail }) {
    const change = {
      id: path.user_id,
      username: body.username,
      profile: profileJson(body),
      updatedBy: caller.userId,
      now: now(),
    };
    const outcome = await db.run(update(change));
    if (outcome === "noUser") throw fail("noUser");
    if (outcome === "taken") throw fail("usernameTaken");
    return localUserOf(outcome);
  },
});
