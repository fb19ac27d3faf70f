import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { sha256 } from "@noble/hashes/sha2.js";
import bs58 from "bs58";
import { makeApp } from "../src/app";
import { utf8 } from "../src/bytes";
import { writeJson } from "../src/client/message";
import type { Env } from "../src/config";
import { Memory, type Runtime, world } from "../src/context";

/** The initialization token that vitest.config.ts gives the Worker. */
export const INITIALIZATION_TOKEN = "test-initialization-token";
export const ORIGIN = "https://veridge.example.com";

export type RpcAnswer = {
  jsonrpc: string;
  id: string | number | null;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every method
  result?: any;
  error?: { code: number; message: string; data?: unknown };
};

let memory = new Memory();
/** Made once: mounting every route takes longer than most answers. */
const usualApp = makeApp({
  ...world,
  get memory() {
    return memory;
  },
});

/** From here on an isolate answers that knows nothing yet. */
export function freshIsolate(): void {
  memory = new Memory();
}

interface Setup {
  /** Bindings and variables in the place of the usual ones. */
  env?: Partial<Env>;
  runtime?: Partial<Runtime>;
}

type Sent = { headers?: Record<string, string>; setup?: Setup };

/** Sends a request through the front door of the Worker, in this isolate, with the real bindings. */
export async function send(path: string, init: RequestInit = {}, setup: Setup = {}): Promise<Response> {
  const app = setup.runtime ? makeApp({ ...world, memory, ...setup.runtime }) : usualApp;
  const ctx = createExecutionContext();
  const request = new Request(new URL(path, ORIGIN), init);
  // As every client does that has the whole body at hand; the runtime does not say it of a request that never was on a wire.
  if (typeof init.body === "string") request.headers.set("content-length", `${utf8(init.body).length}`);
  const response = await app.fetch(request, { ...env, ...setup.env } as unknown as Env, ctx);
  await waitOnExecutionContext(ctx);
  return response;
}

/** Posts a body to `/main` and gives the HTTP response. */
export function post(body: unknown, { headers = {}, setup = {} }: Sent = {}): Promise<Response> {
  const text = typeof body === "string" ? body : writeJson(body);
  const init = { method: "POST", body: text, headers: { "content-type": "application/json", ...headers } };
  return send("/main", init, setup);
}

/** Calls one method and gives its JSON-RPC answer. */
export async function rpc(method: string, params: unknown, sent: Sent = {}): Promise<RpcAnswer> {
  const response = await post({ jsonrpc: "2.0", id: 1, method, params }, sent);
  return response.json<RpcAnswer>();
}

/** Calls one method that must succeed. */
// biome-ignore lint/suspicious/noExplicitAny: tests look into results of every method
export async function call(method: string, params: unknown, sent: Sent = {}): Promise<any> {
  const answer = await rpc(method, params, sent);
  if (answer.error) throw new Error(`${method}: ${JSON.stringify(answer.error)}`);
  return answer.result;
}

/** The code that one method answers with; 0 where it succeeds. */
export async function code(method: string, params: unknown, sent: Sent = {}): Promise<number> {
  return (await rpc(method, params, sent)).error?.code ?? 0;
}

export const bearer = (token: string, setup: Setup = {}): Sent => ({
  headers: { authorization: `Bearer ${token}` },
  setup,
});

export interface Owner {
  apiKeyId: string;
  apiKeySecret: string;
}

let owner: Owner | undefined;

/** The owner's API key, made on the first use in a test file. */
export async function ownerKey(): Promise<Owner> {
  owner ??= await call("auth/createFirstApiKey", {
    initializationToken: INITIALIZATION_TOKEN,
    name: "first",
  });
  return owner as Owner;
}

/** Forgets the owner's key, for test files that start from an empty database. */
export function forgetOwner(): void {
  owner = undefined;
  freshIsolate();
}

/** Logs in with the owner's key. */
export async function login(scope: string[] = [], setup: Setup = {}) {
  const { apiKeyId, apiKeySecret } = await ownerKey();
  return loginWith({ apiKeyId, apiKeySecret }, scope, setup);
}

export async function loginWith({ apiKeyId, apiKeySecret }: Owner, scope: string[], setup: Setup = {}) {
  const params = { grantType: "client_credentials", clientId: apiKeyId, clientSecret: apiKeySecret, scope };
  return call("auth/token", params, { setup });
}

/** A token of the owner's with that scope. */
export async function tokenFor(...scope: string[]): Promise<string> {
  return (await login(scope)).accessToken;
}

let seed = 0;

/** A fresh public key as PrivMX writes it: found by trying, since half of all abscissas are those of a point. */
export function freshPubKey(isValid: (key: string) => boolean): string {
  for (;;) {
    seed += 1;
    const point = Uint8Array.of(2, ...sha256(new TextEncoder().encode(`key ${seed}`)));
    const key = bs58.encode(Uint8Array.of(...point, ...sha256(sha256(point)).subarray(0, 4)));
    if (isValid(key)) return key;
  }
}
