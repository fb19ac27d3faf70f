import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { WebSocket as WsPackage } from "ws";
import { type Server, startServer } from "./server.ts";

const INITIALIZATION_TOKEN = "token-for-the-first-key";

type Answer = { id: unknown; result?: unknown; error?: { code: number } };
type Tokens = { accessToken: string; refreshToken: string };

let server: Server;
let owner: { apiKeyId: string; apiKeySecret: string };

beforeAll(async () => {
  server = await startServer({ vars: { PMX_INITIALIZATION_TOKEN: INITIALIZATION_TOKEN } });
  const { result } = await post("auth/createFirstApiKey", {
    initializationToken: INITIALIZATION_TOKEN,
    name: "first",
  });
  owner = result as typeof owner;
});
afterAll(() => server.stop());

const request = (id: unknown, method: string, params: object = {}) =>
  JSON.stringify({ jsonrpc: "2.0", id, method, params });

async function post(method: string, params: object, token?: string): Promise<Answer> {
  const headers = { "Content-Type": "application/json", ...(token && { Authorization: `Bearer ${token}` }) };
  const answer = await fetch(`${server.url}/main`, {
    method: "POST",
    headers,
    body: request(1, method, params),
  });
  return answer.json() as Promise<Answer>;
}

const credentials = (...scope: string[]) => ({
  grantType: "client_credentials",
  clientId: owner.apiKeyId,
  clientSecret: owner.apiKeySecret,
  scope,
});
const login = async (...scope: string[]) =>
  (await post("auth/token", credentials(...scope))).result as Tokens;

const endpoint = (url = server.url) => `${url.replace("http", "ws")}/main`;

/** Waits until the socket is open and closes it when the test ends. */
async function opened<T extends WebSocket>(ws: T): Promise<T> {
  onTestFinished(() => ws.close());
  await new Promise((resolve, reject) => {
    ws.addEventListener("open", resolve);
    ws.addEventListener("error", reject);
  });
  return ws;
}

const closeCode = (ws: WebSocket): Promise<number> =>
  new Promise((resolve) => ws.addEventListener("close", ({ code }) => resolve(code)));

/** Sends frames and gives as many answers, in the order of their ids. */
function exchange(ws: WebSocket, frames: string[]): Promise<Answer[]> {
  const answers: Answer[] = [];
  return new Promise((resolve, reject) => {
    ws.addEventListener("close", ({ code }) => reject(new Error(`closed with ${code}`)));
    ws.addEventListener("message", ({ data }) => {
      answers.push(JSON.parse(String(data)));
      if (answers.length === frames.length) resolve(answers.sort((a, b) => Number(a.id) - Number(b.id)));
    });
    for (const frame of frames) ws.send(frame);
  });
}

describe.each([
  ["Node's WebSocket", globalThis.WebSocket],
  ["the ws package", WsPackage],
])("over %s", (_name, WebSocket) => {
  it("100 pipelined calls are answered, each under its id, with the rights bound before them", async () => {
    const ws = await opened(new WebSocket(endpoint()));
    const { accessToken } = await login("pki:read");
    const calls = Array.from({ length: 100 }, (_, i) => request(i + 1, "pkiAdmin/listHosts"));
    const answers = await exchange(ws, [request(0, "auth/bindAccessToken", { accessToken }), ...calls]);
    expect(answers.map(({ id }) => id)).toEqual(Array.from({ length: 101 }, (_, i) => i));
    expect(answers.slice(1).every(({ result }) => Array.isArray(result))).toBe(true);
  });

  it("200 sockets are served at once, each with its own binding", async () => {
    const { accessToken } = await login("pki:read");
    const sockets = await Promise.all(Array.from({ length: 200 }, () => opened(new WebSocket(endpoint()))));
    await Promise.all(
      sockets.slice(0, 20).map((ws) => exchange(ws, [request(1, "auth/bindAccessToken", { accessToken })])),
    );
    const answers = await Promise.all(sockets.map((ws) => exchange(ws, [request(2, "pkiAdmin/listHosts")])));
    expect(answers.map(([answer]) => answer?.error?.code ?? 0)).toEqual(
      sockets.map((_, i) => (i < 20 ? 0 : 14)),
    );
  });

  it("a session that ends over HTTP ends on the socket too", async () => {
    const ws = await opened(new WebSocket(endpoint()));
    const { accessToken, refreshToken } = await login("pki:read");
    await exchange(ws, [request(1, "auth/bindAccessToken", { accessToken })]);
    expect(await exchange(ws, [request(2, "pkiAdmin/listHosts")])).toMatchObject([{ result: [] }]);
    await post("auth/token", { grantType: "refresh_token", refreshToken });
    expect(await exchange(ws, [request(3, "pkiAdmin/listHosts")])).toMatchObject([{ error: { code: 14 } }]);
  });
});

describe("a client", () => {
  it("that disappears without a word takes its connection's sessions with it", async () => {
    const ws = await opened(new WsPackage(endpoint()));
    await exchange(ws, [request(1, "auth/token", credentials("pki:read", "connection"))]);
    const { accessToken } = await login("user:read");
    const count = async () => {
      const { result } = await post("user/listSessions", {}, accessToken);
      const { list } = result as { list: { scope: string[] }[] };
      return list.filter(({ scope }) => scope.includes("connection")).length;
    };
    expect(await count()).toBe(1);
    ws.terminate();
    await vi.waitUntil(async () => (await count()) === 0, { timeout: 30_000, interval: 50 });
  });

  it("gets a pong for its ping, and its close code back", async () => {
    const ws = await opened(new WsPackage(endpoint()));
    const pong = new Promise<void>((resolve) => ws.once("pong", resolve));
    ws.ping();
    await pong;
    ws.close(4000, "done");
    expect(await closeCode(ws)).toBe(4000);
  });

  it.each([
    [403, { Origin: "https://evil.example.com" }],
    [401, { Authorization: "Bearer nonsense" }],
    [400, { Authorization: "Basic bm9uOnNlbnNl" }],
  ])("is refused with %d where it opens a socket with %o", async (status, headers) => {
    const ws = new WsPackage(endpoint(), { headers });
    const refused = new Promise((resolve) =>
      ws.once("unexpected-response", (_request, { statusCode }) => resolve(statusCode)),
    );
    ws.addEventListener("error", () => {});
    expect(await refused).toBe(status);
    ws.terminate();
  });
});

describe("hostile frames", () => {
  it.each([
    ["nothing", "", -32700],
    ["half a JSON text", '{"jsonrpc":', -32700],
    ["a hundred thousand brackets", "[".repeat(100_000), -32700],
    ["deep nesting", "[".repeat(100_000) + "]".repeat(100_000), -32600],
    ["129 calls", `[${Array(129).fill(request(1, "no/such"))}]`, -32600],
    ["33 writes", `[${Array(33).fill(request(1, "auth/bindAccessToken"))}]`, -32600],
    ["a prototype", '{"__proto__":{"jsonrpc":"2.0","method":"pki/getHost"},"id":null}', -32600],
    ["a method of Object", request(null, "constructor"), -32601],
  ])("get an error: %s", async (_name, frame, code) => {
    const ws = await opened(new WsPackage(endpoint()));
    const [answer] = await exchange(ws, [frame]);
    expect([answer].flat()[0]).toMatchObject({ id: null, error: { code } });
  });

  it.each([
    ["too long", "x".repeat(256 * 1024 + 1), 1009],
    ["no UTF-8", Uint8Array.of(0x22, 0xc3, 0x28, 0x22), 1007],
  ])("close the socket: %s", async (_name, frame, code) => {
    const ws = await opened(new WsPackage(endpoint()));
    ws.send(frame, { binary: false });
    expect(await closeCode(ws)).toBe(code);
  });

  it("that guess tokens close the socket and then get no other", async () => {
    const headers = { "CF-Connecting-IP": "192.0.2.66" };
    const ws = await opened(new WsPackage(endpoint(), { headers }));
    const closed = closeCode(ws);
    const guess = request(1, "auth/bindAccessToken", { accessToken: "guess" });
    for (let i = 0; i < 200; i++) ws.send(guess);
    expect(await closed).toBe(1013);
    const again = new WsPackage(endpoint(), { headers: { ...headers, Authorization: "Bearer guess" } });
    again.addEventListener("error", () => {});
    const status = await new Promise((resolve) =>
      again.once("unexpected-response", (_request, { statusCode }) => resolve(statusCode)),
    );
    expect(status).toBe(429);
  });
});

it("an idle socket is closed after SOCKET_IDLE_SECONDS", async () => {
  const brief = await startServer({ vars: { SOCKET_IDLE_SECONDS: "3" } });
  onTestFinished(() => brief.stop());
  const ws = await opened(new WebSocket(endpoint(brief.url)));
  const closed = closeCode(ws);
  expect(await exchange(ws, [request(1, "no/such")])).toMatchObject([{ error: { code: -32601 } }]);
  expect(await closed).toBe(1001);
});

it("the example binds a token and calls", async () => {
  const { stdout } = await promisify(execFile)("node", ["examples/websocket.mjs", server.url], {
    env: { ...process.env, API_KEY_ID: owner.apiKeyId, API_KEY_SECRET: owner.apiKeySecret },
  });
  expect(stdout).toBe("[]\n");
});
