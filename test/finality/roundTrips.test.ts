import { env } from "cloudflare:workers";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { isUserPubKey } from "../../src/keys/userPubKey";
import { counted } from "../counting";
import { seedHistory } from "../seed";
import { bearer, freshIsolate, freshPubKey, post, rpc, tokenFor } from "../support";

const instanceId = freshPubKey(isUserPubKey);
const [first, second] = [freshPubKey(isUserPubKey), freshPubKey(isUserPubKey)];
const ann = { instanceId, contextId: "context", userId: "ann" };
const bob = { ...ann, userId: "bob" };
/** Two keys of ann's and one of bob's, all long past. */
const [FIRST, SECOND] = [1_000_000, 2_000_000];
const claim = (owner: typeof ann, userPubKey: string, date: number) => ({ ...owner, userPubKey, date });

beforeAll(async () => {
  await seedHistory(ann, [
    [FIRST, first],
    [SECOND, second],
  ]);
  await seedHistory(bob, [[FIRST, first]]);
  await env.DB.prepare("update clock set last = last + 1000000").run();
});
beforeEach(freshIsolate);

type Vars = Record<string, string>;

/** Calls one method and gives what it answered with what it cost the database. */
async function ask(
  method: string,
  params: unknown,
  vars: Vars = { PUBLIC_READ: "true" },
  token?: string,
  now?: number,
) {
  const { DB, cost } = counted();
  const setup = { env: { DB, ...vars }, ...(now !== undefined && { runtime: { now: () => now } }) };
  const answer = await rpc(method, params, token === undefined ? { setup } : bearer(token, setup));
  return {
    answer: answer.error?.code ?? answer.result,
    trips: cost.trips,
    rows: cost.rowsRead,
    asked: cost.statements,
  };
}

describe("a question about the past costs one round trip, and then none", () => {
  test.each([
    ["the newest key", "pki/verifyKey", claim(ann, second, SECOND), true],
    ["another key", "pki/verifyKey", claim(ann, first, SECOND), false],
    [
      "a user's only key",
      "pki/getKeyAt",
      { ...bob, date: FIRST },
      { ...bob, userPubKey: first, createDate: FIRST },
    ],
    ["a user who never had a key", "pki/verifyKey", claim({ ...ann, userId: "nobody" }, first, FIRST), 80],
  ])("%s", async (_what, method, params, answer) => {
    expect(await ask(method, params)).toMatchObject({
      answer,
      trips: 1,
      rows: expect.toSatisfy((n) => n <= 2),
    });
    expect(await ask(method, params)).toEqual({ answer, trips: 0, rows: 0, asked: [] });
  });

  test("of all dates for which the newest key is in force, and for other methods", async () => {
    await ask("pki/verifyKey", claim(ann, second, SECOND + 5));
    for (const date of [SECOND, SECOND + 1_000_000])
      expect(await ask("pki/getKeyAt", { ...ann, date })).toMatchObject({
        answer: { userPubKey: second },
        trips: 0,
      });
    const keys = [claim(ann, second, SECOND), claim(ann, first, SECOND)];
    expect(await ask("pki/verifyKeys", { keys })).toMatchObject({ answer: [true, false], trips: 0 });
  });

  test("a key that was replaced since is kept as it was found", async () => {
    const params = claim({ ...ann, userId: "cid" }, first, FIRST);
    await seedHistory({ ...ann, userId: "cid" }, [
      [FIRST, first],
      [SECOND, second],
    ]);
    for (const trips of [1, 0])
      expect(await ask("pki/verifyKey", params)).toMatchObject({ answer: true, trips });
  });

  test("what is known to be replaced costs two rows; to find that out, one more, once", async () => {
    const owner = { ...ann, userId: "dan" };
    const THIRD = SECOND + 1_000;
    await seedHistory(owner, [
      [FIRST, first],
      [SECOND, second],
      [THIRD, first],
    ]);
    const found = await ask("pki/verifyKey", claim(owner, first, FIRST));
    expect(found).toMatchObject({ answer: true, trips: 1, rows: 3 });
    const known = await ask("pki/verifyKey", claim(owner, second, SECOND));
    expect(known).toMatchObject({ answer: true, trips: 1, rows: 2 });
    const newest = await ask("pki/verifyKey", claim(owner, first, THIRD));
    expect(newest).toMatchObject({ answer: true, trips: 1, rows: 2 });
  });

  test("many keys with a tolerance, where the tolerance ends before H", async () => {
    const keys = [claim(ann, first, SECOND + 50), claim(bob, first, FIRST - 50), claim(bob, second, FIRST)];
    const params = { keys, toleranceMs: 100 };
    expect(await ask("pki/verifyKeys", params)).toMatchObject({ answer: [true, true, false], trips: 1 });
    expect(await ask("pki/verifyKeys", params)).toMatchObject({ answer: [true, true, false], trips: 0 });
    const { last } = (await env.DB.prepare("select last from clock").first<{ last: number }>()) as {
      last: number;
    };
    for (const trips of [1, 1]) {
      const late = { keys: [claim(bob, first, last - 99)], toleranceMs: 100 };
      expect(await ask("pki/verifyKeys", late)).toMatchObject({ answer: [true], trips });
    }
  });
});

test("the present is asked of the database each time", async () => {
  for (const date of [Date.now() + 60_000, Number.MAX_SAFE_INTEGER])
    for (const trips of [1, 1])
      expect(await ask("pki/verifyKey", claim(ann, second, date))).toMatchObject({ answer: true, trips });
});

test("a key set in this isolate is seen at once, though its owner's history was kept", async () => {
  const owner = { ...ann, userId: "dan" };
  const token = await tokenFor();
  await rpc("pkiAdmin/setKey", { ...owner, userPubKey: first }, bearer(token));
  const before = Date.now() + 60_000;
  expect(await ask("pki/verifyKey", claim(owner, first, before))).toMatchObject({ answer: true });
  await rpc("pkiAdmin/setKey", { ...owner, userPubKey: second }, bearer(token));
  expect(await ask("pki/verifyKey", claim(owner, second, before))).toMatchObject({ answer: true });
});

test("a batch of 128 verifyKey calls is one statement, and 256 claims are one", async () => {
  const claims = Array.from({ length: 256 }, (_, i) => claim({ ...ann, userId: `user ${i}` }, first, FIRST));
  const batch = claims
    .slice(0, 128)
    .map((params, id) => ({ jsonrpc: "2.0", id, method: "pki/verifyKey", params }));
  const { DB, cost } = counted();
  const setup = { env: { DB, PUBLIC_READ: "true" } };
  expect(await (await post(batch, { setup })).json()).toHaveLength(128);
  expect(cost).toMatchObject({ trips: 1, statements: { length: 1 } });
  await post(batch, { setup });
  expect(cost.trips).toBe(1);
  expect(await ask("pki/verifyKeys", { keys: claims })).toMatchObject({ trips: 1, asked: { length: 1 } });
});

test("with a credential the same, and its look-up in the same round trip", async () => {
  const claims = Array.from({ length: 128 }, () => claim(bob, first, FIRST));
  const batch = claims.map((params, id) => ({ jsonrpc: "2.0", id, method: "pki/verifyKey", params }));
  const token = await tokenFor("pki:read");
  const { DB, cost } = counted();
  const sent = bearer(token, { env: { DB, READ_AUTH_CACHE_SECONDS: "0" } });
  await post(batch, sent);
  expect(cost).toMatchObject({ trips: 1, statements: { length: 2 } });
  await post(batch, sent);
  expect(cost.trips).toBe(2);
});

test("a credential checked a moment ago needs no round trip of its own", async () => {
  const vars = { READ_AUTH_CACHE_SECONDS: "10" };
  const token = await tokenFor("pki:read");
  const now = Date.now();
  const params = claim(bob, first, FIRST);
  for (const [at, trips] of [
    [0, 1],
    [1, 1],
    [2, 0],
    [9_999, 0],
    [10_000, 1],
  ] as const)
    expect(await ask("pki/verifyKey", params, vars, token, now + at)).toMatchObject({ answer: true, trips });
});

describe("what is known keeps up", () => {
  const FOLLOWED = 2_000;

  test("a miss asks for the changes of all histories too, at most every 2 s", async () => {
    let now = Date.now() + 3_600_000;
    const present = () => ask("pki/verifyKey", claim(bob, first, now), undefined, undefined, now);
    await present();
    now += FOLLOWED;
    expect(await present()).toMatchObject({ trips: 1, asked: { length: 3 } });
    now += FOLLOWED - 1;
    expect(await present()).toMatchObject({ trips: 1, asked: { length: 1 } });
  });

  test("so that dates up to there are final for every user that is known", async () => {
    let now = Date.now() + 7_200_000;
    const at = (owner: typeof ann, date: number) =>
      ask("pki/getKeyAt", { ...owner, date }, undefined, undefined, now);
    for (const owner of [ann, bob]) await at(owner, SECOND);
    await rpc("pkiAdmin/setKey", { ...ann, userPubKey: first }, bearer(await tokenFor()));
    const { last } = (await env.DB.prepare("select last from clock").first<{ last: number }>()) as {
      last: number;
    };
    now += FOLLOWED;
    expect(await at({ ...ann, userId: "someone else" }, SECOND)).toMatchObject({ trips: 1 });
    expect(await at(bob, last)).toMatchObject({ answer: { userPubKey: first, createDate: FIRST }, trips: 0 });
    expect(await at(ann, last)).toMatchObject({ answer: { userPubKey: first, createDate: last }, trips: 0 });
    expect(await at(ann, last - 1)).toMatchObject({ answer: { userPubKey: second }, trips: 0 });
  });

  test("a read on the primary moves a lagging clock on, at most every 10 s", async () => {
    const clock = async () =>
      (await env.DB.prepare("select last from clock").first<number>("last")) as number;
    let now = Date.now() + 36_000_000;
    const present = () => ask("pki/verifyKey", claim(bob, first, now), undefined, undefined, now);
    await present();
    now += 10_000;
    const before = Date.now();
    await env.DB.prepare("update clock set last = last").run();
    expect((await present()).trips).toBe(2);
    expect(await clock()).toBeGreaterThanOrEqual(before - 1_000);
    now += 9_999;
    expect((await present()).trips).toBe(1);
  });
});
