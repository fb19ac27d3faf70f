import * as z from "zod/mini";
import { parseList } from "../../auth/caller";
import { readMethod } from "../../operation";
import { sessionsOf } from "../../store/sessions";
import { API_KEY_ID, CREATE_DATE } from "../examples";
import { givenScope, targetUserId, timestamp } from "../fields";

export const listSessions = readMethod({
  name: "user/listSessions",
  summary: "The user's sessions, newest first",
  access: "user:read",
  params: z.strictObject({ userId: targetUserId }),
  result: z.strictObject({
    list: z.array(
      z.strictObject({
        sessionId: z.string(),
        apiKeyId: z.string(),
        sessionName: z.optional(z.string()),
        scope: givenScope,
        createDate: timestamp,
        accessTokenExpires: timestamp,
        refreshTokenExpires: timestamp,
        current: z.boolean().check(z.meta({ description: "Whether it is the session of this call" })),
      }),
    ),
  }),
  errors: ["noUser"],
  example: {
    params: {},
    result: {
      list: [
        {
          sessionId: "VGhlIG5hbWUgb2YgaXQuLg",
          apiKeyId: API_KEY_ID,
          scope: ["user:read"],
          createDate: CREATE_DATE,
          accessTokenExpires: CREATE_DATE + 900_000,
          refreshTokenExpires: CREATE_DATE + 604_800_000,
          current: true,
        },
      ],
    },
  },
  read: {
    query: ({ userId }, by) => sessionsOf(userId, by.apiKeyId, by.now),
    answer(found, _params, { caller, fail }) {
      if (!found) throw fail("noUser");
      return {
        list: found.map(({ name, scope, accessExpires, refreshExpires, ...row }) => ({
          ...row,
          ...(name !== null && { sessionName: name }),
          scope: [...(parseList(scope) ?? [])],
          accessTokenExpires: accessExpires,
          refreshTokenExpires: refreshExpires,
          current: row.sessionId === caller?.sessionId,
        })),
      };
    },
  },
});
