import { env } from "cloudflare:workers";
import { decodeJwt } from "jose";
import { afterEach, describe, expect, it, vi } from "vitest";
import { TestSocket } from "../socket";
import { bearer, call, login, loginWith, type Owner, rpc, send, tokenFor } from "../support";

afterEach(() => void vi.useRealTimers());

const asOwner = async (method: string, params: object) =>
  call(method, params, bearer(await tokenFor("user:read_write")));

async function newApiKey(userId?: string): Promise<Owner> {
  const apiKeySecret = "a secret that is long enough for the contract";
  const params = {
    type: "secret",
    name: "script",
    clientSecret: apiKeySecret,
    maxScope: ["pki:read"],
    userId,
  };
  return { ...(await asOwner("user/addApiKey", params)), apiKeySecret };
}

const sessionIdOf = (accessToken: string): string => decodeJwt<{ sid: string }>(accessToken).sid;

describe("auth/bindAccessToken", () => {
  it("gives later calls the token's rights, also after the object was evicted", async () => {
    const socket = await TestSocket.open();
    expect(await socket.code("pkiAdmin/listHosts")).toBe(14);
    expect(await socket.bind(await tokenFor("pki:read"))).toBe(0);
    expect(await socket.code("pkiAdmin/listHosts")).toBe(0);
    await socket.evict();
    expect(await socket.code("pkiAdmin/listHosts")).toBe(0);
    expect(await socket.code("user/listApiKeys")).toBe(73);
  });

  it("replaces the token bound before", async () => {
    const socket = await TestSocket.open();
    await socket.bind(await tokenFor("pki:read"));
    await socket.bind(await tokenFor("audit:read"));
    expect(await socket.code("pkiAdmin/listHosts")).toBe(73);
  });

  it("answers 14 to a bad token and leaves the one bound before", async () => {
    const socket = await TestSocket.open();
    await socket.bind(await tokenFor("pki:read"));
    expect(await socket.bind("nonsense")).toBe(14);
    expect(await socket.code("pkiAdmin/listHosts")).toBe(0);
  });

  it("holds back the frames after it, but no others", async () => {
    const socket = await TestSocket.open();
    const accessToken = await tokenFor("pki:read");
    const codes = [
      socket.code("pkiAdmin/listHosts"),
      socket.bind(accessToken),
      socket.code("pkiAdmin/listHosts"),
      socket.code("pkiAdmin/listHosts"),
    ];
    expect(await Promise.all(codes)).toEqual([14, 0, 0, 0]);
  });

  it("takes effect within its own batch from its place on", async () => {
    const socket = await TestSocket.open();
    const bind = { method: "auth/bindAccessToken", params: { accessToken: await tokenFor("pki:read") } };
    const list = { method: "pkiAdmin/listHosts", params: {} };
    const batch = [list, bind, list].map((c, i) => ({ jsonrpc: "2.0", id: `b${i}`, ...c }));
    expect(JSON.parse(await socket.exchange(JSON.stringify(batch)))).toMatchObject([
      { error: { code: 14 } },
      { result: "OK" },
      { result: [] },
    ]);
    expect(await socket.code("pkiAdmin/listHosts")).toBe(0);
  });

  it("yields to a token that a call shows itself, whether that is good or not", async () => {
    const socket = await TestSocket.open();
    await socket.bind(await tokenFor("pki:read"));
    expect(await socket.code("user/listApiKeys", {}, await tokenFor("user:read"))).toBe(0);
    expect(await socket.code("pkiAdmin/listHosts", {}, "nonsense")).toBe(14);
  });

  it("leaves nothing secret with the platform", async () => {
    const socket = await TestSocket.open();
    const accessToken = await tokenFor("pki:read");
    await socket.bind(accessToken);
    const { attachments, stored } = await socket.kept();
    const [, , signature] = accessToken.split(".") as [string, string, string];
    expect(JSON.stringify(attachments)).not.toContain(signature);
    expect(stored).toBe(0);
  });
});

describe("on an open, idle socket whose object was evicted, calls answer 14 after", () => {
  const listHosts = (socket: TestSocket) => socket.code("pkiAdmin/listHosts");

  const bound = async (accessToken: string) => {
    const socket = await TestSocket.open({ authorization: `Bearer ${accessToken}` });
    expect(await listHosts(socket)).toBe(0);
    await socket.evict();
    return socket;
  };

  it("user/deleteSession", async () => {
    const { accessToken } = await login(["pki:read"]);
    const socket = await bound(accessToken);
    const { list } = await asOwner("user/listSessions", {});
    const sessionId = sessionIdOf(accessToken);
    expect(list).toContainEqual(expect.objectContaining({ sessionId }));
    await asOwner("user/deleteSession", { sessionId });
    expect(await listHosts(socket)).toBe(14);
  });

  it("disabling or deleting the API key", async () => {
    const [one, two] = [await newApiKey(), await newApiKey()];
    const sockets = [
      await bound((await loginWith(one, [])).accessToken),
      await bound((await loginWith(two, [])).accessToken),
    ];
    await asOwner("user/updateApiKey", { apiKeyId: one.apiKeyId, enabled: false });
    await asOwner("user/deleteApiKey", { apiKeyId: two.apiKeyId });
    expect(await Promise.all(sockets.map(listHosts))).toEqual([14, 14]);
  });

  it("deleting the user", async () => {
    const users = "/local-user-store/api/v1/users";
    const headers = {
      authorization: `Bearer ${await tokenFor("user:read_write")}`,
      "content-type": "application/json",
    };
    const body = JSON.stringify({ username: "bob" });
    const { id } = await (await send(users, { method: "POST", headers, body })).json<{ id: string }>();
    const socket = await bound((await loginWith(await newApiKey(id), [])).accessToken);
    expect((await send(`${users}/${id}`, { method: "DELETE", headers })).status).toBe(200);
    expect(await listHosts(socket)).toBe(14);
  });

  it("a refresh, and the reuse of a refresh token", async () => {
    const { accessToken, refreshToken } = await login(["pki:read"]);
    const socket = await bound(accessToken);
    const refresh = { grantType: "refresh_token", refreshToken };
    const newer = await call("auth/token", refresh);
    expect(await listHosts(socket)).toBe(14);
    expect(await socket.bind(newer.accessToken)).toBe(0);
    expect(await listHosts(socket)).toBe(0);
    await socket.evict();
    expect(await rpc("auth/token", refresh)).toMatchObject({ error: { code: 75 } });
    expect(await listHosts(socket)).toBe(14);
  });

  it("the token's expiry, to the millisecond; the socket stays open for another", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() });
    const { accessToken } = await login(["pki:read", "expires:1500"]);
    const socket = await bound(accessToken);
    vi.setSystemTime(Date.now() + 1499);
    expect(await listHosts(socket)).toBe(0);
    vi.setSystemTime(Date.now() + 1);
    expect(await listHosts(socket)).toBe(14);
    expect(await socket.bind(await tokenFor("pki:read"))).toBe(0);
    expect(await listHosts(socket)).toBe(0);
  });

  it("a revocation made elsewhere, also for reads that may reuse a check", async () => {
    const { accessToken } = await login(["pki:read"]);
    const socket = await bound(accessToken);
    const getHost = (token?: string) =>
      socket.code("pki/getHost", { hostUrl: "https://bridge.example.com" }, token);
    expect(await getHost()).toBe(87);
    expect(await getHost(accessToken)).toBe(87); // shown with the call, it may be remembered
    await env.DB.prepare("delete from sessions where id = ?").bind(sessionIdOf(accessToken)).run();
    expect(await getHost()).toBe(14);
  });
});
