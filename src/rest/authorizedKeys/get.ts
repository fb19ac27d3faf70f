import * as z from "zod/mini";
import { sshKey } from "../../store/sshKeys";
import { KEY, KEY_ID, USER_ID } from "../examples";
import { readRoute } from "../route";
import { idInPath, subjectOf } from "../subject";
import { key, ofKey } from "./fields";
import { keyAnswer } from "./keyAnswer";

export const getKey = readRoute({
  name: "getAuthorizedKey",
  summary: "Get a user's authorized key",
  http: { method: "GET", path: "/role-store/api/v1/users/{user_id}/authorizedkeys/{key_id}" },
  access: "self:read",
  params: z.strictObject({ path: ofKey }),
  result: key,
  errors: ["noSshKey"],
  example: { params: { path: { user_id: USER_ID, key_id: KEY_ID } }, result: KEY },
  read: {
    query: ({ path }, by) =>
      sshKey({ userId: idInPath(path.user_id), callerKeyId: by.apiKeyId }, path.key_id),
    answer(found, { path }, call) {
      subjectOf(path.user_id, "ssh:read", call);
      if (!found) throw call.fail("noSshKey");
      return keyAnswer(found, call.now());
    },
  },
});
