import * as z from "zod/mini";
import { text } from "../../methods/fields";
import { listUsers as list, USER_SORT_KEYS } from "../../store/users";
import { USER, USERNAME } from "../examples";
import { listFields, listOf, pageOf } from "../lists";
import { readRoute } from "../route";
import { localUser } from "./fields";
import { localUserOf } from "./userAnswer";

export const listUsers = readRoute({
  name: "listLocalUsers",
  summary: "List users, all or the one of a username or id",
  http: { method: "GET", path: "/local-user-store/api/v1/users" },
  access: "user:read",
  params: z.strictObject({
    query: z.object({
      ...listFields(USER_SORT_KEYS),
      id: z.optional(text(1, 128, "User ID")),
      username: z.optional(text(1, 128, "The whole username, without regard to case")),
    }),
  }),
  result: listOf(localUser),
  errors: [],
  readsAll: true,
  example: { params: { query: { username: USERNAME } }, result: { count: 1, items: [USER] } },
  read: {
    query: ({ query: { id, username, ...page } }) =>
      list({ ...(id !== undefined && { id }), ...(username !== undefined && { username }) }, pageOf(page)),
    answer: ({ count, users }) => ({ count, items: users.map(localUserOf) }),
  },
});
