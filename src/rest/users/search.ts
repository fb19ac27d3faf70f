import * as z from "zod/mini";
import { text } from "../../methods/fields";
import { searchUsers as search, USER_SORT_KEYS } from "../../store/users";
import { LOCAL_SOURCE, ROLE_USER } from "../examples";
import { listFields, listOf, pageOf } from "../lists";
import { readRoute } from "../route";
import { roleUser } from "./fields";
import { roleUserOf } from "./userAnswer";

const MAX_IDS = 1000;

export const searchUsers = readRoute({
  name: "searchUsers",
  summary: "Search users by a part of their names or address, by source and by ids",
  http: { method: "POST", path: "/role-store/api/v1/users/search" },
  access: "ssh:read",
  params: z.strictObject({
    query: z.object(listFields(USER_SORT_KEYS)),
    body: z.strictObject({
      keywords: z.optional(text(1, 256, "Part of a username, name or email address, in any case")),
      source: z.optional(text(1, 128, "Source ID; there is one source here")),
      user_id: z.optional(z.array(text(1, 128, "User ID")).check(z.maxLength(MAX_IDS))),
    }),
  }),
  result: listOf(roleUser),
  errors: [],
  readsAll: true,
  example: { params: { query: {}, body: { keywords: "joe" } }, result: { count: 1, items: [ROLE_USER] } },
  read: {
    query({ query, body: { keywords, source, user_id: ids } }) {
      const elsewhere = source !== undefined && source !== LOCAL_SOURCE;
      const given = ids?.length ? ids : undefined;
      return search({ ids: elsewhere ? [] : given, keywords }, pageOf(query));
    },
    answer: ({ count, users }) => ({ count, items: users.map(roleUserOf) }),
  },
});
