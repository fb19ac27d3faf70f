import { evictDurableObject, runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { TestSocket, upgrade } from "../socket";
import { bearer, call, code, ownerKey } from "../support";

const isAllowed = "pkiAdmin/listHosts";

async function credentials(scope: string[]) {
  const { apiKeyId: clientId, apiKeySecret: clientSecret } = await ownerKey();
  return { grantType: "client_credentials", clientId, clientSecret, scope };
}

/** A socket with the tokens that work on it alone. */
async function open() {
  const socket = await TestSocket.open();
  const { result } = await socket.rpc("auth/token", await credentials(["pki:read", "connection"]));
  const refresh = { grantType: "refresh_token", refreshToken: result.refreshToken };
  return { socket, accessToken: result.accessToken, refreshToken: result.refreshToken, refresh };
}

const sessionsOfConnections = async () => {
  const count = env.DB.prepare("select count(*) as n from sessions where connectionId is not null");
  return (await count.first<{ n: number }>())?.n;
};

describe("a token with the scope `connection`", () => {
  it("cannot be had over HTTP", async () => {
    expect(await code("auth/token", await credentials(["pki:read", "connection"]))).toBe(-32602);
  });

  it("works on its socket, bound or shown with a call, also after an eviction", async () => {
    const { socket, accessToken } = await open();
    expect(await socket.code(isAllowed, {}, accessToken)).toBe(0);
    expect(await socket.bind(accessToken)).toBe(0);
    await socket.evict();
    expect(await socket.code(isAllowed)).toBe(0);
    expect(await socket.code(isAllowed, {}, accessToken)).toBe(0);
  });

  it("is 14 everywhere else", async () => {
    const { accessToken, refresh } = await open();
    const other = await TestSocket.open();
    expect(await code(isAllowed, {}, bearer(accessToken))).toBe(14);
    expect(await other.code(isAllowed, {}, accessToken)).toBe(14);
    expect(await other.bind(accessToken)).toBe(14);
    expect((await upgrade({ authorization: `Bearer ${accessToken}` })).status).toBe(401);
    expect(await other.code("auth/token", refresh)).toBe(14);
    expect(await code("auth/token", refresh)).toBe(14);
  });

  it("is refreshed on its socket, and the new one works there alone too", async () => {
    const { socket, accessToken, refresh } = await open();
    await socket.bind(accessToken);
    await socket.evict();
    const { result } = await socket.rpc("auth/token", refresh);
    expect(await socket.code(isAllowed)).toBe(14);
    expect(await socket.bind(result.accessToken)).toBe(0);
    expect(await socket.code(isAllowed)).toBe(0);
    expect(await code(isAllowed, {}, bearer(result.accessToken))).toBe(14);
  });

  it("is not forked", async () => {
    const { socket, refreshToken } = await open();
    expect(await socket.code("auth/forkToken", { refreshToken, sessionName: "fork" })).toBe(-32600);
  });
});

describe("the sessions of a connection end", () => {
  it("when the client closes it, evicted or not, and no others", async () => {
    const kept = await call("auth/token", await credentials(["pki:read"]));
    const { socket } = await open();
    const before = (await sessionsOfConnections()) ?? 0;
    await socket.evict();
    socket.close(1000);
    await vi.waitUntil(async () => (await sessionsOfConnections()) === before - 1);
    expect(await code(isAllowed, {}, bearer(kept.accessToken))).toBe(0);
    const auditor = await call("auth/token", await credentials(["audit:read"]));
    const { list } = await call("audit/list", { method: "websocket.close" }, bearer(auditor.accessToken));
    expect(list[0]).toMatchObject({ action: "sessions.delete", apiKeyId: (await ownerKey()).apiKeyId });
  });

  it("when the client asks for one and closes at once", async () => {
    const socket = await TestSocket.open();
    const before = await sessionsOfConnections();
    const params = await credentials(["pki:read", "connection"]);
    const trips = vi.spyOn(env.DB, "withSession");
    socket.send(JSON.stringify({ jsonrpc: "2.0", method: "auth/token", params }));
    socket.close(1000);
    await vi.waitUntil(() => trips.mock.calls.length === 4); // reads the key, makes the session, sees it, ends it
    expect(await sessionsOfConnections()).toBe(before);
  });

  it("at the latest when the socket would have been idle, where its object died without a word", async () => {
    const { socket, accessToken } = await open();
    const before = (await sessionsOfConnections()) ?? 0;
    await evictDurableObject(socket.stub, { webSockets: "close" });
    const next = await TestSocket.open();
    expect(await next.bind(accessToken)).toBe(14);
    expect(await runDurableObjectAlarm(socket.stub)).toBe(true);
    expect(await sessionsOfConnections()).toBe(before - 1);
    expect(await socket.kept()).toEqual({ attachments: [], stored: 0, alarm: null });
  });
});
