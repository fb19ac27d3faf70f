import { beforeAll, describe, expect, test } from "vitest";
import { HOST_PUB_KEY } from "../../../src/methods/examples";
import { counted } from "../../counting";
import { newPubKey, seedHistory } from "../../seed";
import { bearer, call, code, post, type RpcAnswer, tokenFor } from "../../support";

const METHOD = "pki/verifyKeys";
const [A, B] = [newPubKey(), newPubKey()];
const OWNER = { instanceId: HOST_PUB_KEY, contextId: "context", userId: "user" };
const GOOD = { ...OWNER, userPubKey: A, date: 1500 };
let token: string;
let sent: ReturnType<typeof bearer>;

beforeAll(async () => {
  token = await tokenFor("pki:read_write");
  sent = bearer(token);
  await seedHistory(OWNER, [
    [1000, A],
    [2000, B],
    [3000, null],
  ]);
});

const verify = (keys: unknown[], toleranceMs?: number): Promise<boolean[]> =>
  call(METHOD, { keys, ...(toleranceMs !== undefined && { toleranceMs }) }, sent);

test("answers in the order asked, false where there was no key", async () => {
  const asked = [
    GOOD,
    { ...GOOD, date: 999 },
    { ...GOOD, date: 2500 },
    { ...GOOD, userPubKey: B, date: 2000 },
    { ...GOOD, date: 3000 },
    GOOD,
  ];
  expect(await verify(asked)).toEqual([true, false, false, true, false, true]);
});

describe("one bad item does not blank a page: false for it alone", () => {
  test.each<[string, object]>([
    ["a user id too short", { userId: "ab" }],
    ["a user id too long", { userId: "x".repeat(129) }],
    ["a control character", { contextId: "con\u0000text" }],
    ["a lone surrogate", { userId: "abc\ud800" }],
    ["an instance id that is no key", { instanceId: "abc" }],
    ["a key that is malformed", { userPubKey: A.slice(1) }],
    ["an empty key", { userPubKey: "" }],
    ["a date with a fraction", { date: 1500.5 }],
    ["a date before the epoch", { date: -1 }],
  ])("%s", async (_what, bad) => {
    expect(await verify([GOOD, { ...GOOD, ...bad }, GOOD])).toEqual([true, false, true]);
    expect(await verify([{ ...GOOD, ...bad }])).toEqual([false]);
  });

  test("a date that no double holds", async () => {
    const item = JSON.stringify(GOOD).replace("1500", "1e999");
    const body = `{"jsonrpc":"2.0","id":1,"method":"${METHOD}","params":{"keys":[${JSON.stringify(GOOD)},${item}]}}`;
    expect((await (await post(body, sent)).json<RpcAnswer>()).result).toEqual([true, false]);
  });
});

describe("only a wrong shape is -32602", () => {
  test.each<[string, unknown]>([
    ["a missing field", { ...GOOD, date: undefined }],
    ["a key that is no text", { ...GOOD, userPubKey: 5 }],
    ["a key that is null", { ...GOOD, userPubKey: null }],
    ["a date that is text", { ...GOOD, date: "1500" }],
    ["an unknown field", { ...GOOD, more: 1 }],
    ["no object", "x"],
  ])("%s", async (_what, bad) => {
    expect(await code(METHOD, { keys: [GOOD, bad] }, sent)).toBe(-32602);
  });

  test.each([
    [0, -32602],
    [1, 0],
    [256, 0],
    [257, -32602],
  ])("%d items answer %d", async (n, answered) => {
    expect(await code(METHOD, { keys: Array(n).fill(GOOD) }, sent)).toBe(answered);
  });

  test.each([
    [-1, -32602],
    [0, 0],
    [600_000, 0],
    [600_001, -32602],
    [0.5, -32602],
    [null, -32602],
  ])("a tolerance of %s answers %d", async (toleranceMs, answered) => {
    expect(await code(METHOD, { keys: [GOOD], toleranceMs }, sent)).toBe(answered);
  });
});

describe("a tolerance", () => {
  test.each<[string, string, number, number, boolean]>([
    ["reaches back to the last moment of a key", A, 2099, 100, true],
    ["and not beyond it", A, 2100, 100, false],
    ["reaches on to the first moment of a key", B, 1900, 100, true],
    ["and not before it", B, 1899, 100, false],
    ["finds a key before the first entry's date", A, 900, 100, true],
    ["and none earlier", A, 899, 100, false],
    ["does not bridge a deletion for too late a date", B, 3100, 100, false],
    ["but reaches the moment before it", B, 3099, 100, true],
    ["may span everything", A, 100_000, 600_000, true],
  ])("%s", async (_what, userPubKey, date, toleranceMs, valid) => {
    expect(await verify([{ ...GOOD, userPubKey, date }], toleranceMs)).toEqual([valid]);
  });

  test("counts from now for a date in the future", async () => {
    const owner = { ...OWNER, userId: "future" };
    const now = Date.now();
    await seedHistory(owner, [
      [now - 60_000, A],
      [now - 30_000, B],
    ]);
    for (const date of [now + 3_600_000, 1e300]) {
      const claim = (userPubKey: string) => ({ ...owner, userPubKey, date });
      expect(await verify([claim(A), claim(B)], 20_000)).toEqual([false, true]);
      expect(await verify([claim(A), claim(B)], 60_000)).toEqual([true, true]);
    }
  });
});

describe("round trips", () => {
  const setup = () => {
    const { DB, cost } = counted();
    return { cost, sent: bearer(token, { env: { DB, READ_AUTH_CACHE_SECONDS: "0" } }) };
  };

  test("256 items are one statement beside the credential's", async () => {
    const { cost, sent } = setup();
    await call(METHOD, { keys: Array(256).fill(GOOD) }, sent);
    expect([cost.trips, cost.asked.length]).toEqual([1, 2]);
  });

  test("a batch of 128 verifyKey and getKeyAt calls is one statement too", async () => {
    const { cost, sent } = setup();
    const { userPubKey: _, ...keyAt } = GOOD;
    const calls = Array.from({ length: 128 }, (_, id) =>
      id % 2
        ? { id, method: "pki/verifyKey", params: GOOD }
        : { id, method: "pki/getKeyAt", params: { ...keyAt, date: 2000 + id } },
    );
    const answers = await (
      await post(
        calls.map((c) => ({ jsonrpc: "2.0", ...c })),
        sent,
      )
    ).json<RpcAnswer[]>();
    expect(answers.map((a) => a.result?.userPubKey ?? a.result)).toEqual(
      calls.map(({ id }) => (id % 2 ? true : B)),
    );
    expect([cost.trips, cost.asked.length]).toEqual([1, 2]);
  });
});
