import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { directoryVerifier } from "../../examples/userVerifier.ts";
import { createClient, RpcError } from "../../src/client.ts";
import { createUserVerifier, type VerificationRequest } from "../../src/verifier.ts";
import { type Server, startServer } from "./server.ts";

/** The user verifier for PrivMX Endpoint, as the example sets it up, against a real server. */

const INITIALIZATION_TOKEN = "token-for-the-first-key";
const instanceId = "8UV7xqdcyqYDcZomeZbv4YNXLhikz1gt5teR9Qgot8xknL6nhH";
const KEY = "51WPnnGwztNPWUDEbhncYDxZCZWAFS4M9Yqv94N2335nL92fEn";

let server: Server;
let apiKey: { apiKeyId: string; apiKeySecret: string };

beforeAll(async () => {
  server = await startServer({ vars: { PMX_INITIALIZATION_TOKEN: INITIALIZATION_TOKEN, RATE_LIMIT: "off" } });
  const { call } = createClient({ url: server.url });
  apiKey = await call("auth/createFirstApiKey", { initializationToken: INITIALIZATION_TOKEN, name: "app" });
  const { accessToken: token } = await call("auth/token", {
    grantType: "client_credentials",
    clientId: apiKey.apiKeyId,
    clientSecret: apiKey.apiKeySecret,
    scope: [],
  });
  const user = { instanceId, contextId: "context-1", userId: "alice" };
  await createClient({ url: server.url, token }).call("pkiAdmin/setKey", { ...user, userPubKey: KEY });
});
afterAll(() => server.stop());

const message = (change: Partial<VerificationRequest> = {}): VerificationRequest => ({
  contextId: "context-1",
  senderId: "alice",
  senderPubKey: KEY,
  date: Date.now(),
  bridgeIdentity: { url: "https://bridge.example.com/api/v2.0", pubKey: instanceId, instanceId },
  ...change,
});

const url = "https://bridge.example.com/api/v2.0";

describe("the example's verifier", () => {
  it("says for each message whether the key was its sender's, in order", async () => {
    const answers = await directoryVerifier({ url: server.url, instanceId, ...apiKey }).verify([
      message(),
      message({ senderPubKey: instanceId }),
      message({ senderId: "mallory" }),
      message({ senderPubKey: "no key" }),
      message({ date: 0 }),
      message({ date: Number.NaN }),
      message({ bridgeIdentity: { url, instanceId: KEY } }),
      message({ bridgeIdentity: { url, pubKey: KEY } }),
      message({ bridgeIdentity: { url } }),
      message(),
    ]);
    expect(answers).toEqual([true, false, false, false, false, false, false, false, true, true]);
  });

  it("verifies lists beyond one call's bound", async () => {
    const messages = Array.from({ length: 300 }, (_, i) => message(i === 299 ? { senderId: "mallory" } : {}));
    const answers = await directoryVerifier({ url: server.url, instanceId, ...apiKey }).verify(messages);
    expect(answers).toEqual(messages.map((_, i) => i !== 299));
  });

  it("throws where there is no answer: a wrong secret, a server that is not there", async () => {
    const wrong = directoryVerifier({ url: server.url, instanceId, ...apiKey, apiKeySecret: "x".repeat(40) });
    await expect(wrong.verify([message()])).rejects.toMatchObject({ code: 12 });
    const nowhere = directoryVerifier({ url: "http://127.0.0.1:1", instanceId, ...apiKey });
    await expect(nowhere.verify([message()])).rejects.toThrow();
  });
});

describe("the verifier", () => {
  const failing = (error: Error) => createUserVerifier({ call: () => Promise.reject(error), instanceId });

  it.each([80, -32602])("takes error %i for a no", async (code) => {
    expect(await failing(new RpcError({ code, message: "" })).verify([message(), message()])).toEqual([
      false,
      false,
    ]);
  });

  it.each([14, 73, 429, -32603])("throws on error %i", async (code) => {
    await expect(failing(new RpcError({ code, message: "" })).verify([message()])).rejects.toThrow();
  });

  it("asks nothing for an empty list", async () => {
    expect(await failing(new Error("asked")).verify([])).toEqual([]);
  });
});
