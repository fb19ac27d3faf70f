import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { WebSocket as WsPackage } from "ws";
import {
  ConnectionLostError,
  createClient,
  createSocketClient,
  NotConnectedError,
  RpcError,
  type SocketOptions,
} from "../../src/client.ts";
import { startProxy } from "./proxy.ts";
import { type Server, startServer } from "./server.ts";

const INITIALIZATION_TOKEN = "token-for-the-first-key";
const vars = {
  PMX_INITIALIZATION_TOKEN: INITIALIZATION_TOKEN,
  RATE_LIMIT: "off",
  ISSUER: "https://keys.example.com", // one name for what is reached directly and through a proxy
};

let server: Server;
let clientSecret: string;
let clientId: string;

beforeAll(async () => {
  server = await startServer({ vars });
  const anonymous = createClient({ url: server.url });
  const made = await anonymous.call("auth/createFirstApiKey", {
    initializationToken: INITIALIZATION_TOKEN,
    name: "first",
  });
  clientId = made.apiKeyId;
  clientSecret = made.apiKeySecret;
});
afterAll(() => server.stop());

const login = () =>
  createClient({ url: server.url }).call("auth/token", {
    grantType: "client_credentials",
    clientId,
    clientSecret,
    scope: [],
  });

/** U+FFFD is what the platform puts for bytes that are no UTF-8. */
const ODD = { hostUrl: "https://\ufffd\u{1f511}\u2028.example.com" };
const UNKNOWN = { code: 87 };

describe("the client over HTTP", () => {
  it("gives results, and throws errors with their codes", async () => {
    const { accessToken: token } = await login();
    const client = createClient({ url: server.url, token });
    expect(await client.call("pkiAdmin/listHosts")).toEqual([]);
    const [current] = (await client.call("user/listSessions")).list;
    expect(current?.current).toBe(true);
    const refused = client.call("pki/getHost", { hostUrl: "https://bridge.example.com" });
    await expect(refused).rejects.toThrow(
      new RpcError({ code: 87, message: "Cannot find host by given filter." }),
    );
    await expect(createClient({ url: server.url }).call("pkiAdmin/listHosts")).rejects.toMatchObject({
      code: 14,
    });
  });

  it("sends every character that a text can hold", async () => {
    const { accessToken: token } = await login();
    await expect(createClient({ url: server.url, token }).call("pki/getHost", ODD)).rejects.toMatchObject(
      UNKNOWN,
    );
  });
});

describe.each([
  ["Node's WebSocket", globalThis.WebSocket],
  ["the ws package", WsPackage],
])("the client over %s", (_name, WebSocket) => {
  const open = (options: Partial<SocketOptions> = {}) => {
    const client = createSocketClient({
      url: server.url,
      token: async () => (await login()).accessToken,
      WebSocket,
      wait: async () => {},
      ...options,
    });
    onTestFinished(() => client.close());
    return client;
  };

  it("answers 100 calls at once on one connection, each with its own result", async () => {
    const proxy = await startProxy(server.url);
    const client = open({ url: proxy.url });
    const calls = Array.from({ length: 100 }, (_, i) =>
      i % 2 === 0
        ? client.call("pkiAdmin/listHosts")
        : client.call("pki/getHost", { hostUrl: `https://${i}.example.com` }).catch((error) => error.code),
    );
    expect(await Promise.all(calls)).toEqual(calls.map((_, i) => (i % 2 === 0 ? [] : 87)));
    expect(proxy.connections()).toBe(1);
  });

  it("sends every character that a text can hold", async () => {
    await expect(open().call("pki/getHost", ODD)).rejects.toMatchObject(UNKNOWN);
  });

  it("tells of calls under way when the connection breaks that they may have run, then connects and binds again", async () => {
    const proxy = await startProxy(server.url);
    let tokens = 0;
    const token = async () => {
      tokens += 1;
      return (await login()).accessToken;
    };
    const client = open({ url: proxy.url, token });
    expect(await client.call("pkiAdmin/listHosts")).toEqual([]);
    proxy.holdAnswers();
    const calls = [1, 2, 3].map(() => client.call("pkiAdmin/listHosts").catch((error: unknown) => error));
    setImmediate(proxy.cut);
    for (const lost of await Promise.all(calls)) expect(lost).toBeInstanceOf(ConnectionLostError);
    expect(await client.call("pkiAdmin/listHosts")).toEqual([]);
    expect([proxy.connections(), tokens]).toEqual([2, 2]);
  });

  it("waits ever longer between attempts, and gives up telling that nothing ran", async () => {
    const proxy = await startProxy(server.url);
    const delays: number[] = [];
    const client = open({
      url: proxy.url,
      random: () => 1,
      wait: async (ms) => void delays.push(ms),
    });
    proxy.refuse(3);
    expect(await client.call("pkiAdmin/listHosts")).toEqual([]);
    expect(delays).toEqual([250, 500, 1000]);
    proxy.holdAnswers();
    const underWay = client.call("pkiAdmin/listHosts");
    proxy.refuse(100);
    setImmediate(proxy.cut);
    await expect(underWay).rejects.toBeInstanceOf(ConnectionLostError);
    await expect(client.call("pkiAdmin/listHosts")).rejects.toBeInstanceOf(NotConnectedError);
    expect(delays.slice(-5)).toEqual([250, 500, 1000, 2000, 4000]);
  });

  it("fails calls with the server's error where the token is refused, and tries the next one at the next call", async () => {
    const { accessToken } = await login();
    const tokens = ["nonsense", accessToken];
    const client = open({ token: () => tokens.shift() ?? "" });
    await expect(client.call("pkiAdmin/listHosts")).rejects.toMatchObject({ code: 14 });
    expect(await client.call("pkiAdmin/listHosts")).toEqual([]);
  });

  it("binds the token of a refresh on the same connection", async () => {
    let { accessToken, refreshToken } = await login();
    const client = open({ token: () => accessToken });
    ({ accessToken, refreshToken } = await client.call("auth/token", {
      grantType: "refresh_token",
      refreshToken,
    }));
    await expect(client.call("pkiAdmin/listHosts")).rejects.toMatchObject({ code: 14 });
    await client.bind();
    expect(await client.call("pkiAdmin/listHosts")).toEqual([]);
  });

  it("fails calls once it was closed", async () => {
    const proxy = await startProxy(server.url);
    const client = open({ url: proxy.url });
    await client.call("pkiAdmin/listHosts");
    proxy.holdAnswers();
    const underWay = client.call("pkiAdmin/listHosts");
    setImmediate(client.close);
    await expect(underWay).rejects.toBeInstanceOf(ConnectionLostError);
    await expect(client.call("pkiAdmin/listHosts")).rejects.toBeInstanceOf(NotConnectedError);
  });
});
