import * as z from "zod/mini";
import { deleteUser as remove } from "../../store/userChanges";
import { USER_ID } from "../examples";
import { writeRoute } from "../route";
import { ofUser } from "./fields";

export const deleteUser = writeRoute({
  name: "deleteLocalUser",
  summary: "Delete a user with its authorized keys and API keys, and end its sessions",
  http: { method: "DELETE", path: "/local-user-store/api/v1/users/{user_id}", gives: "nothing" },
  access: "user:write",
  changes: "credentials",
  params: z.strictObject({ path: ofUser }),
  result: z.undefined(),
  errors: ["noUser", "ownerIsKept"],
  example: { params: { path: { user_id: USER_ID } }, result: undefined },
  async write({ path }, { db, now, fail }) {
    const outcome = await db.run(remove(path.user_id, now()));
    if (outcome === "noUser") throw fail("noUser");
    if (outcome === "owner") throw fail("ownerIsKept");
    return undefined;
  },
});
