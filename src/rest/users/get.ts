import * as z from "zod/mini";
import { user } from "../../store/users";
import { USER, USER_ID } from "../examples";
import { readRoute } from "../route";
import { localUser, ofUser } from "./fields";
import { localUserOf } from "./userAnswer";

export const getUser = readRoute({
  name: "getLocalUser",
  summary: "Get a user",
  http: { method: "GET", path: "/local-user-store/api/v1/users/{user_id}" },
  access: "user:read",
  params: z.strictObject({ path: ofUser }),
  result: localUser,
  errors: ["noUser"],
  example: { params: { path: { user_id: USER_ID } }, result: USER },
  read: {
    query: ({ path }, by) => user({ userId: path.user_id, callerKeyId: by.apiKeyId }),
    answer(found, _params, { fail }) {
      if (!found) throw fail("noUser");
      return localUserOf(found);
    },
  },
});
