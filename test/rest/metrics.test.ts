import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { sweep } from "../../src/jobs/sweep";
import { isUserPubKey } from "../../src/keys/userPubKey";
import { bearer, call, freshPubKey, post, send, tokenFor } from "../support";

const scrape = async () => {
  const authorization = `Bearer ${await tokenFor("ops:read")}`;
  return (await send("/metrics", { headers: { authorization } })).text();
};
const rowsOf = (table: string) => env.DB.prepare(`select count(*) as n from ${table}`).first<number>("n");
const value = (text: string, sample: string) =>
  Number(
    text
      .split("\n")
      .find((line) => line.startsWith(`${sample} `))
      ?.slice(sample.length),
  );

describe("GET /metrics", () => {
  it("is for ops:read alone", async () => {
    const authorization = `Bearer ${await tokenFor("user:read_write")}`;
    expect((await send("/metrics")).status).toBe(401);
    expect((await send("/metrics", { headers: { authorization } })).status).toBe(403);
  });

  it("counts rows as they come and go, and tells the age of the clock and of the last sweep", async () => {
    const token = await tokenFor("pki:write");
    const host = { hostPubKey: freshPubKey(isUserPubKey), hostUrl: "https://bridge.example.com" };
    await call("pkiAdmin/setHost", host, bearer(token));
    const owner = { instanceId: host.hostPubKey, contextId: "context", userId: "user" };
    await call("pkiAdmin/setKey", { ...owner, userPubKey: freshPubKey(isUserPubKey) }, bearer(token));
    await call("pkiAdmin/deleteKey", owner, bearer(token));
    await sweep(env as never, Date.now);
    const full = await scrape();
    expect(value(full, 'veridge_rows{table="key_history"}')).toBe(2);
    expect(value(full, 'veridge_rows{table="hosts"}')).toBe(1);
    expect(value(full, 'veridge_rows{table="host_urls"}')).toBe(1);
    expect(value(full, "veridge_sweep_age_seconds")).toBeLessThan(60);
    expect(value(full, "veridge_clock_age_seconds")).toBeLessThan(60);
    expect(full).toMatch(/^veridge_schema_info\{migration="\d{4}_\w+\.sql"\} 1$/m);

    await sweep(env as never, Date.now);
    const stamped = ["key_history", "audit"];
    const swept = await Promise.all(stamped.map(rowsOf));
    const counted = await scrape();
    expect(stamped.map((table) => value(counted, `veridge_rows{table="${table}"}`))).toEqual(swept);

    await call("pkiAdmin/deleteHost", { instanceId: host.hostPubKey }, bearer(token));
    const after = await scrape();
    expect(value(after, 'veridge_rows{table="host_urls"}')).toBe(0);
    for (const table of ["users", "api_keys", "sessions"]) {
      expect(value(after, `veridge_rows{table="${table}"}`)).toBe(await rowsOf(table));
    }
  });

  it("counts the keys that expire within seven days", async () => {
    const insert = env.DB.prepare(
      `insert into ssh_keys (id, userId, name, algorithm, publicKey, fingerprint, notAfter, sourceAddress, createDate, author)
       select ?1, id, '', 'ssh-ed25519', ?1, ?1, ?2, '[]', 1, id from users limit 1`,
    );
    const DAY_MS = 86_400_000;
    const days = [-1, 1, 6, 8];
    await env.DB.batch(days.map((day) => insert.bind(String(day), Date.now() + day * DAY_MS)));
    expect(value(await scrape(), "veridge_ssh_keys_expiring")).toBe(2);
  });
});

describe("the Analytics Engine binding", () => {
  it("gets one data point for each method and outcome of a request", async () => {
    const points: AnalyticsEngineDataPoint[] = [];
    const ANALYTICS = { writeDataPoint: (point: AnalyticsEngineDataPoint) => void points.push(point) };
    const owner = { instanceId: freshPubKey(isUserPubKey), contextId: "context", userId: "user" };
    const calls = ["pki/getCurrentKey", "pki/getCurrentKey", "pki/getKeyHistory"].map((method, id) => ({
      jsonrpc: "2.0",
      id,
      method,
      params: owner,
    }));
    const { headers } = bearer(await tokenFor("pki:read"));
    let now = Date.now();
    const runtime = { now: () => now++ };
    await post(calls, { headers: headers ?? {}, setup: { env: { ANALYTICS }, runtime } });
    const ms = expect.any(Number);
    expect(points).toEqual([
      { indexes: ["pki/getCurrentKey"], blobs: ["pki/getCurrentKey", "79"], doubles: [2, ms] },
      { indexes: ["pki/getKeyHistory"], blobs: ["pki/getKeyHistory", "0"], doubles: [1, ms] },
    ]);
    expect(points[0]?.doubles?.[1]).toBeGreaterThan(0);
  });
});
