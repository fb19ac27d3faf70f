import * as z from "zod/mini";
import { MAX_TOLERANCE_MS, MAX_VERIFY_KEYS } from "../../limits";
import { readMethod } from "../../operation";
import { type KeyClaim, verifyClaims } from "../../store/keyClaims";
import { CREATE_DATE, KEY_OWNER, USER_PUB_KEY } from "../examples";
import { contextId, date, instanceId, userId, userPubKey } from "../fields";
import { refreshHistories, rememberReadings } from "./keyMemory";

const anyText = (description: string) => z.string().check(z.meta({ description }));
/** Infinity too, which a JSON number that no double holds becomes. */
const anyNumber = (description: string) =>
  z
    .custom<number>((value) => typeof value === "number", "a number")
    .check(z.meta({ type: "number", description }));

/** Any text or number has the right shape here: what does not fit was chosen by a message's author and is just false. */
const item = z.strictObject({
  userId: anyText("User in that context"),
  instanceId: anyText("The Bridge instance: its host's public key"),
  contextId: anyText("Context on that Bridge instance"),
  userPubKey: anyText("The key that is to be verified"),
  date: anyNumber("Milliseconds since 1970-01-01 UTC; in the future it means now"),
});

const sound = z.strictObject({ userId, instanceId, contextId, userPubKey, date });

/** The claims that could be true, each at its place in the list. */
function soundClaims(keys: readonly z.output<typeof item>[]): Map<number, KeyClaim> {
  const parsed = keys.map((key, i) => [i, sound.safeParse(key)] as const);
  return new Map(parsed.flatMap(([i, { success, data }]) => (success ? [[i, data]] : [])));
}

/** Answers for the whole list, of those for its sound claims. */
function spread(claims: Map<number, KeyClaim>, valid: readonly boolean[], length: number): boolean[] {
  const answers = new Array<boolean>(length).fill(false);
  for (const [n, i] of [...claims.keys()].entries()) answers[i] = valid[n] === true;
  return answers;
}

export const verifyKeys = readMethod({
  name: "pki/verifyKeys",
  summary: "For each item whether the public key was the user's at the date, give or take a tolerance",
  access: "pki:read",
  publicRead: true,
  params: z.strictObject({
    keys: z
      .array(item)
      .check(z.minLength(1), z.maxLength(MAX_VERIFY_KEYS), z.meta({ description: "What is to be verified" })),
    toleranceMs: z.optional(
      z.int().check(
        z.minimum(0),
        z.maximum(MAX_TOLERANCE_MS),
        z.meta({
          description: "Accept a key that was in force within this distance of the date, in milliseconds",
        }),
      ),
    ),
  }),
  result: z.array(z.boolean()),
  errors: [],
  example: {
    params: { keys: [{ ...KEY_OWNER, userPubKey: USER_PUB_KEY, date: CREATE_DATE }] },
    result: [true],
  },
  read: {
    query({ keys, toleranceMs = 0 }, { now }) {
      const claims = soundClaims(keys);
      const found = verifyClaims([...claims.values()], toleranceMs, now);
      const decode: typeof found.decode = (rows) => {
        const { valid, readings } = found.decode(rows);
        return { valid: spread(claims, valid, keys.length), readings };
      };
      return { ...found, decode };
    },
    answer: ({ valid }) => [...valid],
    recall({ keys, toleranceMs = 0 }, { memory: { histories }, now }) {
      const claims = soundClaims(keys);
      const valid: boolean[] = [];
      for (const claim of claims.values()) {
        const { date, userPubKey } = claim;
        const entries = histories.find(claim, Math.max(0, date - toleranceMs), date + toleranceMs, now());
        if (!entries) return undefined;
        valid.push(entries.some((entry) => entry.userPubKey === userPubKey));
      }
      return { valid: spread(claims, valid, keys.length), readings: [] };
    },
    remember: ({ readings }, context, askedAt) => rememberReadings(readings, context, askedAt),
    refresh: refreshHistories,
  },
});
