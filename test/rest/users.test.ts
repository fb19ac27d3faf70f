import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, test } from "vitest";
import { bearer, call, code, ownerKey, tokenFor } from "../support";
import { addKey, basic, keysPath, makeUser, rest } from "./support";

const USERS = "/local-user-store/api/v1/users";
let admin: string;

beforeAll(async () => {
  admin = await tokenFor();
});

const create = (body: object) => rest("POST", USERS, { token: admin, body });
const PROFILE = {
  full_name: "Joe Example",
  display_name: "Joe",
  first_name: "Joe",
  last_name: "Example",
  given_name: "Joseph",
  job_title: "Engineer",
  company: "Example Ltd",
  department: "R&D",
  email: "joe@example.com",
  telephone: "+1 555 0100",
  locale: "en-GB",
  windows_account: "EXAMPLE\\joe",
  unix_account: "joe",
  comment: "two\nlines",
  tags: ["a", "b"],
  attributes: [{ key: "team", value: "blue" }],
};

describe("a user", () => {
  test("is created, read, replaced and deleted", async () => {
    const made = await create({ username: "joe@example.com", ...PROFILE });
    expect([made.status, Object.keys(made.json)]).toEqual([201, ["id"]]);
    const path = `${USERS}/${made.json.id}`;
    const read = await rest("GET", path, { token: admin });
    expect([read.status, read.json]).toMatchObject([
      200,
      { id: made.json.id, username: "joe@example.com", ...PROFILE },
    ]);

    const put = await rest("PUT", path, { token: admin, body: { username: "joe", full_name: "New" } });
    expect(put.status).toBe(200);
    expect(put.json).toMatchObject({ username: "joe", full_name: "New", created: read.json.created });
    expect(Object.keys(put.json)).not.toContain("email");
    expect((await rest("GET", path, { token: admin })).json).toEqual(put.json);

    const gone = await rest("DELETE", path, { token: admin });
    expect([gone.status, gone.text]).toEqual([200, ""]);
    for (const method of ["GET", "DELETE"]) {
      expect((await rest(method, path, { token: admin })).json.error_code).toBe("OBJECT_NOT_FOUND");
    }
    expect((await rest("PUT", path, { token: admin, body: { username: "joe" } })).status).toBe(404);
  });

  test("may come with a password, which is neither kept nor given", async () => {
    const secret = "correct horse battery staple";
    const { json } = await create({
      username: "carol",
      password: { password: secret },
      password_change_required: true,
    });
    expect((await rest("GET", `${USERS}/${json.id}`, { token: admin })).text).not.toContain('password"');
    const rows = await env.DB.prepare("select * from users").all();
    expect(JSON.stringify(rows.results)).not.toContain(secret);
  });

  test("takes back what GET gave", async () => {
    const { json } = await create({ username: "round-trip", ...PROFILE });
    const path = `${USERS}/${json.id}`;
    const { json: read } = await rest("GET", path, { token: admin });
    const { status, json: put } = await rest("PUT", path, { token: admin, body: read });
    expect([status, { ...put, updated: 0, updated_by: 0 }]).toEqual([
      200,
      { ...read, updated: 0, updated_by: 0 },
    ]);
  });

  test.each([
    ["none", {}],
    ["empty", { username: "" }],
    ["of 129 characters", { username: "u".repeat(129) }],
    ["starting with -", { username: "-oProxyCommand" }],
    [".", { username: "." }],
    ["..", { username: ".." }],
    ["with a slash", { username: "a/b" }],
    ["with a space", { username: "a b" }],
    ["outside ASCII", { username: "jöe" }],
    ["with a line feed", { username: "joe\n" }],
  ])("a username %s is 400", async (_name, body) => {
    const { status, json } = await create(body);
    expect([status, json.property]).toEqual([400, "username"]);
  });

  test.each(["a", "...", "A-Z_0.9@b+c", "u".repeat(128), ".hidden"])(
    "a username %s is good",
    async (username) => {
      expect((await create({ username })).status).toBe(201);
    },
  );

  test("an unknown field is 400", async () => {
    expect((await create({ username: "typo", fullname: "x" })).json.property).toBe("fullname");
    expect((await create({ username: "typo", tags: "x" })).json.property).toBe("tags");
  });
});

describe("a username is unique without regard to case", () => {
  test("on creation and on renaming", async () => {
    await create({ username: "Unique" });
    const taken = await create({ username: "uNIQUE" });
    expect([taken.status, taken.json.error_code]).toEqual([409, "DUPLICATE"]);
    const { json } = await create({ username: "other" });
    const path = `${USERS}/${json.id}`;
    expect((await rest("PUT", path, { token: admin, body: { username: "unique" } })).status).toBe(409);
    expect((await rest("PUT", path, { token: admin, body: { username: "OTHER" } })).json.username).toBe(
      "OTHER",
    );
  });

  test("of 10 at the same moment one is made", async () => {
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, i) => create({ username: i % 2 ? "racer" : "RACER" })),
    );
    expect(answers.map((a) => a.status).sort()).toEqual([201, ...Array(9).fill(409)]);
  });
});

describe("lists of users", () => {
  const list = (query: string) => rest("GET", `${USERS}${query}`, { token: admin });

  test("filter by the whole username, in any case, and by id", async () => {
    const { json } = await create({ username: "Filter.Me" });
    await create({ username: "filter.me.not" });
    expect((await list("?username=filter.me")).json).toMatchObject({ count: 1, items: [{ id: json.id }] });
    expect((await list(`?id=${json.id}`)).json).toMatchObject({
      count: 1,
      items: [{ username: "Filter.Me" }],
    });
    expect((await list(`?id=${json.id}&username=else`)).json).toEqual({ count: 0, items: [] });
    expect((await list("?username=filter")).json.count).toBe(0);
  });

  test("page and sort", async () => {
    const { count } = (await list("")).json;
    const page = (await list("?limit=2&offset=1&sortkey=username&sortdir=desc")).json;
    expect([page.count, page.items.length]).toEqual([count, 2]);
    expect(page.items[0].username >= page.items[1].username).toBe(true);
    expect((await list("?sortkey=password")).status).toBe(400);
  });
});

describe("the role store", () => {
  test("reads the same users, the name there being principal", async () => {
    const { json } = await create({ username: "principal", ...PROFILE });
    const user = await rest("GET", `/role-store/api/v1/users/${json.id}`, { token: admin });
    expect(user.json).toMatchObject({
      id: json.id,
      principal: "principal",
      source_user_id: json.id,
      full_name: "Joe Example",
      tags: ["a", "b"],
      roles: [],
    });
    expect(user.json.username).toBeUndefined();
  });

  test("gives a key's source as that of its user", async () => {
    const user = await makeUser();
    await addKey(user.id);
    const { source } = (await rest("GET", "/role-store/api/v1/users/current", { token: user.token })).json;
    expect((await rest("GET", keysPath("current"), { token: user.token })).json.items[0].source).toBe(source);
  });

  test("searches by keywords, source and ids", async () => {
    const { json } = await create({
      username: "needle",
      full_name: "Unusual Name",
      email: "hay@example.com",
    });
    const search = async (body: object, query = "") =>
      (await rest("POST", `/role-store/api/v1/users/search${query}`, { token: admin, body })).json;
    const { source } = (await rest("GET", `/role-store/api/v1/users/${json.id}`, { token: admin })).json;
    const found = { count: 1, items: [{ id: json.id, principal: "needle" }] };
    expect(await search({ keywords: "EEDL" })).toMatchObject(found);
    expect(await search({ keywords: "unusual n" })).toMatchObject(found);
    expect(await search({ keywords: "hay@", source })).toMatchObject(found);
    expect(await search({ user_id: [json.id, crypto.randomUUID()] })).toMatchObject(found);
    expect(await search({ keywords: "%" })).toEqual({ count: 0, items: [] });
    expect(await search({ keywords: "needle", source: crypto.randomUUID() })).toEqual({
      count: 0,
      items: [],
    });
    const { count } = (await rest("GET", USERS, { token: admin })).json;
    expect(await search({ keywords: "", source: "", user_id: [] }, "?limit=1")).toMatchObject({ count });
    expect((await search({ keyword: "typo" })).error_code).toBe("BAD_REQUEST");
  });
});

describe("deleting a user", () => {
  test("deletes keys and API keys and ends sessions at once", async () => {
    const user = await makeUser(["ssh:self", "pki:read"]);
    const other = await makeUser();
    const keyId = await addKey(user.id);
    expect((await rest("DELETE", `${USERS}/${user.id}`, { token: admin })).status).toBe(200);
    expect((await rest("GET", keysPath("current"), { token: user.token })).status).toBe(401);
    expect((await rest("GET", keysPath("current"), { headers: basic(user.key) })).status).toBe(401);
    expect(await code("pkiAdmin/listHosts", {}, bearer(user.token))).toBe(14);
    expect(await code("user/listApiKeys", { userId: user.id }, bearer(admin))).toBe(78);
    const { results } = await env.DB.prepare("select * from ssh_keys where id = ?1").bind(keyId).all();
    expect(results).toEqual([]);
    expect((await rest("GET", keysPath("current"), { token: other.token })).status).toBe(200);
  });

  test("is refused for the owner, who keeps everything", async () => {
    const { json: owner } = await rest("GET", "/role-store/api/v1/users/current", {
      headers: basic(await ownerKey()),
    });
    expect(owner.principal).toBe("owner");
    const keyId = await addKey(owner.id);
    const answer = await rest("DELETE", `${USERS}/${owner.id}`, { token: admin });
    expect([answer.status, answer.json.error_code]).toEqual([403, "PERMISSION_DENIED"]);
    expect((await rest("GET", keysPath(owner.id, keyId), { token: admin })).status).toBe(200);
    expect((await call("user/listApiKeys", {}, bearer(admin))).list).toHaveLength(1);
    const spans = await env.DB.prepare(
      "select 1 from ssh_span_ends e join ssh_spans s on s.id = e.spanId where s.keyId = ?1",
    )
      .bind(keyId)
      .all();
    expect(spans.results).toEqual([]);
  });
});
