import { listDurableObjectIds } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { TestSocket, upgrade } from "../socket";
import { call, login, ORIGIN, ownerKey, send, tokenFor } from "../support";

describe("GET /main", () => {
  it("without an upgrade is 405, as any method but POST", async () => {
    const answer = await send("/main");
    expect(answer.status).toBe(405);
    expect(answer.headers.get("allow")).toBe("POST");
    expect(await answer.json()).toMatchObject({ error: { code: -32605 } });
  });

  it("is what a WebSocket takes: HEAD opens none, though it asks for an upgrade", async () => {
    const before = await listDurableObjectIds(env.CONNECTION);
    const answer = await send("/main", { method: "HEAD", headers: { upgrade: "websocket" } });
    expect([answer.status, answer.webSocket]).toEqual([405, null]);
    expect(await listDurableObjectIds(env.CONNECTION)).toEqual(before);
  });

  it("with an upgrade opens a WebSocket that speaks JSON-RPC", async () => {
    const socket = await TestSocket.open();
    expect(await socket.code("pkiAdmin/listHosts")).toBe(14);
    expect(await socket.code("no/such")).toBe(-32601);
  });

  it.each([
    ["no origin, as programs send none", undefined, 101],
    ["its own origin", ORIGIN, 101],
    ["a listed origin", "https://app.example.com", 101],
    ["a foreign origin", "https://evil.example.com", 403],
    ["an opaque origin", "null", 403],
  ])("from %s", async (_name, origin, status) => {
    const setup = { env: { CORS_ORIGINS: "https://app.example.com" } };
    const answer = await upgrade(origin === undefined ? {} : { origin }, setup);
    expect(answer.status).toBe(status);
  });
});

describe("a credential on the upgrade", () => {
  it.each([
    ["Bearer", (token: string) => ({ authorization: `Bearer ${token}` })],
    ["X-User-Token", (token: string) => ({ "x-user-token": token })],
  ])("binds the socket where it is a good token (%s)", async (_name, headers) => {
    const socket = await TestSocket.open(headers(await tokenFor("pki:read")));
    expect(await socket.code("pkiAdmin/listHosts")).toBe(0);
    expect(await socket.code("user/listApiKeys")).toBe(73);
  });

  it("is 401 where the token is not good, and no object is made for it", async () => {
    const { accessToken, refreshToken } = await login();
    await call("auth/token", { grantType: "refresh_token", refreshToken });
    const before = await listDurableObjectIds(env.CONNECTION);
    for (const token of ["", "nonsense", refreshToken, accessToken]) {
      const answer = await upgrade({ authorization: `Bearer ${token}` });
      expect(answer.status).toBe(401);
      expect(await answer.json()).toMatchObject({ id: null, error: { code: 14 } });
    }
    expect(await listDurableObjectIds(env.CONNECTION)).toHaveLength(before.length);
  });

  it("is 400 where it is another, even a good one", async () => {
    const { apiKeyId, apiKeySecret } = await ownerKey();
    const others = [
      `Basic ${btoa(`${apiKeyId}:${apiKeySecret}`)}`,
      `pmx-hmac-sha256 ${apiKeyId};1;${Date.now()};nonce;c2ln`,
      "Digest nonsense",
    ];
    for (const authorization of others) expect((await upgrade({ authorization })).status).toBe(400);
  });

  it("counts as a check of a secret", async () => {
    const SECRET_LIMIT = { limit: async () => ({ success: false }) } as RateLimit;
    const setup = { env: { RATE_LIMIT: "on", SECRET_LIMIT } };
    const answer = await upgrade({ authorization: `Bearer ${await tokenFor("pki:read")}` }, setup);
    expect(answer.status).toBe(429);
    expect((await upgrade({}, setup)).status).toBe(101);
  });

  it("cannot be smuggled in as what the Worker hands over to the object", async () => {
    const { accessToken } = await login();
    const bound = await TestSocket.open({ authorization: `Bearer ${accessToken}` });
    const [attachment] = (await bound.kept()).attachments;
    const forged = encodeURIComponent(JSON.stringify(attachment));
    const socket = await TestSocket.open({ "x-veridge-socket": forged });
    expect(await socket.code("pkiAdmin/listHosts")).toBe(14);
  });
});

it("an upgrade over the rate limit is 429", async () => {
  const REQUEST_LIMIT = { limit: async () => ({ success: false }) } as RateLimit;
  const answer = await upgrade({}, { env: { RATE_LIMIT: "on", REQUEST_LIMIT } });
  expect(answer.status).toBe(429);
});
