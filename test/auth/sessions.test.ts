import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { sql } from "../seed";
import { type ClientKey, secretKey } from "../signing";
import { bearer, call, code, loginWith, rpc, tokenFor } from "../support";

let key: ClientKey;
let owner: ReturnType<typeof bearer>;

beforeAll(async () => {
  key = await secretKey();
});
beforeEach(async () => {
  await sql("delete from sessions");
  owner = bearer(await tokenFor());
});

const login = (...restrictions: string[]) => loginWith(key, ["pki:read", ...restrictions]);
const loginCode = (...restrictions: string[]) => {
  const { apiKeyId: clientId, apiKeySecret: clientSecret } = key;
  const scope = ["pki:read", ...restrictions];
  return code("auth/token", { grantType: "client_credentials", clientId, clientSecret, scope });
};
const works = async (accessToken: string) =>
  (await code("pkiAdmin/listHosts", {}, bearer(accessToken))) === 0;
const fork = (refreshToken: string, sessionName: string) =>
  call("auth/forkToken", { refreshToken, sessionName });

/** Sessions of the key, oldest first, made a second apart and long ago. */
const seed = (count: number, accessExpires: number, name: string | null = null) =>
  sql(
    `insert into sessions select 'seeded' || value, ?1, iif(value = ?4, ?2, null), '[]', 0, null, null, 900000, 1, ?3, 9e15,
       value * 1000 from (with recursive n(value) as (select 1 union all select value + 1 from n where value < ?4) select * from n)`,
    key.apiKeyId,
    name,
    accessExpires,
    count,
  );
const ids = async () =>
  (await sql("select id from sessions where apiKeyId = ? order by createDate", key.apiKeyId)).results.map(
    (r) => r.id,
  );

const EXPIRED = 1;
const LIVE = Number.MAX_SAFE_INTEGER;

describe("named sessions", () => {
  test("replace an older one of that name", async () => {
    const first = await login("session:worker");
    const other = await login("session:other");
    const unnamed = await login();
    const second = await login("session:worker");
    expect(second.sessionName).toBe("worker");
    expect(await works(first.accessToken)).toBe(false);
    for (const { accessToken } of [other, unnamed, second]) expect(await works(accessToken)).toBe(true);
  });

  test("are those of one API key", async () => {
    const mine = await login("session:worker");
    const theirs = await loginWith(await secretKey(), ["pki:read", "session:worker"]);
    expect([await works(mine.accessToken), await works(theirs.accessToken)]).toEqual([true, true]);
  });

  test("may be called anything, also like a scope", async () => {
    for (const name of ["", "a b", "read_write", "a:read_write", "x".repeat(120), "😀"]) {
      expect(await login(`session:${name}`), name).toMatchObject({
        sessionName: name,
        scope: ["pki:read", `session:${name}`],
      });
    }
  });

  test("are one a token: two are -32602, the same twice is one", async () => {
    expect(await loginCode("session:a", "session:b")).toBe(-32602);
    expect((await login("session:a", "session:a")).scope).toEqual(["pki:read", "session:a"]);
  });

  test("of parallel logins leave one", async () => {
    await Promise.all(Array.from({ length: 8 }, () => login("session:race")));
    expect((await sql("select id from sessions where name = 'race'")).results).toHaveLength(1);
  });
});

describe("forkToken", () => {
  test("gives a session of its own with the same rights and does not spend its token", async () => {
    const parent = await login("session:parent", "expires:60000");
    const made = await fork(parent.refreshToken, "child");
    expect(made).toMatchObject({
      sessionName: "child",
      scope: ["pki:read", "expires:60000"],
      accessTokenExpiresIn: 60_000,
    });
    expect(await works(made.accessToken)).toBe(true);
    expect(await works(parent.accessToken)).toBe(true);
    await fork(parent.refreshToken, "sibling");
    expect(await code("pkiAdmin/deleteHost", {}, bearer(made.accessToken))).toBe(73);
  });

  test("replaces a session of its name, also its own parent", async () => {
    const parent = await login("session:same");
    const first = await fork(parent.refreshToken, "child");
    const second = await fork(parent.refreshToken, "child");
    expect([await works(first.accessToken), await works(second.accessToken)]).toEqual([false, true]);
    const heir = await fork(parent.refreshToken, "same");
    expect([await works(parent.accessToken), await works(heir.accessToken)]).toEqual([false, true]);
    expect(await code("auth/forkToken", { refreshToken: parent.refreshToken, sessionName: "x" })).toBe(75);
  });

  test("makes room, but never at the cost of its parent", async () => {
    const parent = await login();
    await sql("update sessions set createDate = 1, accessExpires = 1 where apiKeyId = ?", key.apiKeyId);
    await seed(16, EXPIRED);
    const made = await fork(parent.refreshToken, "child");
    expect(await works(made.accessToken)).toBe(true);
    expect(await code("auth/token", { grantType: "refresh_token", refreshToken: parent.refreshToken })).toBe(
      0,
    );
  });
});

describe("beyond 16 sessions of a key", () => {
  test("the oldest go", async () => {
    await seed(16, EXPIRED);
    await login();
    const left = await ids();
    expect(left).toHaveLength(16);
    expect(left.slice(0, 2)).toEqual(["seeded2", "seeded3"]);
  });

  test("none goes as long as there are 16", async () => {
    await seed(15, EXPIRED);
    await login();
    expect(await ids()).toHaveLength(16);
  });

  test("one that is replaced makes the room itself", async () => {
    await seed(16, EXPIRED, "worker");
    await login("session:worker");
    const left = await ids();
    expect(left).toHaveLength(16);
    expect(left[0]).toBe("seeded1");
  });

  test("those whose access token is in force stay", async () => {
    await seed(20, LIVE);
    await login();
    expect(await ids()).toHaveLength(21);
  });

  test("sessions of other keys do not count", async () => {
    const other = await loginWith(await secretKey(), []);
    await seed(16, EXPIRED);
    await login();
    expect(await works(other.accessToken)).toBe(true);
  });
});

describe("the 1001st session", () => {
  test("is error 67, the 1000th is not", async () => {
    await seed(999, LIVE);
    expect(await loginCode()).toBe(0);
    expect(await loginCode()).toBe(67);
    expect(await ids()).toHaveLength(1000);
  });

  test("is let in where it replaces one", async () => {
    await seed(1000, LIVE, "worker");
    expect(await loginCode("session:another")).toBe(67);
    expect(await loginCode("session:worker")).toBe(0);
    expect(await ids()).toHaveLength(1000);
  });

  test("of a fork is 67 too", async () => {
    const { refreshToken } = await login();
    await seed(999, LIVE);
    expect(await code("auth/forkToken", { refreshToken, sessionName: "x" })).toBe(67);
  });
});

describe("listSessions and deleteSession", () => {
  test("let an owner see and end them", async () => {
    const { accessToken } = await login("session:seen");
    const { list } = await call("user/listSessions", {}, owner);
    expect(list).toHaveLength(2);
    expect(list[0]).toMatchObject({
      apiKeyId: key.apiKeyId,
      sessionName: "seen",
      scope: ["pki:read", "session:seen"],
      current: false,
    });
    expect(list[1]).toMatchObject({ current: true });
    const { sessionId } = list[0];
    expect(await code("user/deleteSession", { sessionId }, owner)).toBe(0);
    expect(await works(accessToken)).toBe(false);
    expect(await code("user/deleteSession", { sessionId }, owner)).toBe(74);
  });

  test("know no other users' sessions: 74, and 78 for a user that is not there", async () => {
    await sql("insert into users (id, username, createDate) values ('someone', 'someone', 0)");
    const { list } = await call("user/listSessions", {}, owner);
    const params = { sessionId: list[0].sessionId, userId: "someone" };
    expect(await code("user/deleteSession", params, owner)).toBe(74);
    expect(await call("user/listSessions", { userId: "someone" }, owner)).toEqual({ list: [] });
    expect((await rpc("user/listSessions", { userId: "nobody" }, owner)).error?.code).toBe(78);
  });
});
