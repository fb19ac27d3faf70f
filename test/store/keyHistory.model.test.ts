import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { HOST_PUB_KEY } from "../../src/methods/examples";
import { newPubKey, seedHistory } from "../seed";
import { bearer, post, type RpcAnswer, tokenFor } from "../support";

const KEYS = [newPubKey(), newPubKey(), newPubKey()] as const;
const MAX_TOLERANCE = 8;

let sent: ReturnType<typeof bearer>;
let users = 0;

beforeAll(async () => {
  sent = bearer(await tokenFor("pki:read_write"));
});

type Entry = { createDate: number; userPubKey: string | null };
type Call = { method: string; params: object };

async function batch(calls: Call[]): Promise<(RpcAnswer["result"] | number)[]> {
  const body = calls.map((c, id) => ({ jsonrpc: "2.0", id, ...c }));
  const answers = await (await post(body, sent)).json<RpcAnswer[]>();
  return answers.map((a) => (a.error ? a.error.code : a.result));
}

/** The model: a plain list, oldest first, and the rule in its plainest words. */
const entryAt = (list: Entry[], date: number) => list.findLast((e) => e.createDate <= date);
const keyAt = (list: Entry[], date: number) => entryAt(list, date)?.userPubKey ?? null;
const inForceWithin = (list: Entry[], key: string, from: number, to: number) =>
  list.some(
    (e, i) =>
      e.userPubKey === key &&
      e.createDate <= to &&
      (list[i + 1]?.createDate ?? Number.POSITIVE_INFINITY) > from,
  );

const index = fc.integer({ min: 0, max: KEYS.length - 1 });

test("sequences of setKey and deleteKey leave what a plain list would hold", async () => {
  const step = fc.oneof(index, fc.constant(null));
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 30 }), async (steps) => {
      const owner = { instanceId: HOST_PUB_KEY, contextId: "model", userId: `writer ${++users}` };
      const list: (string | null)[] = [];
      const expected = steps.map((n) => {
        const key = n === null ? null : (KEYS[n] as string);
        if ((list.at(-1) ?? null) === key) return key === null ? 79 : 81;
        list.push(key);
        return "OK";
      });
      const calls = steps.map((n) =>
        n === null
          ? { method: "pkiAdmin/deleteKey", params: owner }
          : { method: "pkiAdmin/setKey", params: { ...owner, userPubKey: KEYS[n] } },
      );
      expect(await batch(calls)).toEqual(expected);
      const [history] = (await batch([{ method: "pki/getKeyHistory", params: owner }])) as [Entry[]];
      expect(history.map((e) => e.userPubKey)).toEqual(list.toReversed());
      const dates = history.map((e) => e.createDate).reverse();
      expect(dates.every((d, i) => i === 0 || d > (dates[i - 1] as number))).toBe(true);
    }),
    { numRuns: 15 },
  );
});

test("every reading method answers as a plain list would", async () => {
  /** Close together, so that dates, tolerances and entries meet and overlap. */
  const history = fc
    .array(fc.tuple(fc.integer({ min: 1, max: 4 }), fc.oneof(index, fc.constant(null))), { maxLength: 12 })
    .map((steps) => {
      let createDate = 0;
      return steps.map(([gap, n]): Entry => {
        createDate += gap;
        return { createDate, userPubKey: n === null ? null : (KEYS[n] as string) };
      });
    });
  const claim = fc.tuple(index, fc.integer({ min: 0, max: 60 }));
  const claims = fc.array(claim, { minLength: 1, maxLength: 25 });
  await fc.assert(
    fc.asyncProperty(
      history,
      claims,
      fc.integer({ min: 0, max: MAX_TOLERANCE }),
      async (list, asked, toleranceMs) => {
        const owner = { instanceId: HOST_PUB_KEY, contextId: "model", userId: `reader ${++users}` };
        await seedHistory(
          owner,
          list.map((e) => [e.createDate, e.userPubKey]),
        );
        const keys = asked.map(([n, date]) => ({ ...owner, userPubKey: KEYS[n] as string, date }));
        const answers = await batch([
          ...keys.map((params) => ({ method: "pki/verifyKey", params })),
          ...keys.map(({ userPubKey: _, ...params }) => ({ method: "pki/getKeyAt", params })),
          { method: "pki/verifyKeys", params: { keys } },
          { method: "pki/verifyKeys", params: { keys, toleranceMs } },
          { method: "pki/getKeyHistory", params: owner },
        ]);
        expect(answers).toEqual([
          ...keys.map((k) => (keyAt(list, k.date) === null ? 80 : keyAt(list, k.date) === k.userPubKey)),
          ...keys.map((k) => (keyAt(list, k.date) === null ? 80 : { ...owner, ...entryAt(list, k.date) })),
          keys.map((k) => keyAt(list, k.date) === k.userPubKey),
          keys.map((k) => inForceWithin(list, k.userPubKey, k.date - toleranceMs, k.date + toleranceMs)),
          list.toReversed().map((e) => ({ ...owner, ...e })),
        ]);
      },
    ),
    { numRuns: 40 },
  );
});
