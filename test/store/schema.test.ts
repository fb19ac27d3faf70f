import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test } from "vitest";
import { emptyDatabase, restoring, sql } from "../seed";

beforeEach(emptyDatabase);

const rows = async (text: string) => (await sql(text)).results;

test("every table is STRICT, and those keyed by their look-up have no rowid", async () => {
  const tables = await rows(
    "select name, strict, wr from pragma_table_list where schema = 'main' and type = 'table'",
  );
  const own = tables.filter(({ name }) => !/^(sqlite_|_cf_|d1_)/.test(String(name)));
  expect(own.filter((t) => t.strict !== 1)).toEqual([]);
  expect(own.filter((t) => t.wr === 1).map((t) => t.name)).toEqual(
    expect.arrayContaining(["key_history", "hosts", "host_urls", "nonces"]),
  );
});

describe("the clock", () => {
  test("is one row from the start, with a random epoch", async () => {
    const [clock] = await rows("select * from clock");
    expect(clock).toEqual({
      id: 1,
      last: 0,
      epoch: expect.stringMatching(/^[0-9a-f]{32}$/),
      hostCount: 0,
      restoring: 0,
      actor: null,
      sweptAt: 0,
    });
    await emptyDatabase();
    expect((await rows("select epoch from clock"))[0]).not.toEqual({ epoch: clock?.epoch });
  });

  test.each([
    ["backwards", "update clock set last = last - 1", "clock_only_forward"],
    ["away", "delete from clock", "clock_is_kept"],
    ["to a second row", "insert into clock values (2, 0, '', 0, 0, null, 0)", "clock_one_row"],
    ["to no time", "update clock set last = null", "NOT NULL"],
    ["to text", "update clock set last = 'x'", "TEXT"],
    ["to 10,001 hosts", "update clock set hostCount = 10001", "clock_host_bound"],
    ["to fewer hosts than none", "update clock set hostCount = -1", "clock_host_bound"],
    ["to half a restore", "update clock set restoring = 2", "clock_restoring"],
  ])("does not go %s", async (_what, statement, error) => {
    await expect(sql(statement)).rejects.toThrow(error);
  });
});

describe("key_history", () => {
  const insert = (createDate: number, userPubKey: string | null, entry: number, verb = "insert") =>
    sql(`${verb} into key_history values ('i', 'c', 'u', ?, ?, ?)`, createDate, userPubKey, entry);
  const tick = (last: number) => sql("update clock set last = ?", last);

  beforeEach(async () => {
    await tick(1000);
    await insert(1000, "A", 1);
  });

  test.each([
    "update key_history set userPubKey = 'B'",
    "update key_history set createDate = 1",
    "update key_history set userId = 'v'",
  ])("is never rewritten, not even by a restore: %s", async (statement) => {
    await expect(sql(statement)).rejects.toThrow("key_history_no_update");
    await restoring(() => expect(sql(statement)).rejects.toThrow("key_history_no_update"));
  });

  test("is never deleted from but by a restore", async () => {
    await expect(sql("delete from key_history")).rejects.toThrow("key_history_no_delete");
    await restoring(() => sql("delete from key_history"));
    expect(await rows("select * from key_history")).toEqual([]);
  });

  test.each(["insert", "replace", "insert or replace", "insert or ignore"])(
    "takes no second entry of a date: %s",
    async (verb) => {
      await insert(1000, "B", 2, verb).catch(() => undefined);
      await insert(1000, "B", 1, verb).catch(() => undefined);
      expect(await rows("select createDate, userPubKey from key_history")).toEqual([
        { createDate: 1000, userPubKey: "A" },
      ]);
    },
  );

  test("takes only the clock's stamp", async () => {
    for (const date of [1, 999, 1001, 9e15]) {
      const anew = sql("insert into key_history values ('i', 'c', 'new', ?, 'B', 1)", date);
      await expect(anew).rejects.toThrow("key_history_stamped_by_clock");
    }
  });

  test("takes only what changes something and follows the newest", async () => {
    await tick(2000);
    for (const [key, entry] of [
      ["A", 2],
      ["B", 1],
      ["B", 3],
      [null, 1],
    ] as const) {
      await expect(insert(2000, key, entry)).rejects.toThrow("key_history_follows_newest");
    }
    await insert(2000, null, 2);
    await tick(3000);
    await expect(insert(3000, null, 3)).rejects.toThrow("key_history_follows_newest");
    await expect(sql("insert into key_history values ('i', 'c', 'new', 3000, null, 1)")).rejects.toThrow(
      "follows_newest",
    );
  });

  test("takes 10,000 entries", async () => {
    await restoring(async () => {
      await insert(5000, "B", 10_000);
      await expect(insert(5001, "C", 10_001)).rejects.toThrow("key_history_bound");
      await expect(insert(5001, "C", 0)).rejects.toThrow("key_history_bound");
    });
  });
});

describe("hosts", () => {
  const numbers = (n: number) =>
    `(with recursive n(i) as (select 1 union all select i + 1 from n where i < ${n}) select i from n)`;

  test("are 10,000 at most, counted as they come and go", async () => {
    await sql(`insert into hosts select 'h' || i, 0 from ${numbers(10_000)}`);
    await expect(sql("insert into hosts values ('one more', 0)")).rejects.toThrow("clock_host_bound");
    await sql("delete from hosts where hostPubKey = 'h1'");
    await sql("insert into hosts values ('one more', 0)");
    expect(await rows("select hostCount from clock")).toEqual([{ hostCount: 10_000 }]);
  });

  test("have 32 URLs at most, each of one host, gone with it", async () => {
    await sql("insert into hosts values ('a', 0), ('b', 0)");
    await sql(`insert into host_urls select 'u' || i, 'a', 0 from ${numbers(32)}`);
    await expect(sql("insert into host_urls values ('v', 'a', 0)")).rejects.toThrow("host_urls_bound");
    await expect(sql("insert into host_urls values ('u1', 'b', 0)")).rejects.toThrow("UNIQUE");
    await expect(sql("insert into host_urls values ('v', 'nobody', 0)")).rejects.toThrow("FOREIGN KEY");
    await sql("delete from hosts where hostPubKey = 'a'");
    expect(await rows("select * from host_urls")).toEqual([]);
  });
});

describe("users, keys and sessions", () => {
  const key = (id: string, more = "'pem', null, '[]', 0, null, 1, 0") =>
    sql(`insert into api_keys values ('${id}', 'user', '', ${more})`);
  const session = (id: string, name: string | null = null) =>
    sql("insert into sessions values (?, 'key', ?, '[]', 0, null, null, 1, 1, 1, 1, 0)", id, name);

  beforeEach(async () => {
    await sql("insert into users (id, username, createDate) values ('user', 'Name', 0)");
    await key("key");
  });

  test("a name is one user's, whatever its case", async () => {
    await expect(sql("insert into users (id, username, createDate) values ('v', 'nAME', 0)")).rejects.toThrow(
      "UNIQUE",
    );
  });

  test("a user has ten keys, each of one kind, on or off", async () => {
    await expect(key("x", "'pem', 'secret', '[]', 0, null, 1, 0")).rejects.toThrow("api_keys_one_kind");
    await expect(key("x", "null, null, '[]', 0, null, 1, 0")).rejects.toThrow("api_keys_one_kind");
    await expect(key("x", "'pem', null, '[]', 0, null, 2, 0")).rejects.toThrow("api_keys_enabled");
    for (let i = 2; i <= 10; i++) await key(`key${i}`);
    await expect(key("eleventh")).rejects.toThrow("api_keys_bound");
  });

  test("keys go with their user, sessions with their key", async () => {
    await session("s");
    await sql("delete from users");
    expect(await rows("select id from api_keys union all select id from sessions")).toEqual([]);
  });

  test("the owner stays", async () => {
    await sql("insert into installation values (1, 'user', 0)");
    await expect(sql("delete from users")).rejects.toThrow("FOREIGN KEY");
    await expect(sql("delete from installation")).rejects.toThrow("installation_is_kept");
    await expect(sql("insert into installation values (2, 'user', 0)")).rejects.toThrow(
      "installation_one_row",
    );
  });

  test("a session is refreshed one step at a time, and its name is one of its key", async () => {
    await session("s", "name");
    for (const generation of [0, 1, 3]) {
      await expect(sql("update sessions set generation = ?", generation)).rejects.toThrow(
        "sessions_refresh_once",
      );
    }
    await sql("update sessions set generation = 2");
    await expect(session("t", "name")).rejects.toThrow("UNIQUE");
    await session("unnamed");
    await session("unnamed too");
  });

  test("a nonce is one row a key", async () => {
    await sql("insert into nonces values ('key', 'hash', 'a', 1), ('other', 'hash', 'a', 1)");
    await expect(sql("insert into nonces values ('key', 'hash', 'b', 1)")).rejects.toThrow("UNIQUE");
  });
});

test("the database's time is the machine's, in milliseconds", async () => {
  const [row] = await rows("select cast(unixepoch('subsec') * 1000 as integer) as now");
  expect(Math.abs((row?.now as number) - Date.now())).toBeLessThan(1000);
  expect(env.TEST_MIGRATIONS.length).toBeGreaterThan(0);
});
