import * as z from "zod/mini";
import { allSshKeys, KEY_SORT_KEYS } from "../../store/sshKeys";
import { KEY } from "../examples";
import { listFields, listOf, pageOf } from "../lists";
import { readRoute } from "../route";
import { key } from "./fields";
import { keyAnswer } from "./keyAnswer";

export const listAllKeys = readRoute({
  name: "listAuthorizedKeys",
  summary: "List all authorized keys",
  http: { method: "GET", path: "/role-store/api/v1/authorizedkeys" },
  access: "ssh:read",
  params: z.strictObject({ query: z.object(listFields(KEY_SORT_KEYS)) }),
  result: listOf(key),
  errors: [],
  readsAll: true,
  example: { params: { query: { limit: "50" } }, result: { count: 1, items: [KEY] } },
  read: {
    query: ({ query }) => allSshKeys(pageOf(query)),
    answer({ count, keys }, _params, call) {
      const now = call.now();
      return { count, items: keys.map((k) => keyAnswer(k, now)) };
    },
  },
});
