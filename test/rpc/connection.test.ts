import { runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it, vi } from "vitest";
import { MAX_BODY_BYTES, MAX_PENDING_FRAMES, SOCKET_IDLE_S } from "../../src/limits";
import { HOST_PUB_KEY, HOST_URL } from "../../src/methods/examples";
import { TestSocket } from "../socket";
import { tokenFor } from "../support";

const IDLE_MS = SOCKET_IDLE_S.initial * 1000;
const LIST_HOSTS = JSON.stringify({ jsonrpc: "2.0", id: "list", method: "pkiAdmin/listHosts" });

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** Holds the database's answers back until the function that it gives is called. */
function holdDatabase(): () => void {
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const withSession = env.DB.withSession.bind(env.DB);
  vi.spyOn(env.DB, "withSession").mockImplementation((start) => {
    const session = withSession(start);
    const batch = session.batch.bind(session);
    session.batch = async <T>(statements: D1PreparedStatement[]) => {
      await released;
      return batch<T>(statements);
    };
    return session;
  });
  return release;
}

/** A request of that many bytes, most of them in characters of two bytes. */
function wide(bytes: number): string {
  const start = `${LIST_HOSTS.slice(0, -1)},"more":"`;
  const room = bytes - start.length - 2;
  return `${start}${"é".repeat(room >> 1)}"}${" ".repeat(room & 1)}`;
}

const boundSocket = async () =>
  TestSocket.open({ authorization: `Bearer ${await tokenFor("pki:read", "pki:write")}` });

describe("a frame", () => {
  it("is answered as a body of POST /main, as text and as bytes", async () => {
    const socket = await boundSocket();
    const answer = '{"jsonrpc":"2.0","id":"list","result":[]}';
    expect(await socket.exchange(LIST_HOSTS)).toBe(answer);
    expect(await socket.exchange(new TextEncoder().encode(LIST_HOSTS))).toBe(answer);
    expect(await socket.exchange(`[${LIST_HOSTS},1]`)).toMatch(/^\[\{.*"code":-32600.*\}\]$/);
    expect(await socket.exchange("")).toContain('"code":-32700');
  });

  it("of notifications is executed and not answered", async () => {
    const socket = await boundSocket();
    const params = { accessToken: await tokenFor("audit:read") };
    socket.send(JSON.stringify({ jsonrpc: "2.0", method: "auth/bindAccessToken", params }));
    expect(await socket.exchange(LIST_HOSTS)).toContain('"code":73');
  });

  it.each([
    ["text", (n: number) => LIST_HOSTS.padEnd(n)],
    ["bytes", (n: number) => new TextEncoder().encode(LIST_HOSTS.padEnd(n))],
    ["text of several bytes a character", wide],
  ])("over 256 KiB closes the socket with 1009: %s", async (_name, frame) => {
    const socket = await TestSocket.open();
    expect(await socket.exchange(frame(MAX_BODY_BYTES) as string)).toContain('"id":"list"');
    socket.send(frame(MAX_BODY_BYTES + 1));
    expect(await socket.closed).toMatchObject({ code: 1009 });
  });

  it.each([
    ["bytes", Uint8Array.of(0x22, 0xff, 0x22)],
    ["a text that the platform had to mend", '"\ufffd"'],
  ])("that is no UTF-8 closes the socket with 1007: %s", async (_name, frame) => {
    const socket = await TestSocket.open();
    socket.send(frame);
    expect(await socket.closed).toMatchObject({ code: 1007 });
  });

  it.each(["REQUEST_LIMIT", "SECRET_LIMIT"] as const)(
    "over %s closes the socket with 1013",
    async (limit) => {
      const socket = await TestSocket.open();
      vi.spyOn(env, "RATE_LIMIT" as never, "get").mockReturnValue("on" as never);
      vi.spyOn(env[limit], "limit").mockResolvedValue({ success: false });
      socket.send(JSON.stringify({ jsonrpc: "2.0", method: "auth/bindAccessToken", params: {} }));
      expect(await socket.closed).toMatchObject({ code: 1013 });
    },
  );
});

describe("unanswered frames", () => {
  it("may be 256, and are answered side by side", async () => {
    const socket = await boundSocket();
    const release = holdDatabase();
    const codes = Array.from({ length: MAX_PENDING_FRAMES }, () => socket.code("pkiAdmin/listHosts"));
    release();
    expect(new Set(await Promise.all(codes))).toEqual(new Set([0]));
  });

  it("beyond 256 close the socket with 1013", async () => {
    const socket = await boundSocket();
    const release = holdDatabase();
    for (let i = 0; i <= MAX_PENDING_FRAMES; i++) socket.send(LIST_HOSTS);
    expect(await socket.closed).toMatchObject({ code: 1013 });
    release();
  });

  it("of more than 2 MiB close the socket with 1013", async () => {
    const socket = await boundSocket();
    const release = holdDatabase();
    for (let i = 0; i < 9; i++) socket.send(LIST_HOSTS.padEnd(MAX_BODY_BYTES));
    expect(await socket.closed).toMatchObject({ code: 1013 });
    release();
  });
});

describe("the end of a socket", () => {
  it.each([1000, 4001])(
    "answers the client's close with its code %d and leaves nothing behind",
    async (code) => {
      const socket = await boundSocket();
      await socket.evict();
      socket.close(code, "bye");
      expect(await socket.closed).toEqual({ code, reason: "bye" });
      await vi.waitUntil(async () => (await socket.kept()).alarm === null);
      expect(await socket.kept()).toEqual({ attachments: [], stored: 0, alarm: null });
    },
  );

  it("leaves nothing behind either where the server closed it", async () => {
    const socket = await boundSocket();
    socket.send(Uint8Array.of(0xff));
    await socket.closed;
    await vi.waitUntil(async () => (await socket.kept()).alarm === null);
    expect(await socket.kept()).toEqual({ attachments: [], stored: 0, alarm: null });
  });

  it("lets no frame run that came after the one it was closed for", async () => {
    const socket = await boundSocket();
    socket.send(Uint8Array.of(0xff));
    const params = { hostPubKey: HOST_PUB_KEY, hostUrl: HOST_URL };
    socket.send(JSON.stringify({ jsonrpc: "2.0", method: "pkiAdmin/setHost", params }));
    await vi.waitUntil(async () => (await socket.kept()).alarm === null);
    expect(await (await boundSocket()).exchange(LIST_HOSTS)).toContain('"result":[]');
  });

  it("comes when it was idle for so long, and leaves nothing behind", async () => {
    const socket = await boundSocket();
    await socket.evict();
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + IDLE_MS });
    expect(await runDurableObjectAlarm(socket.stub)).toBe(true);
    expect(await socket.closed).toMatchObject({ code: 1001 });
    expect(await socket.kept()).toMatchObject({ stored: 0, alarm: null });
  });

  it("does not come to a socket that had a frame meanwhile, evicted or not", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() });
    const socket = await TestSocket.open();
    const opened = Date.now();
    expect((await socket.kept()).alarm).toBe(opened + IDLE_MS);
    vi.setSystemTime(opened + 1000);
    expect(await socket.code("no/such")).toBe(-32601);
    await socket.evict();
    vi.setSystemTime(opened + IDLE_MS);
    expect(await runDurableObjectAlarm(socket.stub)).toBe(true);
    expect((await socket.kept()).alarm).toBe(opened + IDLE_MS + 1000);
    expect(await socket.code("no/such")).toBe(-32601);
  });

  it("is tried again until the database lets it", async () => {
    const socket = await TestSocket.open();
    const broken = vi.spyOn(env.DB, "withSession").mockImplementation(() => {
      throw new Error("D1_ERROR: unreachable");
    });
    socket.close(1000);
    await socket.closed;
    await vi.waitUntil(() => broken.mock.calls.length > 0);
    expect(await runDurableObjectAlarm(socket.stub)).toBe(true);
    expect((await socket.kept()).alarm).not.toBeNull();
    broken.mockRestore();
    expect(await runDurableObjectAlarm(socket.stub)).toBe(true);
    expect(await socket.kept()).toEqual({ attachments: [], stored: 0, alarm: null });
  });
});
