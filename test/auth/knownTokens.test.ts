import { env } from "cloudflare:workers";
import { afterEach, expect, test, vi } from "vitest";
import { KnownTokens } from "../../src/auth/knownTokens";
import { deriveMaster } from "../../src/auth/master";
import type { Masters } from "../../src/auth/secrets";
import { bearer, code, login, send, tokenFor } from "../support";

const READ = "pkiAdmin/listHosts";
const OTHER_MASTER = "YW5vdGhlciBtYXN0ZXIgc2VjcmV0LCAzMiBieXRlcyBsb25nIQ==";

afterEach(() => void vi.restoreAllMocks());

test("a token's signature is checked once in an isolate", async () => {
  const token = await tokenFor();
  const verify = vi.spyOn(crypto.subtle, "verify");
  for (let n = 0; n < 3; n++) expect(await code(READ, {}, bearer(token))).toBe(0);
  expect(verify).toHaveBeenCalledTimes(1);
});

test("a token that was good is 14 with a letter changed, added or left out, and again each time", async () => {
  const token = await tokenFor();
  expect(await code(READ, {}, bearer(token))).toBe(0);
  const last = token.at(-2) === "A" ? "B" : "A";
  for (const forged of [`${token.slice(0, -2)}${last}${token.at(-1)}`, `${token}A`, token.slice(0, -1)]) {
    expect(await code(READ, {}, bearer(forged))).toBe(14);
    expect(await code(READ, {}, bearer(forged))).toBe(14);
  }
});

test("a token that was good is 14 once it has expired", async () => {
  const clock = { now: Date.now() };
  const runtime = { now: () => clock.now };
  const { accessToken } = await login(["pki:read", "expires:3000"], { runtime });
  expect(await code(READ, {}, bearer(accessToken, { runtime }))).toBe(0);
  clock.now += 3_000;
  expect(await code(READ, {}, bearer(accessToken, { runtime }))).toBe(14);
});

test("a token that was good is 14 under another master, and on another server", async () => {
  const token = await tokenFor();
  expect(await code(READ, {}, bearer(token))).toBe(0);
  expect(await code(READ, {}, bearer(token, { env: { MASTER_SECRET: OTHER_MASTER } }))).toBe(14);
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: READ, params: {} });
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const elsewhere = await send("https://other.example.com/main", { method: "POST", body, headers });
  expect(await elsewhere.json()).toMatchObject({ error: { code: 14 } });
});

test("what is remembered is bounded", async () => {
  const tokens = new KnownTokens(2);
  const masters: Masters = [await deriveMaster(env.MASTER_SECRET)];
  const verified = { sessionId: "s", generation: 1, apiKeyId: "k", userId: "u", expires: 2 };
  const find = (token: string, now: number) => tokens.find(token, masters, "issuer", now);
  for (const token of ["a", "b", "c"]) tokens.keep(token, masters, "issuer", verified);
  expect(["a", "b", "c"].filter((token) => find(token, 1))).toEqual(["c"]);
  expect(find("c", 2)).toBeUndefined();
});
