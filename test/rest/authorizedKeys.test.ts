import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, test } from "vitest";
import { ownerKey, send, tokenFor } from "../support";
import {
  addKey,
  basic,
  fingerprintOf,
  freshSshKey,
  keysPath,
  later,
  makeUser,
  rest,
  type TestUser,
} from "./support";

const DAY_MS = 86_400_000;
const iso = (ms: number) => new Date(ms).toISOString();

let admin: string;
let joe: TestUser;

beforeAll(async () => {
  admin = await tokenFor();
  joe = await makeUser(["ssh:self"], "joe@example.com");
});

const create = (body: object, token = admin, userId = joe.id) =>
  rest("POST", keysPath(userId), { token, body });
const get = (id: string, options = {}) => rest("GET", keysPath(joe.id, id), { token: admin, ...options });

describe("a key", () => {
  test("is created with 201 and its id, and given back whole", async () => {
    const blob = await freshSshKey();
    const made = await create({
      name: "work",
      comment: "Joe's work laptop key",
      public_key: `ssh-ed25519 ${blob} a comment of the line`,
      not_before: "2020-07-31T19:32:28+02:00",
      not_after: "2032-07-31T17:32:28Z",
      source_address: ["192.168.100.7/24", "2001:DB8::1"],
      enable_interactive_auth: true,
    });
    expect([made.status, Object.keys(made.json)]).toEqual([201, ["id"]]);
    const { status, json } = await get(made.json.id);
    expect(status).toBe(200);
    expect(json).toMatchObject({
      id: made.json.id,
      username: "joe@example.com",
      user_id: joe.id,
      name: "work",
      comment: "Joe's work laptop key",
      public_key: blob,
      not_before: "2020-07-31T17:32:28Z",
      not_after: "2032-07-31T17:32:28Z",
      source_address: ["192.168.100.7/24", "2001:DB8::1"],
      fingerprints: [await fingerprintOf(blob)],
      enable_interactive_auth: true,
    });
    expect(json.expires_in).toBeGreaterThan(0);
    expect(Date.parse(json.created)).toBeLessThanOrEqual(Date.now());
    expect(json.updated).toBeUndefined();
  });

  test("without dates is valid without end, and takes the comment of its line", async () => {
    const id = await addKey(joe.id, { public_key: `ssh-ed25519 ${await freshSshKey()} joe@laptop` });
    const { json } = await get(id);
    expect(json.comment).toBe("joe@laptop");
    expect([json.not_before, json.not_after, json.expires_in]).toEqual([undefined, undefined, undefined]);
    expect(json.source_address).toEqual([]);
  });

  test("may come as RFC 4716 text", async () => {
    const blob = await freshSshKey();
    const text = `---- BEGIN SSH2 PUBLIC KEY ----\nComment: "from 4716"\n${blob}\n---- END SSH2 PUBLIC KEY ----`;
    const { json } = await get(await addKey(joe.id, { public_key: text }));
    expect([json.public_key, json.comment]).toEqual([blob, "from 4716"]);
  });

  test("expires in the seconds asked for, counted from now", async () => {
    const before = Date.now();
    const id = await addKey(joe.id, { expires_in: 3600 });
    const { json } = await get(id);
    expect(Date.parse(json.not_after)).toBeGreaterThanOrEqual(before + 3_600_000);
    expect(Date.parse(json.not_after)).toBeLessThanOrEqual(Date.now() + 3_600_000);
    expect(json.expires_in).toBeLessThanOrEqual(3600);
    expect(json.expires_in).toBeGreaterThan(3500);
    expect(
      (await get(id, { token: "", headers: basic(await ownerKey()), runtime: later(3_600_001) })).json
        .expires_in,
    ).toBe(0);
  });

  test.each([
    ["0, which counts as absent", { expires_in: 0 }, undefined],
    [
      "a number beside not_after",
      { expires_in: 60, not_after: "2040-01-01T00:00:00Z" },
      "2040-01-01T00:00:00Z",
    ],
    ["a number beside not_before", { expires_in: 60, not_before: "2020-01-01T00:00:00Z" }, undefined],
  ])("expires_in is %s: it has no effect", async (_name, fields, notAfter) => {
    const { json } = await get(await addKey(joe.id, fields));
    expect(json.not_after).toBe(notAfter);
  });

  test("says nothing of expires_in before it is valid", async () => {
    const fields = { not_before: iso(Date.now() + DAY_MS), not_after: iso(Date.now() + 2 * DAY_MS) };
    const { json } = await get(await addKey(joe.id, fields));
    expect(json.expires_in).toBeUndefined();
    expect(json.not_after).toBe(fields.not_after);
  });

  test("may lie in the past", async () => {
    const fields = { not_before: "2020-01-01T00:00:00Z", not_after: "2021-01-01T00:00:00Z" };
    expect((await get(await addKey(joe.id, fields))).json.expires_in).toBe(0);
  });

  test("null and empty text count as absent, and read-only fields have no effect", async () => {
    const id = await addKey(joe.id, {
      comment: "",
      not_before: "",
      not_after: null,
      expires_in: null,
      source_address: null,
      id: "mine",
      username: "somebody",
      user_id: crypto.randomUUID(),
      source: "elsewhere",
      fingerprints: ["SHA256:x"],
      created: "never",
      updated: 7,
      author: {},
      updated_by: "me",
    });
    const { json } = await get(id);
    expect(json).toMatchObject({ username: joe.username, user_id: joe.id, id });
    expect([json.comment, json.not_before, json.not_after]).toEqual([undefined, undefined, undefined]);
  });
});

describe("PUT", () => {
  test("replaces, clears what is left out, and answers the whole key", async () => {
    const id = await addKey(joe.id, { comment: "old", expires_in: 60, source_address: ["192.0.2.1"] });
    const blob = await freshSshKey();
    const body = { name: "renamed", public_key: blob };
    const { status, json } = await rest("PUT", keysPath(joe.id, id), { token: admin, body });
    expect(status).toBe(200);
    expect(json).toMatchObject({ id, name: "renamed", public_key: blob, source_address: [] });
    expect([json.comment, json.not_after]).toEqual([undefined, undefined]);
    expect(json.updated_by).toBe(json.author);
    expect((await get(id)).json).toEqual(json);
  });

  test("takes back what GET gave, and changes nothing", async () => {
    const id = await addKey(joe.id, {
      expires_in: 60,
      source_address: ["192.0.2.0/24"],
      comment: "as it was",
    });
    const { json: read } = await get(id);
    const { status, json } = await rest("PUT", keysPath(joe.id, id), { token: admin, body: read });
    expect(status).toBe(200);
    expect({ ...json, updated: undefined, updated_by: undefined, expires_in: 0 }).toEqual({
      ...read,
      expires_in: 0,
    });
  });

  test("of a key that is another's by its public key is 409, and leaves the key as it was", async () => {
    const ann = await makeUser();
    const taken = await freshSshKey();
    await addKey(ann.id, { public_key: taken });
    const id = await addKey(joe.id);
    const { json: before } = await get(id);
    const answer = await rest("PUT", keysPath(joe.id, id), {
      token: admin,
      body: { name: "x", public_key: taken },
    });
    expect([answer.status, answer.json.error_code]).toEqual([409, "DUPLICATE"]);
    expect((await get(id)).json).toEqual(before);
    const spans = env.DB.prepare(
      "select e.endDate from ssh_spans s left join ssh_span_ends e on e.spanId = s.id where s.keyId = ?1",
    );
    expect((await spans.bind(id).all()).results).toEqual([{ endDate: null }]);
  });

  test("takes over the public key of another's expired one", async () => {
    const ann = await makeUser();
    const blob = await freshSshKey();
    await addKey(ann.id, { public_key: blob, expires_in: 1 });
    const id = await addKey(joe.id);
    const body = { name: "taken over", public_key: blob };
    const answer = await rest("PUT", keysPath(joe.id, id), { token: admin, body, runtime: later(1001) });
    expect([answer.status, answer.json.public_key]).toEqual([200, blob]);
    expect((await rest("GET", keysPath(ann.id), { token: admin })).json.count).toBe(0);
  });
});

describe("DELETE", () => {
  test("answers 200 with an empty body; then the key is gone, and its public key free", async () => {
    const blob = await freshSshKey();
    const id = await addKey(joe.id, { public_key: blob });
    const gone = await rest("DELETE", keysPath(joe.id, id), { token: admin });
    expect([gone.status, gone.text]).toEqual([200, ""]);
    expect((await get(id)).status).toBe(404);
    expect((await rest("DELETE", keysPath(joe.id, id), { token: admin })).status).toBe(404);
    const ann = await makeUser();
    expect((await create({ name: "again", public_key: blob }, admin, ann.id)).status).toBe(201);
  });
});

describe("a public key belongs to one user", () => {
  test("to register it again is 409, by the same user or another", async () => {
    const ann = await makeUser();
    const public_key = await freshSshKey();
    await addKey(joe.id, { public_key });
    for (const id of [joe.id, ann.id]) {
      const answer = await create({ name: "again", public_key }, admin, id);
      expect([answer.status, answer.json.error_code]).toEqual([409, "DUPLICATE"]);
    }
  });

  test("another's expired one is taken over, one's own is not", async () => {
    const ann = await makeUser();
    const public_key = await freshSshKey();
    await addKey(joe.id, { public_key, expires_in: 1 });
    const body = { name: "mine now", public_key };
    const own = await rest("POST", keysPath(joe.id), { token: admin, body, runtime: later(1001) });
    expect(own.status).toBe(409);
    const taken = await rest("POST", keysPath(ann.id), { token: admin, body, runtime: later(1001) });
    expect(taken.status).toBe(201);
    const { json } = await rest("GET", keysPath(joe.id), { token: admin });
    expect(json.items.map((k: { public_key: string }) => k.public_key)).not.toContain(public_key);
  });

  test("of 10 users who register one key at the same moment, one gets it", async () => {
    const users = await Promise.all(Array.from({ length: 10 }, () => makeUser()));
    const public_key = await freshSshKey();
    const answers = await Promise.all(
      users.map((u) =>
        rest("POST", keysPath("current"), { token: u.token, body: { name: "race", public_key } }),
      ),
    );
    expect(answers.map((a) => a.status).sort()).toEqual([201, ...Array(9).fill(409)]);
    const lists = await Promise.all(users.map((u) => rest("GET", keysPath("current"), { token: u.token })));
    expect(lists.map((l) => l.json.count).sort()).toEqual([...Array(9).fill(0), 1]);
  });

  test("of 5 users who take over one expired key at the same moment, one gets it", async () => {
    const public_key = await freshSshKey();
    await addKey(joe.id, { public_key, expires_in: 1 });
    const users = await Promise.all(Array.from({ length: 5 }, () => makeUser()));
    const answers = await Promise.all(
      users.map((u) =>
        rest("POST", keysPath("current"), {
          token: u.token,
          body: { name: "race", public_key },
          runtime: later(1001),
        }),
      ),
    );
    expect(answers.map((a) => a.status).sort()).toEqual([201, 409, 409, 409, 409]);
  });
});

describe("a bad request", () => {
  const good = {
    name: "work",
    public_key: "AAAAC3NzaC1lZDI1NTE5AAAAINP2SOOawOVQqrC0oKjwyMWYy8fVqQOJWGqvjMKdvuN1",
  };

  test.each([
    ["no name", { ...good, name: undefined }, ["name"]],
    ["an empty name", { ...good, name: "" }, ["name"]],
    ["a name over 128 characters", { ...good, name: "n".repeat(129) }, ["name"]],
    ["a control character in the name", { ...good, name: "a\nb" }, ["name"]],
    ["a comment over 1024 characters", { ...good, comment: "c".repeat(1025) }, ["comment"]],
    ["no public key", { ...good, public_key: undefined }, ["public_key"]],
    ["a key that is none", { ...good, public_key: "AAAA" }, ["public_key"]],
    ["a date that is none", { ...good, not_before: "2020-02-30T00:00:00Z" }, ["not_before"]],
    ["a date without a zone", { ...good, not_after: "2030-01-01T00:00:00" }, ["not_after"]],
    [
      "an end before its start",
      { ...good, not_before: "2030-01-01T00:00:00Z", not_after: "2030-01-01T00:00:00Z" },
      ["not_after"],
    ],
    ["a negative expires_in", { ...good, expires_in: -1 }, ["expires_in"]],
    ["an expires_in with a fraction", { ...good, expires_in: 1.5 }, ["expires_in"]],
    ["an expires_in beyond the year 9999", { ...good, expires_in: 1e12 }, ["expires_in"]],
    [
      "a host name as source",
      { ...good, source_address: ["192.0.2.1", "example.com"] },
      ["source_address.1"],
    ],
    ["65 source addresses", { ...good, source_address: Array(65).fill("192.0.2.1") }, ["source_address"]],
    ["a text as interactive", { ...good, enable_interactive_auth: "yes" }, ["enable_interactive_auth"]],
    ["an unknown field", { ...good, nmae: "typo" }, ["nmae"]],
    ["several at once", { nmae: "x", expires_in: "1" }, ["name", "public_key", "expires_in", "nmae"]],
  ])("%s: 400 that names every bad field", async (_name, body, properties) => {
    const { status, json } = await create(body);
    expect([status, json.error_code]).toEqual([400, "BAD_REQUEST"]);
    expect(json.details.map((d: { property: string }) => d.property)).toEqual(properties);
    expect(json.details.every((d: object) => "error_code" in d && "error_message" in d)).toBe(true);
    expect(json.property).toBe(properties.length === 1 ? properties[0] : undefined);
  });

  test("a private key is refused and never repeated", async () => {
    const text = "-----BEGIN OPENSSH PRIVATE KEY-----\nc2VjcmV0\n-----END OPENSSH PRIVATE KEY-----";
    const answer = await create({ ...good, public_key: text });
    expect(answer.status).toBe(400);
    expect(answer.json.error_message).toMatch("PRIVATE key");
    expect(answer.text).not.toContain("c2VjcmV0");
  });

  test.each([
    ["text that is no JSON", "{", "application/json"],
    ["an array", "[]", "application/json"],
    ["another media type", JSON.stringify(good), "text/plain"],
    ["bytes that are no UTF-8", "\udc80", "application/json"],
  ])("%s: 400", async (_name, text, type) => {
    const body = text === "\udc80" ? (Uint8Array.of(0x22, 0xff, 0x22) as unknown as string) : text;
    const headers = { "content-type": type, authorization: `Bearer ${admin}` };
    const response = await send(keysPath(joe.id), { method: "POST", headers, body });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error_code: "BAD_REQUEST" });
  });

  test("the 101st key is refused, also to 5 at the same moment", async () => {
    const ann = await makeUser();
    const lines = await Promise.all(
      Array.from({ length: 98 }, async () => `ssh-ed25519 ${await freshSshKey()}`),
    );
    const headers = { "content-type": "text/plain" };
    await rest("POST", `${keysPath(ann.id)}/import`, { token: admin, body: lines.join("\n"), headers });
    const answers = await Promise.all(
      Array.from({ length: 5 }, async () =>
        create({ name: "x", public_key: await freshSshKey() }, admin, ann.id),
      ),
    );
    expect(answers.map((a) => a.status).sort()).toEqual([201, 201, 400, 400, 400]);
    expect((await rest("GET", keysPath(ann.id), { token: admin })).json.count).toBe(100);
  });
});

describe("SSH_KEY_MAX_DAYS", () => {
  const env = { SSH_KEY_MAX_DAYS: "30" };
  const post = async (fields: object) =>
    rest("POST", keysPath(joe.id), {
      token: admin,
      env,
      body: { name: "bounded", public_key: await freshSshKey(), ...fields },
    });

  test("is the validity of a key that states no end", async () => {
    const { json } = await post({});
    const { not_after } = (await get(json.id)).json;
    expect(Math.abs(Date.parse(not_after) - (Date.now() + 30 * DAY_MS))).toBeLessThan(60_000);
  });

  test("counts from not_before, where that is to come", async () => {
    const not_before = iso(Date.now() + 10 * DAY_MS);
    const { json } = await post({ not_before });
    expect((await get(json.id)).json.not_after).toBe(iso(Date.parse(not_before) + 30 * DAY_MS));
  });

  test.each([
    ["expires_in", () => ({ expires_in: 31 * 86_400 })],
    ["not_after", () => ({ not_after: iso(Date.now() + 31 * DAY_MS) })],
  ])("refuses a longer validity by %s", async (property, fields) => {
    const { status, json } = await post(fields());
    expect([status, json.property]).toEqual([400, property]);
  });
});

describe("resolve", () => {
  const resolve = (body: object, options = {}) =>
    rest("POST", "/role-store/api/v1/authorizedkeys/resolve", { token: admin, body, ...options });

  test("gives the one key that is valid now, by its line too", async () => {
    const blob = await freshSshKey();
    const id = await addKey(joe.id, { public_key: blob, expires_in: 60 });
    expect((await resolve({ public_key: blob })).json).toMatchObject({ id, username: joe.username });
    expect((await resolve({ public_key: `ssh-ed25519 ${blob} x`, username: joe.username })).json.id).toBe(id);
    expect((await resolve({ public_key: blob, username: "" })).json.id).toBe(id);
    expect((await resolve({ public_key: blob, username: "Joe@example.com" })).status).toBe(404);
    expect((await resolve({ public_key: blob, username: "ann" })).status).toBe(404);
    expect((await resolve({ public_key: blob }, { runtime: later(60_001) })).status).toBe(404);
  });

  test("does not give a key that is not valid yet", async () => {
    const blob = await freshSshKey();
    await addKey(joe.id, { public_key: blob, not_before: iso(Date.now() + DAY_MS) });
    expect((await resolve({ public_key: blob })).status).toBe(404);
    expect(
      (
        await resolve(
          { public_key: blob },
          { token: "", headers: basic(await ownerKey()), runtime: later(DAY_MS + 1) },
        )
      ).status,
    ).toBe(200);
  });

  test("an unknown key is 404, what is no key 400", async () => {
    const unknown = await resolve({ public_key: await freshSshKey() });
    expect([unknown.status, unknown.json.error_code]).toEqual([404, "OBJECT_NOT_FOUND"]);
    expect((await resolve({ public_key: "nonsense" })).status).toBe(400);
    expect((await resolve({})).status).toBe(400);
  });
});
