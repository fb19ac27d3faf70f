import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test } from "vitest";
import { METHODS } from "../../src/methods";
import { KEY_OWNER } from "../../src/methods/examples";
import type { Operation } from "../../src/operation";
import { counted } from "../counting";
import { newPubKey, sql } from "../seed";
import { type ClientKey, secretKey } from "../signing";
import { TestSocket } from "../socket";
import { bearer, call, code, freshIsolate, loginWith, post, tokenFor } from "../support";

/**
 * A change by a caller whom the isolate saw before costs one round trip: it is made on condition that the caller is still
 * the same. What happens behind the isolate's back therefore counts at once.
 */

const WRITE = "pkiAdmin/setKey";

let key: ClientKey;
let tokens: { accessToken: string; refreshToken: string };
const clock = { now: Date.now() };

const owner = () => ({ ...KEY_OWNER, userId: "seen" });
const params = () => ({ ...owner(), userPubKey: newPubKey() });
const sent = (more: object = {}) =>
  bearer(tokens.accessToken, { env: more, runtime: { now: () => clock.now } });
const write = (more: object = {}) => code(WRITE, params(), sent(more));
const historyLength = async () =>
  (await call("pki/getKeyHistory", owner(), bearer(await tokenFor()))).length as number;

beforeEach(async () => {
  await sql("delete from api_keys where name = 'seen'");
  key = await secretKey(["user:read_write"], "seen");
  tokens = await loginWith(key, []);
  clock.now = Date.now();
  freshIsolate();
  expect(await write()).toBe(0);
});

describe("a change by a caller seen before", () => {
  test("costs one round trip; by one not seen, two", async () => {
    const { DB, cost } = counted();
    expect(await write({ DB })).toBe(0);
    expect(cost.trips).toBe(1);
    freshIsolate();
    expect(await write({ DB })).toBe(0);
    expect(cost.trips).toBe(3);
  });

  const elsewhere: Record<string, [number, () => Promise<unknown>]> = {
    "its session was ended": [14, () => sql("delete from sessions where apiKeyId = ?", key.apiKeyId)],
    "its API key was deleted": [14, () => sql("delete from api_keys where id = ?", key.apiKeyId)],
    "its API key was disabled": [14, () => sql("update api_keys set enabled = 0 where id = ?", key.apiKeyId)],
    "its API key was bound to an address": [
      14,
      () => sql(`update api_keys set ipAddrs = '["203.0.113.7"]' where id = ?`, key.apiKeyId),
    ],
    "its token was bound to an address": [
      14,
      () => sql(`update sessions set ipAddrs = '["203.0.113.7"]' where apiKeyId = ?`, key.apiKeyId),
    ],
    "its token was bound to a connection": [
      14,
      () => sql("update sessions set connectionId = 'another' where apiKeyId = ?", key.apiKeyId),
    ],
    "its token was refreshed": [
      14,
      () => sql("update sessions set generation = generation + 1 where apiKeyId = ?", key.apiKeyId),
    ],
    "its token was made to expire": [
      14,
      () => sql("update sessions set accessExpires = 1 where apiKeyId = ?", key.apiKeyId),
    ],
    "its API key was narrowed": [
      73,
      () => sql("update api_keys set permissions = permissions & ~8 where id = ?", key.apiKeyId),
    ],
    "its token was narrowed": [
      73,
      () => sql("update sessions set permissions = permissions & ~8 where apiKeyId = ?", key.apiKeyId),
    ],
  };

  test.each(Object.entries(elsewhere))("is refused where %s elsewhere", async (_what, [refusal, happen]) => {
    const before = await historyLength();
    await happen();
    const { DB, cost } = counted();
    expect(await write({ DB })).toBe(refusal);
    expect(cost.trips - (refusal === 73 ? 1 : 0)).toBe(2); // A refusal for want of scope is audited.
    expect(await historyLength()).toBe(before);
  });

  test.each(Object.entries(elsewhere))(
    "learns nothing of its params where %s elsewhere",
    async (_what, [refusal, happen]) => {
      await happen();
      expect(await code(WRITE, { bad: true }, sent())).toBe(refusal);
    },
  );

  test("acts for the user to whom its API key was given meanwhile", async () => {
    await sql("insert into users (id, username, createDate) values ('heir', 'heir', 0)");
    await sql("update api_keys set userId = 'heir' where id = ?", key.apiKeyId);
    expect(await write()).toBe(0);
    const newest = await env.DB.prepare("select userId from audit order by stamp desc limit 1").first();
    expect(newest).toEqual({ userId: "heir" });
  });

  test("by a socket's bound token is refused on its next frame once the session has ended elsewhere", async () => {
    const socket = await TestSocket.open();
    expect(await socket.bind(tokens.accessToken)).toBe(0);
    for (let n = 0; n < 2; n++) expect(await socket.code(WRITE, params())).toBe(0);
    await sql("delete from sessions where apiKeyId = ?", key.apiKeyId);
    expect(await socket.code(WRITE, params())).toBe(14);
  });

  test("whose session is found to be gone is seen no more, by reads too", async () => {
    const read = () => code("pki/getCurrentKey", owner(), sent());
    expect(await read()).toBe(0);
    await sql("delete from sessions where apiKeyId = ?", key.apiKeyId);
    expect(await read()).toBe(0); // It was looked up a moment ago.
    expect(await write()).toBe(14);
    expect(await read()).toBe(14);
  });

  test("is allowed what its API key was allowed meanwhile", async () => {
    await sql("update api_keys set permissions = permissions & ~8 where id = ?", key.apiKeyId);
    expect(await write()).toBe(73);
    await sql("update api_keys set permissions = permissions | 8 where id = ?", key.apiKeyId);
    expect(await write()).toBe(0);
  });

  test("is not in force longer than its token", async () => {
    tokens = await loginWith(key, ["pki:write", "expires:5000"], { runtime: { now: () => clock.now } });
    expect(await write()).toBe(0);
    clock.now += 4_999;
    expect(await write()).toBe(0);
    clock.now += 1;
    expect(await write()).toBe(14);
  });

  test("is made once, whatever its guard said first", async () => {
    const before = await historyLength();
    await sql("update sessions set accessExpires = accessExpires + 1 where apiKeyId = ?", key.apiKeyId);
    const { DB, cost } = counted();
    expect(await write({ DB })).toBe(0);
    expect(cost.trips).toBe(3);
    expect(await historyLength()).toBe(before + 1);
  });

  test("is answered from where it is made, also where that answer is an error", async () => {
    const same = params();
    expect(await code(WRITE, same, sent())).toBe(0);
    const { DB, cost } = counted();
    expect(await code(WRITE, same, sent({ DB }))).toBe(81);
    expect(cost.trips).toBe(2); // The second one is for the bookmark alone.
  });

  test("brings a bookmark that is no older than what refused it", async () => {
    const same = params();
    const bookmarkOf = async () => {
      const body = { jsonrpc: "2.0", id: 1, method: WRITE, params: same };
      return (await post(body, sent())).headers.get("x-d1-bookmark") ?? "";
    };
    const set = await bookmarkOf();
    expect(set).not.toBe("");
    expect((await bookmarkOf()) >= set).toBe(true);
  });

  test("stands in the audit trail under the caller's name", async () => {
    expect(await write()).toBe(0);
    const newest = await env.DB.prepare(
      "select apiKeyId, method from audit order by stamp desc limit 1",
    ).first();
    expect(newest).toEqual({ apiKeyId: key.apiKeyId, method: WRITE });
  });
});

const REFUSED_BY_TABLE = [79, 81];

test("every method that changes something for a token does so in one round trip, or in two at first", async () => {
  const changing = (METHODS as readonly Operation[]).filter((m) => m.write && m.access !== "everyone");
  expect(changing.length).toBeGreaterThan(8);
  for (const { name, example } of changing) {
    const admin = await tokenFor();
    const unknown = counted();
    freshIsolate();
    await code(name, example.params, bearer(admin, { env: { DB: unknown.DB } }));
    expect(unknown.cost.trips, name).toBe(2);
    await code("user/listApiKeys", {}, bearer(admin));
    const known = counted();
    const answered = await code(name, example.params, bearer(admin, { env: { DB: known.DB } }));
    expect(known.cost.trips, name).toBe(REFUSED_BY_TABLE.includes(answered) ? 2 : 1);
  }
});
