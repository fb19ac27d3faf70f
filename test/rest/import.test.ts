import { beforeAll, describe, expect, test } from "vitest";
import { ownerKey, tokenFor } from "../support";
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

let admin: string;
beforeAll(async () => {
  admin = await tokenFor();
});

const TEXT = { "content-type": "text/plain; charset=utf-8" };
const send = (user: TestUser, lines: string[], options = {}) =>
  rest("POST", `${keysPath(user.id)}/import`, {
    token: admin,
    body: lines.join("\n"),
    headers: TEXT,
    ...options,
  });
const keys = async (user: TestUser) => (await rest("GET", keysPath(user.id), { token: admin })).json.items;

describe("the import of an authorized_keys file", () => {
  test("takes over keys, comments, from= and expiry-time=, line by line", async () => {
    const joe = await makeUser();
    const [a, b] = [await freshSshKey(), await freshSshKey()];
    const answer = await send(joe, [
      "# my keys",
      `ssh-ed25519 ${a} joe@laptop`,
      "",
      `from="192.0.2.0/24,2001:db8::1",expiry-time="20400101Z" ssh-ed25519 ${b}`,
    ]);
    expect(answer.status).toBe(200);
    expect(answer.json).toMatchObject({ added: 2, known: 0, refused: 0 });
    expect(answer.json.items).toMatchObject([
      { line: 2, result: "added", fingerprint: await fingerprintOf(a) },
      { line: 4, result: "added", fingerprint: await fingerprintOf(b) },
    ]);
    const stored = await keys(joe);
    expect(stored.map((k: { id: string }) => k.id).sort()).toEqual(
      answer.json.items.map((i: { id: string }) => i.id).sort(),
    );
    expect(stored.find((k: { public_key: string }) => k.public_key === a)).toMatchObject({
      name: "joe@laptop",
      comment: "joe@laptop",
      source_address: [],
    });
    expect(stored.find((k: { public_key: string }) => k.public_key === b)).toMatchObject({
      name: await fingerprintOf(b),
      source_address: ["192.0.2.0/24", "2001:db8::1"],
      not_after: "2040-01-01T00:00:00Z",
    });
  });

  test("changes nothing the second time", async () => {
    const joe = await makeUser();
    const lines = [
      `ssh-ed25519 ${await freshSshKey()} a`,
      `from="192.0.2.1",expiry-time="20400101Z" ssh-ed25519 ${await freshSshKey()}`,
    ];
    await send(joe, lines);
    const stored = async () =>
      (await keys(joe)).map(({ expires_in: _, ...key }: { expires_in?: number }) => key);
    const before = await stored();
    const again = await send(joe, lines);
    expect(again.json).toMatchObject({ added: 0, known: 2, refused: 0 });
    expect(await stored()).toEqual(before);
  });

  test.each([
    ["command=", 'command="/bin/true" ssh-ed25519 KEY', /command/],
    ["cert-authority", "cert-authority ssh-ed25519 KEY", /cert-authority/],
    ["several", "no-pty,restrict ssh-ed25519 KEY", /no-pty, restrict/],
    ["one beside a good one", 'from="192.0.2.1",no-pty ssh-ed25519 KEY', /no-pty/],
    ["a host name in from=", 'from="host.example.com" ssh-ed25519 KEY', /source address/],
    ["65 addresses in from=", `from="${Array(65).fill("192.0.2.1")}" ssh-ed25519 KEY`, /at most 64/],
    ["a local time", 'expiry-time="20400101" ssh-ed25519 KEY', /UTC/],
    ["no key at all", "nonsense", /./],
  ])("refuses a line with %s and names the reason, and takes the others", async (_name, line, reason) => {
    const joe = await makeUser();
    const good = `ssh-ed25519 ${await freshSshKey()}`;
    const { json } = await send(joe, [line.replace("KEY", await freshSshKey()), good]);
    expect(json).toMatchObject({ added: 1, refused: 1 });
    expect(json.items).toMatchObject([
      { line: 1, result: "refused" },
      { line: 2, result: "added" },
    ]);
    expect(json.items[0].reason).toMatch(reason);
    expect(await keys(joe)).toHaveLength(1);
  });

  test("refuses another user's key, unless it has expired", async () => {
    const [joe, ann] = [await makeUser(), await makeUser()];
    const [valid, expired] = [await freshSshKey(), await freshSshKey()];
    await addKey(ann.id, { public_key: valid });
    await addKey(ann.id, { public_key: expired, expires_in: 1 });
    const lines = [valid, expired].map((k) => `ssh-ed25519 ${k}`);
    const { json } = await send(joe, lines, { runtime: later(1001) });
    expect(json.items).toMatchObject(
      [{ result: "refused", reason: /another user/ }, { result: "added" }].map((i) =>
        "reason" in i ? { ...i, reason: expect.stringMatching(i.reason as RegExp) } : i,
      ),
    );
    expect((await keys(ann)).map((k: { public_key: string }) => k.public_key)).toEqual([valid]);
  });

  test("takes a key that stands twice once", async () => {
    const joe = await makeUser();
    const line = `ssh-ed25519 ${await freshSshKey()}`;
    const { json } = await send(joe, [line, `${line} again`, `from="192.0.2.1" ${line}`]);
    expect(json.items.map((i: { result: string }) => i.result)).toEqual(["added", "known", "refused"]);
    expect(await keys(joe)).toHaveLength(1);
  });

  test("refuses a known key whose line is stricter than what is kept", async () => {
    const joe = await makeUser();
    const blob = await freshSshKey();
    await addKey(joe.id, { public_key: blob });
    for (const option of ['from="192.0.2.1"', 'expiry-time="20400101Z"']) {
      const { json } = await send(joe, [`${option} ssh-ed25519 ${blob}`]);
      expect(json.items).toMatchObject([
        { result: "refused", reason: expect.stringMatching("other restrictions") },
      ]);
    }
    expect((await send(joe, [`ssh-ed25519 ${blob}`])).json.known).toBe(1);
  });

  test("fills the user's 100 places and refuses the rest, line by line", async () => {
    const joe = await makeUser();
    await addKey(joe.id);
    const lines = await Promise.all(
      Array.from({ length: 102 }, async () => `ssh-ed25519 ${await freshSshKey()}`),
    );
    const { json } = await send(joe, lines);
    expect(json).toMatchObject({ added: 99, refused: 3 });
    expect(json.items.slice(-3).every((i: { reason: string }) => /100 keys/.test(i.reason))).toBe(true);
    expect((await send(joe, lines)).json).toMatchObject({ added: 0, known: 99, refused: 3 });
  });

  test("keeps to SSH_KEY_MAX_DAYS", async () => {
    const joe = await makeUser();
    const env = { SSH_KEY_MAX_DAYS: "30" };
    const lines = [
      `ssh-ed25519 ${await freshSshKey()}`,
      `expiry-time="20900101Z" ssh-ed25519 ${await freshSshKey()}`,
    ];
    const { json } = await send(joe, lines, { env });
    expect(json.items).toMatchObject([
      { result: "added" },
      { result: "refused", reason: expect.stringMatching("30 days") },
    ]);
    expect((await keys(joe))[0].not_after).toBeDefined();
    expect((await send(joe, lines, { env })).json).toMatchObject({ known: 1 });
  });

  test("also goes for `current`, and needs a user", async () => {
    const { apiKeyId, apiKeySecret } = await ownerKey();
    const headers = { ...TEXT, ...basic({ apiKeyId, apiKeySecret }) };
    const body = `ssh-ed25519 ${await freshSshKey()}`;
    const path = `${keysPath("current")}/import`;
    expect((await rest("POST", path, { body, headers })).json.added).toBe(1);
    expect((await rest("POST", `${keysPath("nobody")}/import`, { body, headers })).status).toBe(404);
  });

  test.each([
    ["over 500 lines", "\n".repeat(500), TEXT, 400],
    ["of another media type", "ssh-ed25519 x", { "content-type": "application/json" }, 400],
    ["over 256 KiB", "#".repeat(262_145), TEXT, 413],
    ["that is empty", "", TEXT, 200],
  ])("a file %s is %4$i", async (_name, body, headers, status) => {
    const joe = await makeUser();
    expect((await rest("POST", `${keysPath(joe.id)}/import`, { token: admin, body, headers })).status).toBe(
      status,
    );
  });
});
