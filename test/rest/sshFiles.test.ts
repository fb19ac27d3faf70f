import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, test } from "vitest";
import { ownerKey, tokenFor } from "../support";
import {
  addKey,
  at,
  basic,
  fingerprintOf,
  freshSshKey,
  keysPath,
  makeUser,
  rest,
  type TestUser,
} from "./support";

let admin: Record<string, string>;
let token: string;
beforeAll(async () => {
  admin = basic(await ownerKey());
  token = await tokenFor();
});

const file = (username: string, query = "", runtime = {}) =>
  rest("GET", `/ssh/authorized_keys/${username}${query}`, { headers: admin, runtime });
const DAY_MS = 86_400_000;
/** A whole second, so that the files can name it. */
const T0 = Math.floor(Date.now() / 1000) * 1000;
const openssh = (ms: number) => new Date(ms).toISOString().replace(/[-:T]|\.\d+/g, "");
const iso = (ms: number) => new Date(ms).toISOString();

describe("/ssh/authorized_keys", () => {
  test("has the keys that are valid now, oldest first, as sshd reads them", async () => {
    const joe = await makeUser();
    const [a, b, c] = [await freshSshKey(), await freshSshKey(), await freshSshKey()];
    await addKey(joe.id, { public_key: `ssh-ed25519 ${a} joe@laptop` });
    await addKey(joe.id, {
      public_key: b,
      not_after: "2040-01-01T00:00:00Z",
      source_address: ["192.168.100.7/24", "::ffff:10.0.0.1", "2001:DB8::1"],
    });
    await addKey(joe.id, { public_key: c, not_before: "2039-01-01T00:00:00Z" });
    await addKey(joe.id, { not_after: "2021-01-01T00:00:00Z" });
    const answer = await file(joe.username);
    expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "text/plain; charset=utf-8"]);
    expect(answer.text).toBe(
      `ssh-ed25519 ${a} joe@laptop\n` +
        `from="192.168.100.0/24,10.0.0.1,2001:db8::1",expiry-time="20391231235959Z" ssh-ed25519 ${b}\n`,
    );
    const later = await file(joe.username, "", at(Date.parse("2039-06-01T00:00:00Z")));
    expect(later.text).toContain(c);
  });

  test("leaves expiry-time out for ?expiry=none, and from= in", async () => {
    const joe = await makeUser();
    const public_key = await freshSshKey();
    await addKey(joe.id, { public_key, expires_in: 60, source_address: ["192.0.2.1"] });
    const answer = await file(joe.username, "?expiry=none");
    expect(answer.text).toBe(`from="192.0.2.1" ssh-ed25519 ${public_key}\n`);
    expect(answer.headers.get("cache-control")).toBe("no-store");
    expect((await file(joe.username, "?expiry=never")).status).toBe(400);
  });

  test("gives the one key of a fingerprint, a space counting as +", async () => {
    const joe = await makeUser();
    let blob: string;
    let print: string;
    do {
      blob = await freshSshKey();
      print = await fingerprintOf(blob);
    } while (!print.includes("+"));
    await addKey(joe.id, { public_key: blob });
    await addKey(joe.id);
    const expected = `ssh-ed25519 ${blob}\n`;
    expect((await file(joe.username, `?fingerprint=${encodeURIComponent(print)}`)).text).toBe(expected);
    expect((await file(joe.username, `?fingerprint=${print}`)).text).toBe(expected);
    const other = await file(joe.username, "?fingerprint=SHA256:unknown");
    expect([other.status, other.text]).toEqual([200, ""]);
  });

  test("never gives one user's key for another's name", async () => {
    const [joe, ann] = [await makeUser(), await makeUser()];
    const blob = await freshSshKey();
    await addKey(joe.id, { public_key: blob });
    const query = `?fingerprint=${encodeURIComponent(await fingerprintOf(blob))}`;
    expect((await file(ann.username, query)).text).toBe("");
  });

  test("is empty for a user without keys, 404 for a name that is nobody's, to the byte", async () => {
    const joe = await makeUser(["ssh:self"], "Case.Matters");
    expect(await file(joe.username)).toMatchObject({ status: 200, text: "" });
    for (const name of ["case.matters", "nobody", "case", "..%2fjoe"]) {
      expect((await file(name)).status).toBe(404);
    }
  });
});

/** The lines of allowed_signers that name this principal. */
async function signers(...principals: string[]): Promise<string[]> {
  const { text } = await rest("GET", "/ssh/allowed_signers", { headers: admin });
  return text.split("\n").filter((line) => principals.some((p) => line.startsWith(`${p} `)));
}

describe("/ssh/allowed_signers", () => {
  const as = (ms: number) => ({ token: "", headers: admin, runtime: at(ms) });
  const put = (user: TestUser, id: string, body: object, ms: number) =>
    rest("PUT", keysPath(user.id, id), { ...as(ms), body });
  const line = (name: string, blob: string, from: number, until?: number) => {
    const end = until === undefined ? "" : `,valid-before="${openssh(until - 1000)}"`;
    return `${name} valid-after="${openssh(from)}"${end} ssh-ed25519 ${blob}`;
  };

  test("starts at the registration, or at a later not_before", async () => {
    const joe = await makeUser();
    const [a, b, c] = [await freshSshKey(), await freshSshKey(), await freshSshKey()];
    await addKey(joe.id, { public_key: a, not_before: "2001-01-01T00:00:00Z" }, as(T0));
    await addKey(joe.id, { public_key: b, not_before: iso(T0 + DAY_MS) }, as(T0));
    await addKey(joe.id, { public_key: c, not_after: "2001-01-01T00:00:00Z" }, as(T0));
    expect((await signers(joe.username)).sort()).toEqual(
      [line(joe.username, a, T0), line(joe.username, b, T0 + DAY_MS)].sort(),
    );
  });

  test("ends at not_after, at a deletion before it, never later", async () => {
    const joe = await makeUser();
    const [a, b] = [await freshSshKey(), await freshSshKey()];
    const idA = await addKey(joe.id, { public_key: a, not_after: iso(T0 + 10_000) }, as(T0));
    const idB = await addKey(joe.id, { public_key: b, not_after: iso(T0 + 10_000) }, as(T0));
    await rest("DELETE", keysPath(joe.id, idA), as(T0 + 5000));
    await rest("DELETE", keysPath(joe.id, idB), as(T0 + 20_000));
    expect((await signers(joe.username)).sort()).toEqual(
      [line(joe.username, a, T0, T0 + 5000), line(joe.username, b, T0, T0 + 10_000)].sort(),
    );
  });

  test("a rotation ends the old key's span and starts the new one's", async () => {
    const joe = await makeUser();
    const [a, b] = [await freshSshKey(), await freshSshKey()];
    const id = await addKey(joe.id, { public_key: a }, as(T0));
    await put(joe, id, { name: "rotated", public_key: b }, T0 + 60_000);
    expect((await signers(joe.username)).sort()).toEqual(
      [line(joe.username, a, T0, T0 + 60_000), line(joe.username, b, T0 + 60_000)].sort(),
    );
  });

  test("a change of names alone leaves the span as it is", async () => {
    const joe = await makeUser();
    const public_key = await freshSshKey();
    const id = await addKey(joe.id, { public_key, not_after: iso(T0 + DAY_MS) }, as(T0));
    const body = { name: "y", public_key, not_after: iso(T0 + DAY_MS), source_address: ["192.0.2.1"] };
    await put(joe, id, body, T0 + 60_000);
    const { results } = await env.DB.prepare("select * from ssh_spans where keyId = ?1").bind(id).all();
    expect(results).toHaveLength(1);
  });

  test("a longer validity goes on without a gap, a shorter one ends no earlier than now", async () => {
    const joe = await makeUser();
    const [a, b] = [await freshSshKey(), await freshSshKey()];
    const idA = await addKey(joe.id, { public_key: a, not_after: iso(T0 + DAY_MS) }, as(T0));
    await put(joe, idA, { name: "x", public_key: a, not_after: iso(T0 + 2 * DAY_MS) }, T0 + 500);
    const idB = await addKey(joe.id, { public_key: b }, as(T0));
    await put(joe, idB, { name: "x", public_key: b, not_after: iso(T0 - DAY_MS) }, T0 + 60_000);
    expect((await signers(joe.username)).sort()).toEqual(
      [line(joe.username, a, T0, T0 + 2 * DAY_MS), line(joe.username, b, T0, T0 + 60_000)].sort(),
    );
  });

  test("a renewal after the end leaves the time between out", async () => {
    const joe = await makeUser();
    const public_key = await freshSshKey();
    const id = await addKey(joe.id, { public_key, not_after: iso(T0 + 60_000) }, as(T0));
    await put(joe, id, { name: "x", public_key }, T0 + DAY_MS);
    expect(await signers(joe.username)).toEqual([
      line(joe.username, public_key, T0, T0 + 60_000),
      line(joe.username, public_key, T0 + DAY_MS),
    ]);
  });

  test("a new name ends the old one's spans and starts its own", async () => {
    const joe = await makeUser();
    const public_key = await freshSshKey();
    await addKey(joe.id, { public_key }, as(T0));
    const renamed = `${joe.username}.new`;
    const path = `/local-user-store/api/v1/users/${joe.id}`;
    await rest("PUT", path, { ...as(T0 + 60_000), body: { username: renamed, full_name: "x" } });
    await rest("PUT", path, { ...as(T0 + 90_000), body: { username: renamed, full_name: "y" } });
    expect(await signers(joe.username, renamed)).toEqual([
      line(joe.username, public_key, T0, T0 + 60_000),
      line(renamed, public_key, T0 + 60_000),
    ]);
  });

  test("keeps the spans of a deleted user, ended then", async () => {
    const joe = await makeUser();
    const public_key = await freshSshKey();
    await addKey(joe.id, { public_key }, as(T0));
    await rest("DELETE", `/local-user-store/api/v1/users/${joe.id}`, as(T0 + 60_000));
    expect(await signers(joe.username)).toEqual([line(joe.username, public_key, T0, T0 + 60_000)]);
  });

  test("a take-over leaves the former owner's spans as they are", async () => {
    const [joe, ann] = [await makeUser(), await makeUser()];
    const public_key = await freshSshKey();
    await addKey(joe.id, { public_key, not_after: iso(T0 + 60_000) }, as(T0));
    const before = await signers(joe.username);
    const id = await addKey(ann.id, { public_key }, as(T0 + DAY_MS));
    expect(await signers(joe.username)).toEqual(before);
    expect(await signers(ann.username)).toEqual([line(ann.username, public_key, T0 + DAY_MS)]);
    await rest("DELETE", `${keysPath(ann.id, id)}?compromised=true`, as(T0 + 2 * DAY_MS));
    expect([await signers(joe.username), await signers(ann.username)]).toEqual([before, []]);
  });

  test("a compromised key leaves the file with all of its past, and no other does", async () => {
    const joe = await makeUser();
    const [a, b] = [await freshSshKey(), await freshSshKey()];
    const first = await addKey(joe.id, { public_key: a }, as(T0));
    await rest("DELETE", keysPath(joe.id, first), as(T0 + 60_000));
    const again = await addKey(joe.id, { public_key: a }, as(T0 + DAY_MS));
    await addKey(joe.id, { public_key: b }, as(T0));
    expect(await signers(joe.username)).toHaveLength(3);
    const path = keysPath(joe.id, again);
    expect((await rest("DELETE", `${path}?compromised=yes`, { token })).status).toBe(400);
    const gone = await rest("DELETE", `${path}?compromised=true`, { token });
    expect([gone.status, gone.text]).toEqual([200, ""]);
    expect(await signers(joe.username)).toEqual([line(joe.username, b, T0)]);
  });

  test("a compromised key cannot come back to its user, by any way", async () => {
    const joe = await makeUser();
    const public_key = await freshSshKey();
    const id = await addKey(joe.id, { public_key });
    await rest("DELETE", `${keysPath(joe.id, id)}?compromised=true`, { token });
    const body = { name: "again", public_key };
    const posted = await rest("POST", keysPath(joe.id), { token, body });
    expect([posted.status, posted.json.property]).toEqual([400, "public_key"]);
    const other = await addKey(joe.id);
    expect((await rest("PUT", keysPath(joe.id, other), { token, body })).status).toBe(400);
    const text = { "content-type": "text/plain" };
    const line = `ssh-ed25519 ${public_key}`;
    const imported = await rest("POST", `${keysPath(joe.id)}/import`, { token, body: line, headers: text });
    expect(imported.json).toMatchObject({ refused: 1 });
  });
});

describe("spans are append-only, and the bounds stand in the database too", () => {
  test.each([
    "update ssh_spans set principal = 'x'",
    "delete from ssh_spans",
    "update ssh_span_ends set endDate = 0",
    "delete from ssh_span_ends",
    "update ssh_compromised set createDate = 0",
    "delete from ssh_compromised",
    "insert into ssh_spans select null, keyId, userId, principal, algorithm, publicKey, fingerprint, 1, 2 from ssh_spans s where not exists (select 1 from ssh_span_ends e where e.spanId = s.id)",
    "update ssh_keys set userId = 'x'",
    `update ssh_keys set sourceAddress = '[${Array(65).fill(1)}]'`,
    "update ssh_keys set notBefore = 2, notAfter = 2",
  ])("refused: %.60s", async (statement) => {
    await expect(env.DB.prepare(statement).run()).rejects.toThrow(/CONSTRAINT|constraint/);
  });
});
