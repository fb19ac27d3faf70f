import { beforeAll, describe, expect, test } from "vitest";
import { HOST_PUB_KEY } from "../../src/methods/examples";
import { newPubKey, sql } from "../seed";
import { bearer, call, code, tokenFor } from "../support";

let sent: ReturnType<typeof bearer>;

beforeAll(async () => {
  sent = bearer(await tokenFor("pki:read_write"));
});

const OWNER = { instanceId: HOST_PUB_KEY, contextId: "context" };
const together = <T>(n: number, run: (i: number) => Promise<T>) =>
  Promise.all(Array.from({ length: n }, (_, i) => run(i)));

describe("keys", () => {
  test("30 setKey at once of one user all count, each with a date of its own", async () => {
    const owner = { ...OWNER, userId: "racer" };
    const keys = Array.from({ length: 30 }, newPubKey);
    const codes = await together(30, (i) => code("pkiAdmin/setKey", { ...owner, userPubKey: keys[i] }, sent));
    expect(codes).toEqual(Array(30).fill(0));
    const history = await call("pki/getKeyHistory", owner, sent);
    expect(history.map((e: { userPubKey: string }) => e.userPubKey).sort()).toEqual(keys.toSorted());
    expect(new Set(history.map((e: { createDate: number }) => e.createDate)).size).toBe(30);
  });

  test("30 setKey at once of one key: one wins, the others are 81", async () => {
    const params = { ...OWNER, userId: "same key", userPubKey: newPubKey() };
    const codes = await together(30, () => code("pkiAdmin/setKey", params, sent));
    expect(codes.toSorted((a, b) => a - b)).toEqual([0, ...Array(29).fill(81)]);
  });

  test("10 deleteKey at once: one wins, the others are 79", async () => {
    const owner = { ...OWNER, userId: "deleted" };
    await call("pkiAdmin/setKey", { ...owner, userPubKey: newPubKey() }, sent);
    const codes = await together(10, () => code("pkiAdmin/deleteKey", owner, sent));
    expect(codes.toSorted((a, b) => a - b)).toEqual([0, ...Array(9).fill(79)]);
  });

  test("dates strictly increase over the whole directory, also within a millisecond", async () => {
    const userPubKey = newPubKey();
    const before = (await sql("select count(*) as n from key_history")).results[0]?.n as number;
    await together(30, (i) => call("pkiAdmin/setKey", { ...OWNER, userId: `user ${i}`, userPubKey }, sent));
    const { results } = await sql("select createDate from key_history order by createDate");
    expect(results).toHaveLength(before + 30);
    expect(new Set(results.map((r) => r.createDate)).size).toBe(results.length);
  });
});

describe("hosts", () => {
  const hosts = async (url: string) =>
    (await sql("select hostPubKey from host_urls where url = ?", url)).results;

  test("20 hosts for one URL: one gets it, the others are 88 and not registered", async () => {
    const hostUrl = "https://raced.example.com";
    const keys = Array.from({ length: 20 }, newPubKey);
    const codes = await together(20, (i) => code("pkiAdmin/setHost", { hostPubKey: keys[i], hostUrl }, sent));
    expect(codes.toSorted((a, b) => a - b)).toEqual([0, ...Array(19).fill(88)]);
    expect(await hosts(hostUrl)).toEqual([{ hostPubKey: keys[codes.indexOf(0)] }]);
    expect((await sql("select * from hosts")).results).toHaveLength(1);
  });

  test("two hosts adding one URL: one gets it", async () => {
    const keys = [newPubKey(), newPubKey()] as const;
    for (const [i, hostPubKey] of keys.entries())
      await call("pkiAdmin/setHost", { hostPubKey, hostUrl: `https://${i}.example.com` }, sent);
    const hostUrl = "https://added.example.com";
    const codes = await together(10, (i) =>
      code("pkiAdmin/addHostUrl", { instanceId: keys[i % 2], hostUrl }, sent),
    );
    expect(codes.filter((c) => c === 0)).toHaveLength(1);
    expect(codes.filter((c) => c === 83)).toHaveLength(4);
    expect(codes.filter((c) => c === 88)).toHaveLength(5);
    expect(await hosts(hostUrl)).toHaveLength(1);
  });

  test("one host 10 times: one registration, the others are 89", async () => {
    const hostPubKey = newPubKey();
    const codes = await together(10, (i) =>
      code("pkiAdmin/setHost", { hostPubKey, hostUrl: `https://same-${i}.example.com` }, sent),
    );
    expect(codes.toSorted((a, b) => a - b)).toEqual([0, ...Array(9).fill(89)]);
    expect((await call("pki/getHost", { instanceId: hostPubKey }, sent)).addresses).toHaveLength(1);
  });

  test("40 URLs at once for one host: 32 in all", async () => {
    const hostPubKey = newPubKey();
    await call("pkiAdmin/setHost", { hostPubKey, hostUrl: "https://many.example.com" }, sent);
    const add = (i: number) =>
      code("pkiAdmin/addHostUrl", { instanceId: hostPubKey, hostUrl: `https://many-${i}.example.com` }, sent);
    const codes = await together(40, add);
    expect([codes.filter((c) => c === 0).length, codes.filter((c) => c === 86).length]).toEqual([31, 9]);
    expect((await call("pki/getHost", { instanceId: hostPubKey }, sent)).addresses).toHaveLength(32);
  });
});
