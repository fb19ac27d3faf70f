import * as z from "zod/mini";
import { MAX_HISTORY_ENTRIES } from "../../limits";
import { readMethod } from "../../operation";
import { entries } from "../../store/keyHistory";
import { IDENTITY, KEY_OWNER } from "../examples";
import { date, keyOwner, timestamp } from "../fields";

export const getKeyHistory = readMethod({
  name: "pki/getKeyHistory",
  summary: "All keys the user ever had, newest first; a deletion has no key",
  access: "pki:read",
  publicRead: true,
  params: z.strictObject({
    ...keyOwner,
    limit: z.optional(
      z.int().check(z.minimum(1), z.maximum(MAX_HISTORY_ENTRIES), z.meta({ description: "Entries at most" })),
    ),
    before: z.optional(date),
  }),
  result: z.array(
    z.strictObject({
      userId: z.string(),
      userPubKey: z.nullable(z.string()),
      contextId: z.string(),
      instanceId: z.string(),
      createDate: timestamp,
    }),
  ),
  errors: [],
  example: { params: KEY_OWNER, result: [IDENTITY] },
  read: {
    query: ({ before, limit, ...owner }) =>
      entries(owner, before ?? Number.MAX_SAFE_INTEGER, limit ?? MAX_HISTORY_ENTRIES),
    answer: (found, { userId, contextId, instanceId }) =>
      found.map(({ userPubKey, createDate }) => ({ userId, userPubKey, contextId, instanceId, createDate })),
  },
});
