import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { isUserPubKey } from "../../src/keys/userPubKey";
import { freshIsolate, freshPubKey, post, tokenFor } from "../support";

const owner = { instanceId: freshPubKey(isUserPubKey), contextId: "context", userId: "user" };
const call = (method: string, params: object) => ({ jsonrpc: "2.0", id: 1, method, params });
const read = call("pki/getKeyAt", { ...owner, date: 5 });
const write = call("pkiAdmin/setKey", { ...owner, userPubKey: freshPubKey(isUserPubKey) });
/** As D1 writes them; the local database takes any text. */
const BOOKMARK = "00000000-00000004-00004f5a-0123456789abcdef0123456789abcdef";
const REFUSED = "no bookmark at all";

/** The real database, which notes where each session starts and refuses one bookmark, as D1 refuses what is none. */
function watched() {
  const starts: string[] = [];
  const DB = {
    withSession(start: string) {
      starts.push(start);
      const session = env.DB.withSession(start);
      const batch = () => Promise.reject(new Error("D1_ERROR: invalid bookmark"));
      return start === REFUSED
        ? { prepare: (sql: string) => session.prepare(sql), batch, getBookmark: () => null }
        : session;
    },
  };
  return { DB: DB as unknown as D1Database, starts };
}

async function ask(body: object, headers: Record<string, string>, vars: Record<string, string> = {}) {
  const { DB, starts } = watched();
  const warnings = vi.spyOn(console, "warn").mockReturnValue();
  const response = await post(body, { headers, setup: { env: { DB, PUBLIC_READ: "true", ...vars } } });
  const lines = warnings.mock.calls.map(([line]) => JSON.parse(line).event);
  warnings.mockRestore();
  return { starts, lines, bookmark: response.headers.get("x-d1-bookmark"), answer: await response.json() };
}

beforeEach(freshIsolate);

test("a read that no revocation can touch runs on any replica, and its answer has the bookmark", async () => {
  expect(await ask(read, {})).toMatchObject({
    starts: ["first-unconstrained"],
    bookmark: expect.stringMatching(/^[0-9a-f-]{20,}$/),
  });
});

test("or on one that is as new as the caller's bookmark", async () => {
  expect((await ask(read, { "x-d1-bookmark": BOOKMARK })).starts).toEqual([BOOKMARK]);
});

describe("everything else runs on the primary, whatever the bookmark", () => {
  test("a read that looks a credential up", async () => {
    const authorization = `Bearer ${await tokenFor()}`;
    const vars = { PUBLIC_READ: "false", READ_AUTH_CACHE_SECONDS: "0" };
    const { starts } = await ask(read, { authorization, "x-d1-bookmark": BOOKMARK }, vars);
    expect(starts).toEqual(["first-primary"]);
  });

  test("both batches of a write, and its answer has the bookmark that shows it", async () => {
    const authorization = `Bearer ${await tokenFor()}`;
    const { starts, bookmark } = await ask(write, { authorization, "x-d1-bookmark": BOOKMARK });
    expect(starts).toEqual(["first-primary", "first-primary"]);
    expect(bookmark).not.toBe(BOOKMARK);
  });
});

test("a bookmark that D1 refuses is ignored, with a line in the log", async () => {
  expect(await ask(read, { "x-d1-bookmark": REFUSED })).toMatchObject({
    starts: [REFUSED, "first-primary"],
    lines: ["bookmark ignored: refused by the database"],
    answer: { error: { code: 80 } },
  });
});

test("so is one of more than 256 characters", async () => {
  const long = "0".repeat(257);
  expect(await ask(read, { "x-d1-bookmark": long })).toMatchObject({
    starts: ["first-unconstrained"],
    lines: ["bookmark ignored: too long"],
  });
  expect((await ask(read, { "x-d1-bookmark": "0".repeat(256) })).lines).toEqual([]);
});
