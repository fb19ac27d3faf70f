import * as z from "zod/mini";
import { fromBase64Url, toBase64Url, utf8 } from "../../bytes";
import { DEFAULT_LISTED_USERS, MAX_LISTED_USERS } from "../../limits";
import { readMethod } from "../../operation";
import { ownersOf } from "../../store/keyOwners";
import { CREATE_DATE, KEY_OWNER, USER_PUB_KEY } from "../examples";
import { contextId, instanceId, text, timestamp } from "../fields";

/** A cursor holds the context and the user that the page before it ended with. */
const place = z.tuple([z.string(), z.string()]);

function readCursor(cursor: string): { contextId: string; userId: string } | undefined {
  try {
    const json = new TextDecoder().decode(fromBase64Url(cursor));
    const [context, user] = place.parse(JSON.parse(json));
    return { contextId: context, userId: user };
  } catch {
    return undefined;
  }
}

const writeCursor = ({ contextId, userId }: { contextId: string; userId: string }): string =>
  toBase64Url(utf8(JSON.stringify([contextId, userId])));

const limitOf = (limit: number | undefined) => limit ?? DEFAULT_LISTED_USERS;

export const listKeys = readMethod({
  name: "pkiAdmin/listKeys",
  summary: "The users of a host, by context and name, each with the newest entry of their history",
  access: "pki:read",
  params: z.strictObject({
    instanceId,
    contextId: z.optional(contextId),
    prefix: z.optional(
      text(0, 128, "What the user's id begins with or, where no contextId is given, the context's"),
    ),
    limit: z.optional(
      z.int().check(z.minimum(1), z.maximum(MAX_LISTED_USERS), z.meta({ description: "Users at most" })),
    ),
    cursor: z.optional(
      z.string().check(
        z.maxLength(4096),
        z.refine((c) => readCursor(c) !== undefined, "the cursor of an earlier answer"),
        z.meta({ description: "Goes on where the answer with that cursor ended" }),
      ),
    ),
  }),
  result: z.strictObject({
    list: z.array(
      z.strictObject({
        contextId: z.string(),
        userId: z.string(),
        userPubKey: z.nullable(z.string()).check(z.meta({ description: "null after a deletion" })),
        createDate: timestamp,
      }),
    ),
    cursor: z.optional(z.string().check(z.meta({ description: "For the next page, where there is one" }))),
  }),
  errors: [],
  example: {
    params: { instanceId: KEY_OWNER.instanceId, limit: 50 },
    result: {
      list: [
        {
          contextId: KEY_OWNER.contextId,
          userId: KEY_OWNER.userId,
          userPubKey: USER_PUB_KEY,
          createDate: CREATE_DATE,
        },
      ],
    },
  },
  read: {
    query({ instanceId, contextId, prefix = "", limit, cursor }) {
      const filter =
        contextId === undefined
          ? { instanceId, contextPrefix: prefix }
          : { instanceId, contextId, userPrefix: prefix };
      const after = cursor === undefined ? undefined : readCursor(cursor);
      // One more than asked tells whether there is a next page.
      return ownersOf(filter, after, limitOf(limit) + 1);
    },
    answer(found, { limit }) {
      const list = found.slice(0, limitOf(limit));
      const last = list.at(-1);
      return { list, ...(found.length > list.length && last && { cursor: writeCursor(last) }) };
    },
  },
});
