import { describe, expect, test } from "vitest";
import type { Env } from "../src/config";
import { logsOf } from "./logs";
import { post, send } from "./support";

const CALL = { jsonrpc: "2.0", id: 1, method: "pkiAdmin/listHosts" };

/** Status, body and log of a call under these settings. */
async function under(env: Partial<Env>) {
  let response: Response | undefined;
  const lines = await logsOf(async () => {
    response = await post(CALL, { setup: { env } });
  });
  return { status: response?.status, body: await response?.text(), lines };
}

describe("MASTER_SECRET", () => {
  test.each<[string, string | undefined, string]>([
    ["missing", undefined, "MASTER_SECRET is not set"],
    ["empty", "", "MASTER_SECRET is not set"],
    ["of 31 bytes", btoa("x".repeat(31)), "MASTER_SECRET is shorter than 32 bytes"],
    ["no base64", "not base64: 32 letters or more, as said", "MASTER_SECRET is not base64"],
  ])("%s is 503 with a log line that says so", async (_what, MASTER_SECRET, error) => {
    const { status, body, lines } = await under({ MASTER_SECRET: MASTER_SECRET as string });
    expect([status, body]).toEqual([503, "Service Unavailable"]);
    expect(lines).toMatchObject([{ level: "error", event: "not configured", error }]);
    for (const path of ["/main", "/.well-known/jwks.json", "/nothing"]) {
      expect((await send(path, {}, { env: { MASTER_SECRET: MASTER_SECRET as string } })).status, path).toBe(
        503,
      );
    }
  });

  test("of 32 bytes is enough", async () => {
    expect((await under({ MASTER_SECRET: btoa("x".repeat(32)) })).status).toBe(200);
    expect((await under({ MASTER_SECRET: `${btoa("x".repeat(32))}\n` })).status).toBe(200);
  });

  test("a previous one that is too short is 503 too, an empty one is none", async () => {
    const { status, lines } = await under({ MASTER_SECRET_PREVIOUS: btoa("short") });
    expect(status).toBe(503);
    expect(lines[0]).toMatchObject({ error: "MASTER_SECRET_PREVIOUS is shorter than 32 bytes" });
    expect((await under({ MASTER_SECRET_PREVIOUS: "" })).status).toBe(200);
  });
});

describe("settings that make no sense are 503 and named, never repeated", () => {
  test.each<[keyof Env, string]>([
    ["PUBLIC_READ", "yes"],
    ["PUBLIC_READ", "TRUE"],
    ["CORS_ORIGINS", "apps.example.com"],
    ["CORS_ORIGINS", "https://app.example.com/"],
    ["CORS_ORIGINS", "https://app.example.com *"],
    ["READ_AUTH_CACHE_SECONDS", "61"],
    ["READ_AUTH_CACHE_SECONDS", "-1"],
    ["READ_AUTH_CACHE_SECONDS", "1.5"],
    ["READ_AUTH_CACHE_SECONDS", "ten"],
    ["SOCKET_IDLE_SECONDS", "-1"],
    ["SOCKET_IDLE_SECONDS", "86401"],
    ["SSH_KEY_MAX_DAYS", "0"],
    ["SSH_KEY_MAX_DAYS", "-30"],
    ["SSH_KEY_MAX_DAYS", "1000000"],
    ["SSH_KEY_MAX_DAYS", "a month"],
    ["OAUTH_REDIRECTS", "console.example.com/callback"],
    ["OAUTH_REDIRECTS", "https://app.example.com/callback#part"],
    ["OAUTH_REDIRECTS", "https://app.example.com/callback, nowhere"],
  ])("%s = %j", async (name, value) => {
    const { status, lines } = await under({ [name]: value });
    expect(status).toBe(503);
    expect(lines[0]?.error).toMatch(name);
    expect(lines[0]?.error).not.toContain(value);
  });

  test.each<[keyof Env, string]>([
    ["PUBLIC_READ", "false"],
    ["PUBLIC_READ", ""],
    ["CORS_ORIGINS", "https://a.example.com, http://localhost:3000"],
    ["READ_AUTH_CACHE_SECONDS", "0"],
    ["READ_AUTH_CACHE_SECONDS", "60"],
    ["SOCKET_IDLE_SECONDS", "1"],
    ["SOCKET_IDLE_SECONDS", "86400"],
    ["SSH_KEY_MAX_DAYS", "1"],
    ["SSH_KEY_MAX_DAYS", "999999"],
    ["OAUTH_REDIRECTS", "https://app.example.com/callback, http://localhost:3000/callback"],
  ])("%s = %j is good", async (name, value) => {
    expect((await under({ [name]: value })).status).toBe(200);
  });
});
