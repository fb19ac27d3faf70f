import { beforeAll, describe, expect, test } from "vitest";
import { tokenFor } from "../support";
import { addKey, keysPath, makeUser, rest, type TestUser } from "./support";

let admin: string;
let joe: TestUser;
const ids: string[] = [];

beforeAll(async () => {
  admin = await tokenFor();
  joe = await makeUser();
  for (const [i, name] of ["delta", "alpha", "charlie", "bravo"].entries()) {
    ids.push(await addKey(joe.id, { name, comment: i < 2 ? "same" : `c${i}`, expires_in: 1000 * (i + 1) }));
  }
});

const names = (answer: { json: { items: { name: string }[] } }) => answer.json.items.map((k) => k.name);
const all = (query = "") => rest("GET", `/role-store/api/v1/authorizedkeys${query}`, { token: admin });
const own = (query = "") => rest("GET", `${keysPath(joe.id)}${query}`, { token: admin });

describe.each([
  ["all keys", all],
  ["a user's keys", own],
])("%s", (_name, list) => {
  test("come with their count, oldest first", async () => {
    const answer = await list();
    expect(answer.json.count).toBe(4);
    expect(names(answer)).toEqual(["delta", "alpha", "charlie", "bravo"]);
  });

  test.each([
    ["?sortkey=name", ["alpha", "bravo", "charlie", "delta"]],
    ["?sortkey=name&sortdir=DESC", ["delta", "charlie", "bravo", "alpha"]],
    ["?sortkey=name&sortdir=desc", ["delta", "charlie", "bravo", "alpha"]],
    ["?sortkey=expires_in&sortdir=Desc", ["bravo", "charlie", "alpha", "delta"]],
    ["?sortkey=&sortdir=&limit=&offset=", ["delta", "alpha", "charlie", "bravo"]],
    ["?limit=2&offset=1&sortkey=name", ["bravo", "charlie"]],
    ["?offset=3", ["bravo"]],
    ["?offset=4", []],
    ["?limit=100&page=7&filter=x", ["delta", "alpha", "charlie", "bravo"]],
  ])("%s", async (query, expected) => {
    const answer = await list(query);
    expect([answer.status, answer.json.count]).toEqual([200, 4]);
    expect(names(answer)).toEqual(expected);
  });

  test("are told apart by id where the sort key does not", async () => {
    const answer = await list("?sortkey=comment&sortdir=DESC&limit=2");
    const firstTwo = [ids[0], ids[1]].sort();
    expect(answer.json.items.map((k: { id: string }) => k.id)).toEqual(firstTwo);
  });

  test.each([
    ["limit", "?limit=0"],
    ["limit", "?limit=101"],
    ["limit", "?limit=-1"],
    ["limit", "?limit=1e1"],
    ["offset", "?offset=-1"],
    ["offset", "?offset=x"],
    ["sortkey", "?sortkey=fingerprints"],
    ["sortkey", "?sortkey=name;drop"],
    ["sortdir", "?sortdir=up"],
  ])("refuse a wrong %s: %s", async (property, query) => {
    const answer = await list(query);
    expect([answer.status, answer.json.property]).toEqual([400, property]);
  });
});

test.each([
  "id",
  "username",
  "user_id",
  "source",
  "name",
  "comment",
  "public_key",
  "not_before",
  "not_after",
  "expires_in",
  "enable_interactive_auth",
  "created",
  "updated",
  "author",
  "updated_by",
])("sorts by %s", async (key) => {
  expect((await all(`?sortkey=${key}`)).json.items).toHaveLength(4);
});

test("a user's list gives all keys without a limit, the list of all 50", async () => {
  const ann = await makeUser();
  for (let i = 0; i < 60; i++) await addKey(ann.id);
  const ofAnn = (await rest("GET", keysPath("current"), { token: ann.token })).json;
  expect([ofAnn.count, ofAnn.items.length]).toEqual([60, 60]);
  const everybodys = (await all()).json;
  expect([everybodys.count, everybodys.items.length]).toEqual([64, 50]);
});
