import * as z from "zod/mini";
import { user } from "../../store/users";
import { ROLE_USER, USER_ID } from "../examples";
import { userIdOrCurrent } from "../fields";
import { readRoute } from "../route";
import { idInPath, subjectOf } from "../subject";
import { roleUser } from "./fields";
import { roleUserOf } from "./userAnswer";

export const getRoleUser = readRoute({
  name: "getUser",
  summary: "Get a user; `current`, whom any credential may ask for, is the token's",
  http: { method: "GET", path: "/role-store/api/v1/users/{user_id}" },
  access: "authenticated",
  params: z.strictObject({ path: z.strictObject({ user_id: userIdOrCurrent }) }),
  result: roleUser,
  errors: ["noUser"],
  example: { params: { path: { user_id: USER_ID } }, result: ROLE_USER },
  read: {
    query: ({ path }, by) => user({ userId: idInPath(path.user_id), callerKeyId: by.apiKeyId }),
    answer(found, { path }, call) {
      subjectOf(path.user_id, "ssh:read", call);
      if (!found) throw call.fail("noUser");
      return roleUserOf(found);
    },
  },
});
