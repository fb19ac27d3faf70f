import { createHash, createHmac, randomBytes } from "node:crypto";
import { expect } from "vitest";

/** Calls everything, each time with secrets that would be recognised. */

const secretText = () => randomBytes(24).toString("base64url");
const HOST = "8UV7xqdcyqYDcZomeZbv4YNXLhikz1gt5teR9Qgot8xknL6nhH";
const KEY = "51WPnnGwztNPWUDEbhncYDxZCZWAFS4M9Yqv94N2335nL92fEn";
const SSH_KEY = "AAAAC3NzaC1lZDI1NTE5AAAAINP2SOOawOVQqrC0oKjwyMWYy8fVqQOJWGqvjMKdvuN1";
/** No secret: it is to be found. */
export const HOST_URL = `https://${secretText()
  .toLowerCase()
  .replaceAll(/[^a-z0-9]/g, "")}.example.com/api/v2.0`;

/** By what they are. */
export const secrets = new Map<string, string>();
export const called = new Set<string>();

export function secret(what: string, text = secretText()): string {
  secrets.set(`${what} ${secrets.size}`, text);
  return text;
}

let origin: string;

// biome-ignore lint/suspicious/noExplicitAny: answers of every method
type Any = any;

/** Sends a call and keeps every token and secret of its answer as one more to look for. */
async function rpc(method: string, params: object, headers: Record<string, string> = {}): Promise<Any> {
  called.add(method);
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
  const answer = await fetch(`${origin}/main`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body,
  });
  return noted(await answer.json());
}

async function rest(
  path: string,
  {
    method = "GET",
    body,
    headers = {},
  }: { method?: string; body?: unknown; headers?: Record<string, string> } = {},
): Promise<Any> {
  called.add(`${method} ${path.replace(/\?.*/, "")}`);
  const isText = typeof body === "string";
  const response = await fetch(`${origin}${path}`, {
    method,
    redirect: "manual",
    headers: { ...(body !== undefined && !isText && { "content-type": "application/json" }), ...headers },
    ...(body !== undefined && { body: isText ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const location = response.headers.get("location");
  if (location) return location;
  const isJson = response.headers.get("content-type")?.startsWith("application/json");
  return isJson ? noted(JSON.parse(text)) : text;
}

const SECRET_FIELDS = /^(access_?token|refresh_?token|apiKeySecret|code)$/i;

function noted(answer: Any): Any {
  for (const [name, value] of Object.entries({ ...answer, ...answer.result })) {
    if (SECRET_FIELDS.test(name) && typeof value === "string") secret(name, value);
  }
  return answer;
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const basic = (id: string, password: string) => ({
  authorization: `Basic ${Buffer.from(`${id}:${password}`).toString("base64")}`,
});
const FORM = { "content-type": "application/x-www-form-urlencoded" };
const form = (fields: Record<string, string>) => new URLSearchParams(fields).toString();

/** HMAC-SHA256 keyed by the secret, cut to 20 bytes. */
const sign = (apiKeySecret: string, text: string) =>
  secret(
    "signature",
    createHmac("sha256", apiKeySecret).update(text).digest().subarray(0, 20).toString("base64"),
  );

/** `at` is the server's origin. */
export async function callEverything(at: string, initializationToken: string): Promise<void> {
  origin = at;
  await rpc("auth/createFirstApiKey", {
    initializationToken: secret("wrong initialization token"),
    name: "x",
  });
  const owner = (await rpc("auth/createFirstApiKey", { initializationToken, name: "first" })).result;
  const grant = { grantType: "client_credentials", clientId: owner.apiKeyId };
  await rpc("auth/token", { ...grant, clientSecret: secret("wrong secret"), scope: [] });
  const first = (await rpc("auth/token", { ...grant, clientSecret: owner.apiKeySecret, scope: [] })).result;
  const admin = bearer(first.accessToken);
  await callDirectory(admin);
  await callUsers(admin);
  await callSsh(admin);
  await callOAuth(admin);
  await callSocket(first.accessToken, { ...grant, clientSecret: owner.apiKeySecret, scope: ["connection"] });
  await callBadly(admin, owner.apiKeyId);
  const { refreshToken } = first;
  await rpc("auth/forkToken", { refreshToken, sessionName: "fork" });
  const refresh = { grantType: "refresh_token", refreshToken };
  const { accessToken } = (await rpc("auth/token", refresh)).result;
  await rest("/audit/export", { headers: bearer(accessToken) });
  await rpc("audit/list", {}, bearer(accessToken));
  await rpc("auth/token", refresh);
}

async function callDirectory(admin: Record<string, string>): Promise<void> {
  const identity = { userId: "user1", instanceId: HOST, contextId: "context" };
  const url = { instanceId: HOST, hostUrl: HOST_URL };
  await rpc("pkiAdmin/setHost", { hostPubKey: HOST, hostUrl: "https://bridge.example.com/api/v2.0" }, admin);
  await rpc("pkiAdmin/addHostUrl", url, admin);
  await rpc("pkiAdmin/setKey", { ...identity, userPubKey: KEY }, admin);
  const claim = { ...identity, userPubKey: KEY, date: Date.now() };
  for (const [method, params] of [
    ["pki/getCurrentKey", identity],
    ["pki/getKeyAt", { ...identity, date: Date.now() }],
    ["pki/getKeyHistory", identity],
    ["pki/verifyKey", claim],
    ["pki/verifyKeys", { keys: [claim] }],
    ["pki/getHost", { instanceId: HOST }],
    ["pki/verifyHostById", url],
    ["pki/verifyHostByPub", { hostPubKey: HOST, hostUrl: HOST_URL }],
    ["pkiAdmin/listHosts", {}],
    ["pkiAdmin/listKeys", { instanceId: HOST }],
    ["rpc.discover", {}],
  ] as const) {
    await rpc(method, params, admin);
    await rpc(method, params);
  }
  await rpc("pkiAdmin/deleteKey", identity, admin);
  await rpc(
    "pkiAdmin/removeHostUrl",
    { instanceId: HOST, hostUrl: "https://bridge.example.com/api/v2.0" },
    admin,
  );
  await rpc("pkiAdmin/deleteHost", { instanceId: KEY }, admin);
}

async function callUsers(admin: Record<string, string>): Promise<void> {
  const clientSecret = secret("API key secret");
  const key = { type: "secret", name: "key", clientSecret, maxScope: ["user:read_write"] };
  const { apiKeyId } = (await rpc("user/addApiKey", key, admin)).result;
  await rpc("user/getApiKey", { apiKeyId }, admin);
  await rpc("user/listApiKeys", {}, admin);
  const nonce = secret("nonce");
  const timestamp = Date.now();
  const signed = { grantType: "client_signature", clientId: apiKeyId, timestamp, nonce, scope: [] };
  const signature = sign(clientSecret, `${timestamp};${nonce};\n\n\n`);
  await rpc("auth/token", { ...signed, signature });
  await rpc("auth/token", { ...signed, signature });
  const header = secret("nonce");
  const target = "/local-user-store/api/v1/users";
  const mac = sign(clientSecret, `${timestamp};${header};GET\n${target}\n\n`);
  const hmac = { authorization: `pmx-hmac-sha256 ${apiKeyId};1;${timestamp};${header};${mac}` };
  expect(await rest(target, { headers: hmac })).toHaveProperty("count");
  expect(await rest(target, { headers: basic(apiKeyId, clientSecret) })).toHaveProperty("count");
  const [session] = (await rpc("user/listSessions", {}, admin)).result.sessions ?? [];
  await rpc("user/deleteSession", { sessionId: session?.sessionId ?? "none" }, basic(apiKeyId, clientSecret));
  await rpc("user/updateApiKey", { apiKeyId, enabled: false }, admin);
  await rpc("user/deleteApiKey", { apiKeyId }, admin);
}

async function callSsh(headers: Record<string, string>): Promise<void> {
  const body = { username: "joe", password: secret("password of a profile") };
  const { id } = await rest("/local-user-store/api/v1/users", { method: "POST", headers, body });
  const keys = `/role-store/api/v1/users/${id}/authorizedkeys`;
  await rest(keys, { method: "POST", headers, body: { name: "work", public_key: SSH_KEY } });
  await rest(keys, { headers });
  await rest("/ssh/authorized_keys/joe", { headers });
  await rest("/ssh/allowed_signers", { headers });
  await rest(`/local-user-store/api/v1/users/${id}`, { method: "PUT", headers, body });
  await rest(`/local-user-store/api/v1/users/${id}`, { method: "DELETE", headers });
}

async function callOAuth(admin: Record<string, string>): Promise<void> {
  const password = secret("API key secret");
  const key = { type: "secret", name: "person", clientSecret: password, maxScope: ["ssh:self"] };
  const { apiKeyId } = (await rpc("user/addApiKey", key, admin)).result;
  const token = "/auth/api/v1/oauth/token";
  const ask = (fields: Record<string, string>, headers = {}) =>
    rest(token, { method: "POST", headers: { ...FORM, ...headers }, body: form(fields) });
  const verifier = secret("PKCE verifier", randomBytes(32).toString("base64url"));
  const asked = {
    response_type: "code",
    client_id: "program",
    redirect_uri: "/callback",
    state: secret("state"),
    code_challenge: createHash("sha256").update(verifier).digest("base64url"),
    code_challenge_method: "S256",
  };
  const location = await rest(`/auth/api/v1/oauth/authorize?${form(asked)}`);
  const loginToken = secret("login token", location.split("token=")[1]);
  const person = { username: apiKeyId, password, token: loginToken };
  const { code } = await rest("/auth/api/v1/login", { method: "POST", body: person });
  const { client_id, redirect_uri } = asked;
  const shown = { grant_type: "authorization_code", code, client_id, redirect_uri, code_verifier: verifier };
  const { access_token } = await ask(shown);
  await ask(shown);
  await ask({ grant_type: "client_credentials" }, basic(apiKeyId, password));
  const { refresh_token } = await ask({ grant_type: "password", username: apiKeyId, password });
  await ask({ grant_type: "refresh_token", refresh_token });
  await rest("/auth/api/v1/logout", { method: "POST", headers: bearer(access_token) });
}

/** A socket, with a token brought along and with one of its own. */
async function callSocket(accessToken: string, login: object): Promise<void> {
  called.add("auth/bindAccessToken");
  const socket = new WebSocket(`${origin.replace("http", "ws")}/main`);
  await new Promise((resolve) => socket.addEventListener("open", resolve));
  const call = (method: string, params: object): Promise<Any> =>
    new Promise((resolve) => {
      socket.addEventListener("message", ({ data }) => resolve(noted(JSON.parse(data))), { once: true });
      socket.send(JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }));
    });
  const bound = await call("auth/bindAccessToken", { accessToken });
  expect(bound.result).toBe("OK");
  const { result } = await call("auth/token", login);
  expect((await call("auth/bindAccessToken", { accessToken: result.accessToken })).result).toBe("OK");
  await call("auth/token", { grantType: "refresh_token", refreshToken: result.refreshToken });
  socket.close();
}

/** Secrets in places where they do not belong, as people who mistype put them. */
async function callBadly(admin: Record<string, string>, apiKeyId: string): Promise<void> {
  await rest(`/health?token=${secret("query string")}`);
  await rest(`/ssh/authorized_keys/joe?access_token=${secret("query string")}`, { headers: admin });
  await rpc(secret("name of a method"), {});
  await rpc("pki/getCurrentKey", { [secret("name of a field")]: secret("value") }, admin);
  await rpc("pki/getCurrentKey", {}, basic(apiKeyId, secret("wrong secret")));
  await rpc("pki/getCurrentKey", {}, bearer(secret("malformed token")));
  await rest("/main", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: secret("body"),
  });
}
