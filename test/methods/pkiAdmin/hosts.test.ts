import { beforeEach, describe, expect, test } from "vitest";
import { emptyDatabase, newPubKey, sql } from "../../seed";
import { bearer, call, code, tokenFor } from "../../support";

const [ONE, TWO, NOBODY] = [newPubKey(), newPubKey(), newPubKey()];
const URL_1 = "https://one.example.com/api/v2.0";
const URL_2 = "https://two.example.com/api/v2.0";
let sent: ReturnType<typeof bearer>;

beforeEach(async () => {
  await emptyDatabase();
  sent = bearer(await tokenFor("pki:read_write"));
  await set(ONE, URL_1);
});

const set = (hostPubKey: string, hostUrl: string) => code("pkiAdmin/setHost", { hostPubKey, hostUrl }, sent);
const add = (instanceId: string, hostUrl: string) =>
  code("pkiAdmin/addHostUrl", { instanceId, hostUrl }, sent);
const remove = (instanceId: string, hostUrl: string) =>
  code("pkiAdmin/removeHostUrl", { instanceId, hostUrl }, sent);
const addresses = async (instanceId: string) => (await call("pki/getHost", { instanceId }, sent)).addresses;
const isHost = async (instanceId: string, hostUrl: string): Promise<[boolean, boolean]> => [
  await call("pki/verifyHostById", { instanceId, hostUrl }, sent),
  await call("pki/verifyHostByPub", { hostPubKey: instanceId, hostUrl }, sent),
];

describe("setHost", () => {
  test("gives the instance id, which is the public key", async () => {
    expect(await call("pkiAdmin/setHost", { hostPubKey: TWO, hostUrl: URL_2 }, sent)).toBe(TWO);
    expect(await call("pki/getHost", { hostUrl: URL_2 }, sent)).toEqual({
      instanceId: TWO,
      hostPubKey: TWO,
      addresses: [URL_2],
    });
  });

  test("of a key that is taken is 89 and changes nothing", async () => {
    expect(await set(ONE, URL_2)).toBe(89);
    expect(await set(ONE, URL_1)).toBe(89);
    expect(await addresses(ONE)).toEqual([URL_1]);
    expect(await isHost(ONE, URL_2)).toEqual([false, false]);
    expect(await set(TWO, URL_2)).toBe(0);
  });

  test("with a URL that is taken is 88 and registers nothing", async () => {
    expect(await set(TWO, URL_1)).toBe(88);
    expect(await code("pki/getHost", { instanceId: TWO }, sent)).toBe(87);
  });

  test("of the 10,000th host is good, of the 10,001st 85", async () => {
    await sql("delete from hosts");
    await sql(
      "insert into hosts select 'host ' || value, 0 from (with recursive n(value) as (select 1 union all select value + 1 from n where value < 9999) select * from n)",
    );
    expect(await set(TWO, URL_2)).toBe(0);
    expect(await set(ONE, URL_1)).toBe(85);
    expect(await code("pki/getHost", { instanceId: ONE }, sent)).toBe(87);
    expect(await set(TWO, URL_1)).toBe(89);
    expect(await set(ONE, URL_2)).toBe(88);
    expect(await code("pkiAdmin/deleteHost", { instanceId: TWO }, sent)).toBe(0);
    expect(await set(ONE, URL_1)).toBe(0);
  });

  test.each([
    ["ab", -32602],
    ["abc", 0],
    ["x".repeat(2048), 0],
    ["x".repeat(2049), -32602],
    ["😀".repeat(2048), 0],
    ["a\tb", -32602],
    [" abc ", 0],
  ])("with the URL %j answers %d", async (url, answered) => {
    expect(await set(TWO, url)).toBe(answered);
    if (answered === 0) expect(await isHost(TWO, url)).toEqual([true, true]);
  });

  test("compares URLs as given, never normalised", async () => {
    for (const url of [
      "https://ONE.example.com/api/v2.0",
      `${URL_1}/`,
      `${URL_1} `,
      "https://one.example.com:443/api/v2.0",
    ]) {
      expect(await isHost(ONE, url), url).toEqual([false, false]);
      expect(await add(ONE, url), url).toBe(0);
    }
    expect(await add(ONE, "https://e\u0301.example.com")).toBe(0);
    expect(await add(ONE, "https://\u00e9.example.com")).toBe(0);
  });
});

describe("addHostUrl", () => {
  test("adds in order; 82, 83 and 88 for what cannot be", async () => {
    await set(TWO, URL_2);
    expect(await add(NOBODY, "https://new.example.com")).toBe(82);
    expect(await add(NOBODY, URL_1)).toBe(82);
    expect(await add(ONE, URL_1)).toBe(83);
    expect(await add(ONE, URL_2)).toBe(88);
    expect(await add(ONE, "https://a.example.com")).toBe(0);
    expect(await addresses(ONE)).toEqual([URL_1, "https://a.example.com"]);
  });

  test("of a 33rd URL is 86", async () => {
    for (let i = 2; i <= 32; i++) expect(await add(ONE, `https://${i}.example.com`)).toBe(0);
    expect(await add(ONE, "https://33.example.com")).toBe(86);
    expect(await add(ONE, URL_1)).toBe(83);
    expect(await remove(ONE, URL_1)).toBe(0);
    expect(await add(ONE, "https://33.example.com")).toBe(0);
  });
});

describe("removeHostUrl", () => {
  test("may take the last one; 82 and 84 for what cannot be", async () => {
    await set(TWO, URL_2);
    expect(await remove(NOBODY, URL_1)).toBe(82);
    expect(await remove(ONE, URL_2)).toBe(84);
    expect(await remove(ONE, URL_1)).toBe(0);
    expect(await remove(ONE, URL_1)).toBe(84);
    expect(await addresses(ONE)).toEqual([]);
    expect(await isHost(ONE, URL_1)).toEqual([false, false]);
    expect(await set(ONE, URL_1)).toBe(89);
    expect(await add(TWO, URL_1)).toBe(0);
  });
});

describe("deleteHost", () => {
  test("ends the host and frees its URLs; 82 where there is none", async () => {
    await add(ONE, URL_2);
    expect(await code("pkiAdmin/deleteHost", { instanceId: ONE }, sent)).toBe(0);
    expect(await code("pkiAdmin/deleteHost", { instanceId: ONE }, sent)).toBe(82);
    expect(await isHost(ONE, URL_1)).toEqual([false, false]);
    expect(await set(TWO, URL_1)).toBe(0);
    expect(await set(ONE, URL_2)).toBe(0);
  });

  test("keeps the key histories of its users", async () => {
    const owner = { instanceId: ONE, contextId: "context", userId: "user" };
    await call("pkiAdmin/setKey", { ...owner, userPubKey: TWO }, sent);
    await call("pkiAdmin/deleteHost", { instanceId: ONE }, sent);
    expect(await call("pki/getCurrentKey", owner, sent)).toMatchObject({ userPubKey: TWO });
  });
});

describe("getHost and listHosts", () => {
  test("find by key, by URL, by both; 87 for no match or filters that disagree, -32602 for no filter", async () => {
    await set(TWO, URL_2);
    const get = (params: object) => code("pki/getHost", params, sent);
    const found = { instanceId: ONE, hostPubKey: ONE, addresses: [URL_1] };
    for (const params of [{ instanceId: ONE }, { hostUrl: URL_1 }, { instanceId: ONE, hostUrl: URL_1 }]) {
      expect(await call("pki/getHost", params, sent)).toEqual(found);
    }
    for (const params of [
      { instanceId: NOBODY },
      { hostUrl: "none" },
      { instanceId: ONE, hostUrl: URL_2 },
      { instanceId: NOBODY, hostUrl: URL_1 },
    ]) {
      expect(await get(params)).toBe(87);
    }
    expect(await get({})).toBe(-32602);
    const all = await call("pkiAdmin/listHosts", {}, sent);
    expect(all).toHaveLength(2);
    expect(all).toContainEqual(found);
  });
});
