import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { HOST_PUB_KEY } from "../../src/methods/examples";
import { newPubKey, restoring, seedHistory, sql } from "../seed";
import { bearer, call, code, post, tokenFor } from "../support";

const [A, B, C] = [newPubKey(), newPubKey(), newPubKey()];
let sent: ReturnType<typeof bearer>;
let users = 0;

const someone = () => ({ instanceId: HOST_PUB_KEY, contextId: "a context", userId: `user ${++users}` });
type Owner = ReturnType<typeof someone>;

beforeAll(async () => {
  sent = bearer(await tokenFor("pki:read_write"));
});

const set = (owner: Owner, userPubKey: string) => code("pkiAdmin/setKey", { ...owner, userPubKey }, sent);
const remove = (owner: Owner) => code("pkiAdmin/deleteKey", owner, sent);
const current = async (owner: Owner) => await keyOr("pki/getCurrentKey", owner);
const at = (owner: Owner, date: number) => keyOr("pki/getKeyAt", { ...owner, date });
const history = (owner: Owner, more = {}) => call("pki/getKeyHistory", { ...owner, ...more }, sent);

/** The key that a method answers with, or its error's code. */
async function keyOr(method: string, params: object): Promise<string | number> {
  const answered = await code(method, params, sent);
  return answered === 0 ? (await call(method, params, sent)).userPubKey : answered;
}

/** Whether `verifyKey` says so, or its error's code. */
async function verify(owner: Owner, userPubKey: string, date: number): Promise<boolean | number> {
  const params = { ...owner, userPubKey, date };
  const answered = await code("pki/verifyKey", params, sent);
  return answered === 0 ? call("pki/verifyKey", params, sent) : answered;
}

describe("the key in force at a date is that of the newest entry not after it", () => {
  let owner: Owner;

  beforeEach(async () => {
    owner = someone();
    await seedHistory(owner, [
      [1000, A],
      [2000, B],
      [3000, null],
      [4000, A],
      [5000, C],
    ]);
  });

  test.each<[number, string | number]>([
    [0, 80],
    [999, 80],
    [1000, A],
    [1999, A],
    [2000, B],
    [2999, B],
    [3000, 80],
    [3999, 80],
    [4000, A],
    [4999, A],
    [5000, C],
    [Number.MAX_SAFE_INTEGER, C],
    [1e300, C],
    [Number.MAX_VALUE, C],
  ])("at %d", async (date, key) => {
    expect(await at(owner, date)).toBe(key);
    for (const claimed of [A, B, C]) {
      expect(await verify(owner, claimed, date), claimed).toBe(
        typeof key === "number" ? 80 : claimed === key,
      );
    }
  });

  test("a key that was replaced or deleted before is not valid", async () => {
    expect(await verify(owner, A, 2500)).toBe(false);
    expect(await verify(owner, B, 5000)).toBe(false);
    expect(await verify(owner, A, 3500)).toBe(80);
  });

  test.each([[-1], [0.5], ["1000"], [null], [true]])("the date %j is -32602", async (date) => {
    expect(await code("pki/getKeyAt", { ...owner, date }, sent)).toBe(-32602);
    expect(await code("pki/verifyKey", { ...owner, userPubKey: A, date }, sent)).toBe(-32602);
  });

  test("a date that no double holds is -32602, and minus zero is zero", async () => {
    const owned = JSON.stringify(owner).slice(1, -1);
    const answer = async (date: string) => {
      const body = `{"jsonrpc":"2.0","id":1,"method":"pki/getKeyAt","params":{${owned},"date":${date}}}`;
      return (await (await post(body, sent)).json<{ error: { code: number } }>()).error?.code;
    };
    expect(await answer("1e999")).toBe(-32602);
    expect(await answer("-0")).toBe(80);
  });

  test("the current one is the newest, wherever its date lies", async () => {
    expect(await current(owner)).toBe(C);
    await restoring(() =>
      sql(
        "insert into key_history values (?, ?, ?, 6000, null, 6)",
        owner.instanceId,
        owner.contextId,
        owner.userId,
      ),
    );
    expect(await current(owner)).toBe(79);
  });

  test("another user, context or instance has none of it", async () => {
    const other = newPubKey();
    for (const changed of [
      { userId: "User 1" },
      { contextId: "A context" },
      { instanceId: other },
      { userId: `${owner.userId} ` },
    ]) {
      expect(await at({ ...owner, ...changed }, 1500)).toBe(80);
      expect(await current({ ...owner, ...changed })).toBe(79);
      expect(await history({ ...owner, ...changed })).toEqual([]);
    }
  });
});

describe("getKeyHistory", () => {
  let owner: Owner;

  beforeAll(async () => {
    owner = someone();
    await seedHistory(owner, [
      [1000, A],
      [2000, null],
      [3000, B],
    ]);
  });

  const entry = (createDate: number, userPubKey: string | null) => ({ ...owner, createDate, userPubKey });

  test("is newest first, deletions with a null key", async () => {
    expect(await history(owner)).toEqual([entry(3000, B), entry(2000, null), entry(1000, A)]);
  });

  test("takes a limit and a date before which to look", async () => {
    expect(await history(owner, { limit: 1 })).toEqual([entry(3000, B)]);
    expect(await history(owner, { before: 3000 })).toEqual([entry(2000, null), entry(1000, A)]);
    expect(await history(owner, { before: 3001, limit: 2 })).toEqual([entry(3000, B), entry(2000, null)]);
    expect(await history(owner, { before: 1000 })).toEqual([]);
    expect(await history(owner, { before: 0 })).toEqual([]);
    expect(await history(owner, { before: 1e300 })).toHaveLength(3);
  });
});

describe("setKey and deleteKey", () => {
  test("set, refuse the same, replace, delete, refuse again, set anew", async () => {
    const owner = someone();
    expect(await remove(owner)).toBe(79);
    expect(await set(owner, A)).toBe(0);
    expect(await set(owner, A)).toBe(81);
    expect(await set(owner, B)).toBe(0);
    expect(await set(owner, A)).toBe(0);
    expect(await remove(owner)).toBe(0);
    expect(await remove(owner)).toBe(79);
    expect(await current(owner)).toBe(79);
    expect(await set(owner, A)).toBe(0);
    expect((await history(owner)).map((e: { userPubKey: unknown }) => e.userPubKey)).toEqual([
      A,
      null,
      A,
      B,
      A,
    ]);
  });

  test("need no registered host", async () => {
    expect(await set({ ...someone(), instanceId: newPubKey() }, A)).toBe(0);
  });

  test("stamp what they write with the database's time", async () => {
    const owner = someone();
    const before = Date.now();
    await set(owner, A);
    const { createDate } = await call("pki/getCurrentKey", owner, sent);
    expect(createDate).toBeGreaterThanOrEqual(before);
    expect(createDate).toBeLessThanOrEqual(Date.now() + 1);
    expect(await verify(owner, A, createDate)).toBe(true);
    expect(await verify(owner, A, createDate - 1)).toBe(80);
  });
});

describe("a history has 10,000 entries at most", () => {
  const full = async (entries: number) => {
    const owner = someone();
    await seedHistory(
      owner,
      Array.from({ length: entries }, (_, i) => [i + 1, i % 2 === 0 ? A : B] as const),
    );
    return owner;
  };

  test("the 9,999th may be a key", async () => {
    const owner = await full(9998);
    expect(await set(owner, C)).toBe(0);
    expect(await history(owner)).toHaveLength(9999);
  });

  test("the last is kept for a deletion", async () => {
    const owner = await full(9999);
    expect(await set(owner, C)).toBe(-32602);
    expect(await set(owner, A)).toBe(81);
    expect(await remove(owner)).toBe(0);
    expect(await history(owner)).toHaveLength(10_000);
    expect(await current(owner)).toBe(79);
    expect(await set(owner, C)).toBe(-32602);
    expect(await remove(owner)).toBe(79);
  });
});
