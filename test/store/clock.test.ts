import { beforeEach, describe, expect, test } from "vitest";
import { HOST_PUB_KEY } from "../../src/methods/examples";
import { emptyDatabase, newPubKey, sql } from "../seed";
import { bearer, call, code, tokenFor } from "../support";

const OWNER = { instanceId: HOST_PUB_KEY, contextId: "context", userId: "user" };
const LEAD_MS = 60_000;
let token: string;

beforeEach(async () => {
  await emptyDatabase();
  token = await tokenFor();
});

/** A Worker whose time is behind the database's. */
const behind = (ms: number) => bearer(token, { runtime: { now: () => Date.now() - ms } });
const setKey = (userPubKey = newPubKey(), sent = bearer(token)) =>
  code("pkiAdmin/setKey", { ...OWNER, userPubKey }, sent);
const contents = async () => {
  const tables = ["clock", "key_history", "hosts", "host_urls"].map(
    async (t) => (await sql(`select * from ${t}`)).results,
  );
  return Promise.all(tables);
};
const last = async () => (await sql("select last from clock")).results[0]?.last as number;

describe("a database whose time is too far ahead of the Worker's", () => {
  const changes: [string, object][] = [
    ["pkiAdmin/setKey", { ...OWNER, userPubKey: newPubKey() }],
    ["pkiAdmin/deleteKey", OWNER],
    ["pkiAdmin/setHost", { hostPubKey: newPubKey(), hostUrl: "https://new.example.com" }],
    ["pkiAdmin/addHostUrl", { instanceId: HOST_PUB_KEY, hostUrl: "https://more.example.com" }],
    ["pkiAdmin/removeHostUrl", { instanceId: HOST_PUB_KEY, hostUrl: "https://old.example.com" }],
    ["pkiAdmin/deleteHost", { instanceId: HOST_PUB_KEY }],
  ];

  beforeEach(async () => {
    await setKey();
    await call(
      "pkiAdmin/setHost",
      { hostPubKey: HOST_PUB_KEY, hostUrl: "https://old.example.com" },
      bearer(token),
    );
  });

  test.each(changes)("%s is refused and changes nothing", async (method, params) => {
    const before = await contents();
    expect(await code(method, params, behind(LEAD_MS + 1000))).toBe(-32603);
    expect(await contents()).toEqual(before);
  });

  test.each(changes)("%s is done where it is within a minute", async (method, params) => {
    expect(await code(method, params, behind(LEAD_MS - 1000))).toBe(0);
  });

  test("is no matter where the Worker is ahead", async () => {
    expect(await setKey(newPubKey(), behind(-600_000))).toBe(0);
  });
});

describe("a clock that is ahead of the database's time, as after it moved to another machine", () => {
  test("goes on from where it was, one by one", async () => {
    const ahead = Date.now() + 3_600_000;
    await sql("update clock set last = ?", ahead);
    const keys = [newPubKey(), newPubKey(), newPubKey()];
    for (const key of keys) expect(await setKey(key)).toBe(0);
    const history = await call("pki/getKeyHistory", OWNER, bearer(token));
    expect(history.map((e: { createDate: number }) => e.createDate)).toEqual([
      ahead + 3,
      ahead + 2,
      ahead + 1,
    ]);
    expect(await call("pki/getCurrentKey", OWNER, bearer(token))).toMatchObject({ userPubKey: keys[2] });
    const claims = keys.map((userPubKey) => ({ ...OWNER, userPubKey, date: 9e15 }));
    expect(await call("pki/verifyKeys", { keys: claims }, bearer(token))).toEqual([false, false, true]);
  });
});

test("a refused change changes nothing, not even the clock", async () => {
  const key = newPubKey();
  await setKey(key);
  const before = await last();
  expect(await setKey(key)).toBe(81);
  expect(await last()).toBe(before);
  expect(await call("pki/getKeyHistory", OWNER, bearer(token))).toHaveLength(1);
});
