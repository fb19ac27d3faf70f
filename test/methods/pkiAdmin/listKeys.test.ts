import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { isUserPubKey } from "../../../src/keys/userPubKey";
import { bearer, call, code, freshPubKey, tokenFor } from "../../support";

const instanceId = freshPubKey(isUserPubKey);
const otherInstance = freshPubKey(isUserPubKey);
const [key, rotated] = [freshPubKey(isUserPubKey), freshPubKey(isUserPubKey)];

/** In the order of the answer: by context, then user, byte for byte. */
const OWNERS = [
  ["alpha", "007"],
  ["alpha", "ann"],
  ["alpha", "anna"],
  ["alpha", "bob"],
  ["alphabet", "ann"],
  ["beta", "ann"],
  ["beta", "ärger"],
  ["beta", "\u{10ffff}xy"],
] as const;

type Listed = { list: { contextId: string; userId: string; userPubKey: string | null }[]; cursor?: string };

let reader: string;
const list = async (params: object): Promise<Listed> =>
  call("pkiAdmin/listKeys", { instanceId, ...params }, bearer(reader));
const names = async (params: object) =>
  (await list(params)).list.map(({ contextId, userId }) => [contextId, userId]);

beforeAll(async () => {
  reader = await tokenFor("pki:read");
  const admin = bearer(await tokenFor("pki:write"));
  for (const [contextId, userId] of [...OWNERS].reverse())
    await call("pkiAdmin/setKey", { instanceId, contextId, userId, userPubKey: key }, admin);
  const other = { instanceId: otherInstance, contextId: "alpha", userId: "ann" };
  await call("pkiAdmin/setKey", { ...other, userPubKey: key }, admin);
  const ann = { instanceId, contextId: "alpha", userId: "ann" };
  await call("pkiAdmin/setKey", { ...ann, userPubKey: rotated }, admin);
  await call("pkiAdmin/deleteKey", { instanceId, contextId: "alpha", userId: "bob" }, admin);
});

describe("pkiAdmin/listKeys", () => {
  it("lists the users of one instance by context and name", async () => {
    expect(await names({})).toEqual(OWNERS);
  });

  it("gives each user's newest entry, a deletion without a key", async () => {
    const { list: users } = await list({ contextId: "alpha" });
    expect(users.map((u) => u.userPubKey)).toEqual([key, rotated, key, null]);
  });

  it("takes the prefix for the user's id within a context", async () => {
    expect(await names({ contextId: "alpha", prefix: "ann" })).toEqual([OWNERS[1], OWNERS[2]]);
    expect(await names({ contextId: "beta", prefix: "\u{10ffff}" })).toEqual([OWNERS[7]]);
    expect(await names({ contextId: "alph" })).toEqual([]);
  });

  it("takes the prefix for the context's id without a context", async () => {
    expect(await names({ prefix: "alpha" })).toEqual(OWNERS.slice(0, 5));
    expect(await names({ prefix: "alphabe" })).toEqual([OWNERS[4]]);
    expect(await names({ prefix: "c" })).toEqual([]);
  });

  it.each([{}, { prefix: "alpha" }, { contextId: "beta" }, { contextId: "alpha", prefix: "ann" }])(
    "gives every user of %j once, page by page",
    async (filter) => {
      const whole = await names(filter);
      const paged: string[][] = [];
      let cursor: string | undefined;
      do {
        const page: Listed = await list({ ...filter, limit: 1, ...(cursor && { cursor }) });
        expect(page.list).toHaveLength(1);
        paged.push(...page.list.map(({ contextId, userId }) => [contextId, userId]));
        cursor = page.cursor;
      } while (cursor);
      expect(paged).toEqual(whole);
    },
  );

  it("gives no cursor where nothing follows", async () => {
    expect(await list({ limit: OWNERS.length })).not.toHaveProperty("cursor");
  });

  it.each(["", "!", "W10", "eyJhIjoxfQ"])("refuses the cursor %j", async (cursor) => {
    expect(await code("pkiAdmin/listKeys", { instanceId, cursor }, bearer(reader))).toBe(-32602);
  });

  it("needs pki:read", async () => {
    const self = bearer(await tokenFor("ssh:self"));
    expect(await code("pkiAdmin/listKeys", { instanceId }, self)).toBe(73);
    expect(await code("pkiAdmin/listKeys", { instanceId })).toBe(14);
  });

  it("reads as many rows however long the histories and however many the users", async () => {
    const rowsRead = async () => {
      let rows = 0;
      const counting = new Proxy(env.DB, {
        get: (db, name) => {
          if (name !== "withSession") return Reflect.get(db, name);
          return (start: string) => {
            const session = db.withSession(start);
            const batch = async (statements: D1PreparedStatement[]) => {
              const results = await session.batch(statements);
              rows += results.reduce((sum, r) => sum + r.meta.rows_read, 0);
              return results;
            };
            return {
              prepare: session.prepare.bind(session),
              batch,
              getBookmark: session.getBookmark.bind(session),
            };
          };
        },
      });
      const setup = { env: { DB: counting as D1Database } };
      const params = { instanceId, contextId: "alpha", limit: 2 };
      await call("pkiAdmin/listKeys", params, bearer(reader, setup));
      return rows;
    };
    const before = await rowsRead();
    await env.DB.batch([
      env.DB.prepare("update clock set restoring = 1"),
      env.DB.prepare(`with recursive n(i) as (select 2 union all select i + 1 from n where i < 2000)
        insert into key_history select ?1, 'alpha', 'anna', 9e12 + i, 'k' || i, i from n`).bind(instanceId),
      env.DB.prepare(`with recursive n(i) as (select 2 union all select i + 1 from n where i < 2000)
        insert into key_history select ?1, 'alpha', 'user' || i, 9e12 + i, 'k', 1 from n`).bind(instanceId),
      env.DB.prepare("update clock set restoring = 0"),
    ]);
    expect(await rowsRead()).toBe(before);
  });
});
