import { beforeAll, describe, expect, test, vi } from "vitest";
import { counted } from "../counting";
import { rest } from "../rest/support";
import { basicHeader, type ClientKey, pmxHeader, pubKey, secretKey, signedLogin } from "../signing";
import { bearer, call, rpc, tokenFor } from "../support";

const OPERATIONS = [
  ...(["sign", "verify", "encrypt", "decrypt", "importKey", "deriveBits", "digest"] as const),
  "timingSafeEqual",
] as const;

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

interface Work {
  /** 0 for a success. */
  readonly code: number;
  /** What the caller is told, but for ids. */
  readonly told: unknown;
  readonly statements: readonly string[];
  /** Operations of WebCrypto, by name. */
  readonly crypt: Readonly<Record<string, number>>;
}

/** What the caller is told, and what it cost. */
async function measured(act: () => Promise<{ code: number; told: unknown }>): Promise<Work> {
  const before = cost.asked.length;
  const spies = OPERATIONS.map((name) => vi.spyOn(crypto.subtle, name));
  const answered = await act();
  const crypt = Object.fromEntries(spies.map((spy, i) => [OPERATIONS[i], spy.mock.calls.length]));
  for (const spy of spies) spy.mockRestore();
  return { ...answered, statements: cost.statements.slice(before), crypt };
}

const workOf = (method: string, params: unknown, headers: Record<string, string> = {}) =>
  measured(async () => {
    const { error } = await rpc(method, params, { headers, setup: { env: { DB } } });
    return { code: error?.code ?? 0, told: error };
  });

const restWorkOf = (
  method: string,
  path: string,
  sent: { body?: unknown; headers?: Record<string, string> },
) =>
  measured(async () => {
    const { status, json } = await rest(method, path, { ...sent, env: { DB } });
    return { code: status < 400 ? 0 : status, told: json };
  });

const unknown = () => ({ ...good, apiKeyId: "unknown" });
const wrong = () => ({ ...good, apiKeySecret: crypto.randomUUID() });

const REFUSED: [string, () => ClientKey][] = [
  ["an unknown key", unknown],
  ["a disabled key with its secret", () => disabled],
  ["a key bound to another address with its secret", () => bound],
  ["a pubKey key", () => ({ ...ed25519, apiKeySecret: crypto.randomUUID() })],
];

const FORM = { "content-type": "application/x-www-form-urlencoded" };
const form = (fields: Record<string, string>) => ({
  headers: FORM,
  body: new URLSearchParams(fields).toString(),
});
const OAUTH_TOKEN = "/auth/api/v1/oauth/token";

/** A login token that was not used yet. */
async function loginToken(): Promise<string> {
  const asked = new URLSearchParams({
    response_type: "code",
    client_id: "program",
    redirect_uri: "/callback",
    code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
    code_challenge_method: "S256",
  });
  const { headers } = await rest("GET", `/auth/api/v1/oauth/authorize?${asked}`);
  return headers.get("location")?.split("token=")[1] as string;
}

/** Every place that takes a secret, with the code of its refusal. */
const PLACES: [string, number, (key: ClientKey) => Promise<Work>][] = [
  [
    "auth/token",
    12,
    ({ apiKeyId, apiKeySecret }) =>
      workOf("auth/token", {
        grantType: "client_credentials",
        clientId: apiKeyId,
        clientSecret: apiKeySecret,
        scope: [],
      }),
  ],
  [
    "Basic",
    14,
    ({ apiKeyId, apiKeySecret }) =>
      workOf("pkiAdmin/listHosts", {}, { authorization: basicHeader(apiKeyId, apiKeySecret) }),
  ],
  [
    "Basic of the REST API",
    401,
    ({ apiKeyId, apiKeySecret }) =>
      restWorkOf("GET", "/ssh/allowed_signers", {
        headers: { authorization: basicHeader(apiKeyId, apiKeySecret) },
      }),
  ],
  [
    "oauth/token by password",
    400,
    ({ apiKeyId, apiKeySecret }) =>
      restWorkOf(
        "POST",
        OAUTH_TOKEN,
        form({ grant_type: "password", username: apiKeyId, password: apiKeySecret }),
      ),
  ],
  [
    "oauth/token by client credentials",
    401,
    ({ apiKeyId, apiKeySecret }) =>
      restWorkOf(
        "POST",
        OAUTH_TOKEN,
        form({ grant_type: "client_credentials", client_id: apiKeyId, client_secret: apiKeySecret }),
      ),
  ],
  [
    "login",
    400,
    async ({ apiKeyId, apiKeySecret }) => {
      const body = { username: apiKeyId, password: apiKeySecret, token: await loginToken() };
      return restWorkOf("POST", "/auth/api/v1/login", { body });
    },
  ],
];

describe.each(PLACES)("%s refuses along one path: %d", (_place, code, work) => {
  test.each(REFUSED)("%s costs and is told what a wrong secret is", async (_what, key) => {
    const expected = await work(wrong());
    expect(expected).toMatchObject({ code, crypt: { decrypt: 1, sign: 2, timingSafeEqual: 1 } });
    expect(await work(key())).toEqual(expected);
  });

  test("the good secret of a good key is no such refusal", async () => {
    expect((await work(good)).code).not.toBe(code);
  });
});

describe("a signature is refused along one path: 14", () => {
  const signedWork = async (key: ClientKey, more = {}) =>
    workOf("auth/token", { ...(await signedLogin(key)), ...more });
  const headerWork = async (key: ClientKey) => {
    const body = { jsonrpc: "2.0", id: 1, method: "pkiAdmin/listHosts", params: {} };
    const headers = { authorization: await pmxHeader(key, JSON.stringify(body)) };
    return workOf(body.method, body.params, headers);
  };
  /** Signs something else than what it is asked to. */
  const badly = (key: ClientKey): ClientKey => ({ ...key, sign: (text) => key.sign(`not ${text}`) });
  const once = { decrypt: 1, verify: 1, sign: 1, timingSafeEqual: 1 };

  test.each<[string, () => ClientKey, object]>([
    ["an unknown key", unknown, {}],
    ["a disabled key that signs well", () => disabled, {}],
    ["a pubKey key that signs badly", () => badly(ed25519), {}],
    ["a signature of no length", () => good, { signature: "" }],
    ["a signature that is no base64", () => good, { signature: "@" }],
    ["a time long past", () => good, { timestamp: 1 }],
  ])("%s costs and is told what a wrong signature is", async (_what, key, more) => {
    const expected = await signedWork(badly(good));
    expect(expected).toMatchObject({ code: 14, crypt: once });
    expect(await signedWork(key(), more)).toEqual(expected);
  });

  test.each<[string, () => ClientKey]>([
    ["an unknown key", unknown],
    ["a disabled key that signs well", () => disabled],
    ["a pubKey key that signs badly", () => badly(ed25519)],
  ])("so does pmx-hmac-sha256: %s", async (_what, key) => {
    const expected = await headerWork(badly(good));
    expect(expected).toMatchObject({ code: 14, crypt: once });
    expect(await headerWork(key())).toEqual(expected);
  });

  test("a good signature of either kind is none", async () => {
    for (const key of [good, ed25519]) {
      expect([(await signedWork(key)).code, (await headerWork(key)).code]).toEqual([0, 0]);
    }
  });
});
