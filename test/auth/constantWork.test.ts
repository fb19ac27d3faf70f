import { beforeAll, describe, expect, test, vi } from "vitest";
import { counted } from "../counting";
import { basicHeader, type ClientKey, pubKey, secretKey, signedLogin } from "../signing";
import { bearer, call, rpc, tokenFor } from "../support";

const OPERATIONS = ["sign", "verify", "encrypt", "decrypt", "importKey", "deriveBits", "digest"] as const;

let good: ClientKey;
let disabled: ClientKey;
let bound: ClientKey;
let ed25519: ClientKey;
const { DB, cost } = counted();

beforeAll(async () => {
  good = await secretKey(["pki:read"], "good");
  disabled = await secretKey(["pki:read"], "disabled");
  bound = await secretKey(["pki:read", "ipAddr:203.0.113.7"], "bound");
  ed25519 = await pubKey();
  await call("user/updateApiKey", { apiKeyId: disabled.apiKeyId, enabled: false }, bearer(await tokenFor()));
  const warm = {
    clientId: "unknown",
    clientSecret: "x".repeat(36),
    grantType: "client_credentials",
    scope: [],
  };
  await rpc("auth/token", warm, { setup: { env: { DB } } });
});

/** The code of an answer, and what it cost: statements and operations of WebCrypto by name. */
async function workOf(method: string, params: unknown, headers: Record<string, string> = {}) {
  const before = cost.asked.length;
  const spies = OPERATIONS.map((name) => vi.spyOn(crypto.subtle, name));
  const answer = await rpc(method, params, { headers, setup: { env: { DB } } });
  const crypt = Object.fromEntries(spies.map((spy, i) => [OPERATIONS[i], spy.mock.calls.length]));
  for (const spy of spies) spy.mockRestore();
  return { code: answer.error?.code ?? 0, statements: cost.statements.slice(before), crypt };
}

const unknown = () => ({ ...good, apiKeyId: "unknown" });
const wrong = () => ({ ...good, apiKeySecret: crypto.randomUUID() });

describe("a login by secret is refused along one path: 12", () => {
  const work = ({ apiKeyId, apiKeySecret }: ClientKey) =>
    workOf("auth/token", {
      grantType: "client_credentials",
      clientId: apiKeyId,
      clientSecret: apiKeySecret,
      scope: [],
    });

  test.each<[string, () => ClientKey]>([
    ["an unknown key", unknown],
    ["a disabled key with its secret", () => disabled],
    ["a key bound to another address with its secret", () => bound],
    ["a pubKey key", () => ({ ...ed25519, apiKeySecret: crypto.randomUUID() })],
  ])("%s costs what a wrong secret costs", async (_what, key) => {
    const expected = await work(wrong());
    expect(expected).toMatchObject({ code: 12, crypt: { decrypt: 1, sign: 2 } });
    expect(await work(key())).toEqual(expected);
  });
});

describe("Basic is refused along one path: 14", () => {
  const work = ({ apiKeyId, apiKeySecret }: ClientKey) =>
    workOf("pkiAdmin/listHosts", {}, { authorization: basicHeader(apiKeyId, apiKeySecret) });

  test.each<[string, () => ClientKey]>([
    ["an unknown key", unknown],
    ["a disabled key with its secret", () => disabled],
    ["a pubKey key", () => ({ ...ed25519, apiKeySecret: "" })],
  ])("%s costs what a wrong secret costs", async (_what, key) => {
    const expected = await work(wrong());
    expect(expected).toMatchObject({ code: 14, crypt: { decrypt: 1, sign: 2 } });
    expect(await work(key())).toEqual(expected);
  });
});

describe("a login by signature is refused along one path: 14", () => {
  const work = async (key: ClientKey, more = {}) =>
    workOf("auth/token", { ...(await signedLogin(key)), ...more });

  test.each<[string, () => ClientKey, object]>([
    ["an unknown key", unknown, {}],
    ["a disabled key that signs well", () => disabled, {}],
    ["a signature of no length", () => good, { signature: "" }],
    ["a signature that is no base64", () => good, { signature: "@" }],
    ["a time long past", () => good, { timestamp: 1 }],
  ])("%s costs what a wrong signature costs", async (_what, key, more) => {
    const expected = await work(good, { nonce: "not the one signed" });
    expect(expected).toMatchObject({ code: 14, crypt: { decrypt: 1, sign: 1 } });
    expect(await work(key(), more)).toEqual(expected);
  });
});
