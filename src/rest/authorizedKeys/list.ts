import * as z from "zod/mini";
import { KEY_SORT_KEYS, sshKeysOf } from "../../store/sshKeys";
import { KEY, USER_ID } from "../examples";
import { listFields, listOf, pageOf, UNLIMITED } from "../lists";
import { readRoute } from "../route";
import { idInPath, subjectOf } from "../subject";
import { key, ofUser } from "./fields";
import { keyAnswer } from "./keyAnswer";

export const listUserKeys = readRoute({
  name: "listUserAuthorizedKeys",
  summary: "List a user's authorized keys, all of them unless a limit is given",
  http: { method: "GET", path: "/role-store/api/v1/users/{user_id}/authorizedkeys" },
  access: "self:read",
  params: z.strictObject({ path: ofUser, query: z.object(listFields(KEY_SORT_KEYS)) }),
  result: listOf(key),
  errors: ["noUser"],
  readsAll: true,
  example: { params: { path: { user_id: USER_ID }, query: {} }, result: { count: 1, items: [KEY] } },
  read: {
    query: ({ path, query }, by) =>
      sshKeysOf({ userId: idInPath(path.user_id), callerKeyId: by.apiKeyId }, pageOf(query, UNLIMITED)),
    answer(found, { path }, call) {
      subjectOf(path.user_id, "ssh:read", call);
      if (!found) throw call.fail("noUser");
      const now = call.now();
      return { count: found.count, items: found.keys.map((k) => keyAnswer(k, now)) };
    },
  },
});
