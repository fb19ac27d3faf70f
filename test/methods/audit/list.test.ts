import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { world } from "../../../src/context";
import { sweep } from "../../../src/jobs/sweep";
import { isUserPubKey } from "../../../src/keys/userPubKey";
import { expectInvariants } from "../../invariants";
import {
  bearer,
  call,
  code,
  freshPubKey,
  login,
  loginWith,
  ownerKey,
  post,
  rpc,
  send,
  tokenFor,
} from "../../support";

const HOUR_MS = 3_600_000;
const host = freshPubKey(isUserPubKey);
const keyOwner = { instanceId: host, contextId: "context", userId: "alice" };

interface Entry {
  date: number;
  part: number;
  method: string;
  action: string;
  subject?: Record<string, string>;
  code?: number;
  count?: number;
  userId?: string;
  apiKeyId?: string;
  sessionId?: string;
  address?: string;
  requestId?: string;
}

const auditor = async () => bearer(await tokenFor("audit:read"));

/** What was written since `act` began, oldest first, without the auditor's own log-in. */
async function trailOf(act: () => Promise<unknown>): Promise<Entry[]> {
  const sent = await auditor();
  const [{ date: start } = { date: 0 }] = (await call("audit/list", { limit: 1 }, sent)).list as Entry[];
  await act();
  const { list } = await call("audit/list", { from: start + 1, limit: 500 }, sent);
  return (list as Entry[]).toReversed();
}

const ADDRESS = "192.0.2.7";
const from = (token: string) => ({
  headers: { authorization: `Bearer ${token}`, "cf-connecting-ip": ADDRESS },
});

describe("the audit trail", () => {
  it("says who changed what, when, from where and in which request", async () => {
    const { accessToken } = await login(["pki:write", "pki:read"]);
    const { apiKeyId } = await ownerKey();
    let requestId: string | null = null;
    const trail = await trailOf(async () => {
      const params = { ...keyOwner, userPubKey: freshPubKey(isUserPubKey) };
      const answer = await post(
        { jsonrpc: "2.0", id: 1, method: "pkiAdmin/setKey", params },
        from(accessToken),
      );
      requestId = answer.headers.get("x-request-id");
    });
    const { createDate } = await call("pki/getCurrentKey", keyOwner, bearer(accessToken));
    expect(trail).toEqual([
      {
        date: createDate,
        part: 0,
        method: "pkiAdmin/setKey",
        action: "key_history.create",
        subject: keyOwner,
        userId: expect.any(String),
        apiKeyId,
        sessionId: expect.any(String),
        address: ADDRESS,
        requestId,
      },
    ]);
  });

  it("names every object that a call changes, under one date", async () => {
    const sent = bearer(await tokenFor("pki:write"));
    const url = "https://audited.example.com";
    const hostPubKey = freshPubKey(isUserPubKey);
    const added = await trailOf(() => call("pkiAdmin/setHost", { hostPubKey, hostUrl: url }, sent));
    expect(added.map((e) => [e.part, e.action, e.subject])).toEqual([
      [0, "hosts.create", { hostPubKey }],
      [1, "host_urls.create", { hostPubKey, url }],
    ]);
    expect(new Set(added.map((e) => e.date)).size).toBe(1);
    const deleted = await trailOf(() => call("pkiAdmin/deleteHost", { instanceId: hostPubKey }, sent));
    expect(deleted.map((e) => e.action)).toEqual(["hosts.delete", "host_urls.delete"]);
  });

  it("follows API keys and sessions, whose owner is named also where nobody was logged in", async () => {
    const sent = bearer(await tokenFor("user:read_write"));
    const clientSecret = "a secret that the audit trail must not hold";
    const key = { type: "secret", name: "audited", clientSecret, maxScope: ["pki:read"] };
    let apiKeyId = "";
    const trail = await trailOf(async () => {
      ({ apiKeyId } = await call("user/addApiKey", key, sent));
      const granted = await loginWith({ apiKeyId, apiKeySecret: clientSecret }, []);
      await call("auth/token", { grantType: "refresh_token", refreshToken: granted.refreshToken });
      await call("user/updateApiKey", { apiKeyId, name: "renamed" }, sent);
      await call("user/deleteApiKey", { apiKeyId }, sent);
    });
    expect(trail.map((e) => [e.method, e.action])).toEqual([
      ["user/addApiKey", "api_keys.create"],
      ["auth/token", "sessions.create"],
      ["auth/token", "sessions.refresh"],
      ["user/updateApiKey", "api_keys.change"],
      ["user/deleteApiKey", "api_keys.delete"],
      ["user/deleteApiKey", "sessions.delete"],
    ]);
    expect(trail[1]).toMatchObject({ apiKeyId, userId: expect.any(String), subject: { apiKeyId } });
    expect(JSON.stringify(trail)).not.toContain(clientSecret);
  });

  it("has no entry for a change that was refused by the state it found, and none for a read", async () => {
    const sent = bearer(await tokenFor("pki:read_write"));
    const trail = await trailOf(async () => {
      expect(await code("pkiAdmin/deleteHost", { instanceId: freshPubKey(isUserPubKey) }, sent)).toBe(82);
      await rpc("pki/getCurrentKey", keyOwner, sent);
    });
    expect(trail).toEqual([]);
  });

  it("keeps refusals of proven callers, 60 for each API key and hour, and then one entry with their number", async () => {
    const sent = bearer(await tokenFor("pki:read"));
    const { apiKeyId } = await ownerKey();
    const refused = await trailOf(async () => {
      const calls = Array.from({ length: 25 }, (_, id) => ({
        jsonrpc: "2.0",
        id,
        method: "user/listApiKeys",
        params: {},
      }));
      for (let n = 0; n < 3; n++) await post(calls, sent);
    });
    expect(refused).toHaveLength(60);
    expect(refused[0]).toMatchObject({ method: "user/listApiKeys", action: "refused", code: 73, apiKeyId });
    const inAnHour = () => world.now() + HOUR_MS;
    const counted = await trailOf(() => sweep(env as never, inAnHour));
    expect(counted).toEqual([
      { date: expect.any(Number), part: 0, method: "refusals", action: "refused", count: 75, apiKeyId },
    ]);
  });

  it("writes nothing for callers who prove nothing", async () => {
    const trail = await trailOf(async () => {
      expect(await code("user/listApiKeys", {}, bearer("no.real.token"))).toBe(14);
      expect(await code("user/listApiKeys", {})).toBe(14);
    });
    expect(trail).toEqual([]);
  });

  it("goes on from a cursor until nothing is left, and filters", async () => {
    const sent = await auditor();
    const everything = (await call("audit/list", { limit: 500 }, sent)).list as Entry[];
    const pages: Entry[] = [];
    let cursor: string | undefined;
    do {
      const page = await call("audit/list", { limit: 7, ...(cursor && { cursor }) }, sent);
      pages.push(...page.list);
      cursor = page.cursor;
    } while (cursor);
    expect(pages).toEqual(everything);
    const { list } = await call("audit/list", { method: "pkiAdmin/setHost" }, sent);
    expect(list).toEqual(everything.filter((e) => e.method === "pkiAdmin/setHost"));
  });

  it("is exported as lines of JSON, oldest first, each with the cursor to go on from", async () => {
    const sent = await auditor();
    const everything = ((await call("audit/list", { limit: 500 }, sent)).list as Entry[]).toReversed();
    const read = async (after?: string) => {
      const response = await send(`/audit/export${after ? `?after=${after}` : ""}`, sent);
      expect(response.headers.get("content-type")).toMatch(/^text\/plain/);
      const lines = (await response.text()).split("\n").filter((line) => line !== "");
      return lines.map((line) => JSON.parse(line) as Entry & { cursor: string });
    };
    const exported = await read();
    expect(exported.map(({ cursor: _, ...entry }) => entry)).toEqual(everything);
    const [, , third, ...rest] = exported;
    expect(await read(third?.cursor)).toEqual(rest);
    expect(await read(exported.at(-1)?.cursor)).toEqual([]);
    expect((await send("/audit/export", bearer(await tokenFor("pki:read")))).status).toBe(403);
  });

  it("cannot be rewritten, and only rows older than the retention go", async () => {
    const run = (sql: string) => env.DB.prepare(sql).run();
    await expect(run("update audit set method = 'x'")).rejects.toThrow("audit_no_update");
    await expect(run("delete from audit")).rejects.toThrow("audit_no_early_delete");
    const yearAgo = world.now() - 366 * 24 * HOUR_MS;
    await run(`insert into audit (stamp, part, method, action) values (${yearAgo}, 0, 'old', 'refused')`);
    await sweep(env as never, world.now);
    const { results } = await env.DB.prepare("select method from audit where stamp <= ?1")
      .bind(yearAgo)
      .all();
    expect(results).toEqual([]);
  });

  it("leaves the database as it promises", expectInvariants);
});
