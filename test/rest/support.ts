import type { Env } from "../../src/config";
import { type Runtime, world } from "../../src/context";
import { call, loginWith, type Owner, send, tokenFor } from "../support";

interface Options {
  token?: string;
  body?: unknown;
  headers?: Record<string, string>;
  env?: Partial<Env>;
  runtime?: Partial<Runtime>;
}

export interface RestAnswer {
  status: number;
  headers: Headers;
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every route
  json: any;
}

/** Sends a request to the REST API; a body that is no text goes as JSON. */
export async function rest(
  method: string,
  path: string,
  { token, body, headers = {}, env, runtime }: Options = {},
): Promise<RestAnswer> {
  const response = await send(
    path,
    {
      method,
      redirect: "manual",
      headers: {
        ...(body !== undefined && typeof body !== "string" && { "content-type": "application/json" }),
        ...(token && { authorization: `Bearer ${token}` }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
    },
    { ...(env && { env }), ...(runtime && { runtime }) },
  );
  const text = await response.text();
  const isJson = response.headers.get("content-type")?.startsWith("application/json");
  return {
    status: response.status,
    headers: response.headers,
    text,
    json: isJson && text ? JSON.parse(text) : undefined,
  };
}

/** The test's own time: now, moved on by `ms`. */
export const later = (ms: number): Partial<Runtime> => ({ now: () => world.now() + ms });
export const at = (ms: number): Partial<Runtime> => ({ now: () => ms });

/** Basic credentials, which time does not end. */
export const basic = ({ apiKeyId, apiKeySecret }: Owner) => ({
  authorization: `Basic ${btoa(`${apiKeyId}:${apiKeySecret}`)}`,
});

export const base64 = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes));

/** A fresh Ed25519 public key, as its base64 blob (RFC 8709, section 4). */
export async function freshSshKey(): Promise<string> {
  const pair = (await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"])) as CryptoKeyPair;
  const point = new Uint8Array((await crypto.subtle.exportKey("raw", pair.publicKey)) as ArrayBuffer);
  const name = new TextEncoder().encode("ssh-ed25519");
  return base64(Uint8Array.of(0, 0, 0, name.length, ...name, 0, 0, 0, 32, ...point));
}

/** What `ssh-keygen -lf` would print of the key. */
export async function fingerprintOf(blob: string): Promise<string> {
  const bytes = Uint8Array.from(atob(blob), (c) => c.charCodeAt(0));
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return `SHA256:${base64(hash).replace(/=+$/, "")}`;
}

let serial = 0;

export interface TestUser {
  id: string;
  username: string;
  /** An API key of the user's. */
  key: Owner;
  /** A token of that key's with the scope asked for. */
  token: string;
}

/** Makes a user with an API key, and logs in with it. */
export async function makeUser(scope: string[] = ["ssh:self"], username?: string): Promise<TestUser> {
  serial += 1;
  const name = username ?? `user${serial}-${crypto.randomUUID().slice(0, 8)}`;
  const admin = await tokenFor();
  const made = await rest("POST", "/local-user-store/api/v1/users", {
    token: admin,
    body: { username: name },
  });
  const secret = `secret of ${name} that is long enough`;
  const { apiKeyId } = await call(
    "user/addApiKey",
    { type: "secret", name: "test", clientSecret: secret, maxScope: scope, userId: made.json.id },
    { headers: { authorization: `Bearer ${admin}` } },
  );
  const key = { apiKeyId, apiKeySecret: secret };
  const { accessToken } = await loginWith(key, scope);
  return { id: made.json.id, username: name, key, token: accessToken };
}

export const keysPath = (userId: string, keyId?: string): string =>
  `/role-store/api/v1/users/${userId}/authorizedkeys${keyId ? `/${keyId}` : ""}`;

/** Registers a key of a user with the administrator's token and gives its id. */
export async function addKey(
  userId: string,
  fields: Record<string, unknown> = {},
  options: Options = {},
): Promise<string> {
  const body = { name: "work", public_key: await freshSshKey(), ...fields };
  const answer = await rest("POST", keysPath(userId), { token: await tokenFor(), body, ...options });
  if (answer.status !== 201) throw new Error(answer.text);
  return answer.json.id;
}
