import { toBase64Url } from "../../src/bytes";
import { METHODS } from "../../src/methods";
import { API_KEY_ID, SECRET } from "../../src/methods/examples";
import type { Operation } from "../../src/operation";
import { ROUTES } from "../../src/rest";
import { KEY_BODY, KEY_ID, USER_ID, USERNAME } from "../../src/rest/examples";
import { keysPath, type RestAnswer, rest } from "../rest/support";
import { emptyDatabase, exampleParams, randomOnce, seedExamples } from "../seed";
import { secretKey, signedLogin } from "../signing";
import { bearer, call, freshIsolate, INITIALIZATION_TOKEN, login, rpc, tokenFor } from "../support";

/** Every operation as a request that works, on a database that was made ready for it. */

/** What came back, whatever the API: `code` is 0 for a success, 500 for what was not foreseen. */
export interface Came {
  readonly code: number;
  /** Of a failure: the sentence, or the id that the log has too. */
  readonly said: unknown;
  /** Of a success. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every operation
  readonly result?: any;
}

/** Sends the request to an isolate that knows nothing, or nothing but the caller; `DB` stands in the place of the binding. */
export type Act = (DB?: D1Database) => Promise<Came>;

export interface Case {
  readonly name: string;
  readonly operation: Operation;
  /** Empties the database, puts into it what the request speaks of, and gives the request. */
  prepare(): Promise<Act>;
}

interface By {
  readonly token: string;
  /** Whether the isolate has looked the caller up before. */
  readonly isSeen: boolean;
}

const INTERNAL_ERROR = -32603;

/** Never from what was looked up a moment ago, so that each act costs what it costs at most. */
const env = (DB?: D1Database) => ({
  READ_AUTH_CACHE_SECONDS: "0",
  PMX_INITIALIZATION_TOKEN: INITIALIZATION_TOKEN,
  ...(DB && { DB }),
});

async function meet(by: By | undefined): Promise<void> {
  freshIsolate();
  if (by?.isSeen) await call("user/listApiKeys", {}, bearer(by.token));
}

const calling =
  (method: string, params: unknown, by?: By): Act =>
  async (DB) => {
    await meet(by);
    const setup = { env: env(DB) };
    const { error, result } = await rpc(method, params, by ? bearer(by.token, setup) : { setup });
    if (!error) return { code: 0, said: undefined, result };
    return { code: error.code === INTERNAL_ERROR ? 500 : error.code, said: error.data };
  };

const cameOf = ({ status, json, text }: RestAnswer): Came =>
  status < 400
    ? { code: 0, said: undefined, result: json ?? text }
    : { code: status, said: json?.error_message };

async function exampleOfMethod(operation: Operation, isSeen: boolean): Promise<Act> {
  const { name, example } = operation;
  await emptyDatabase();
  if (name === "auth/createFirstApiKey") {
    return calling(name, { ...(example.params as object), initializationToken: INITIALIZATION_TOKEN });
  }
  await seedExamples();
  const token = await tokenFor();
  const params = (await exampleParams(operation)) as Record<string, string>;
  if (name === "pkiAdmin/setHost") {
    await call("pkiAdmin/deleteHost", { instanceId: params.hostPubKey }, bearer(token));
  }
  if (name === "pkiAdmin/setKey") {
    const { userPubKey: _, ...owner } = params;
    await call("pkiAdmin/deleteKey", owner, bearer(token));
  }
  return calling(name, params, operation.access === "everyone" ? undefined : { token, isSeen });
}

const uuidBytes = (uuid: string) =>
  Uint8Array.from(uuid.replaceAll("-", "").match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));

/** Registers the user and the SSH key of the routes' examples, as far as the route is not the one that makes them. */
async function seedRoute(name: string, token: string): Promise<void> {
  if (name === "createLocalUser") return;
  const user = { token, body: { username: USERNAME }, runtime: { random: randomOnce(uuidBytes(USER_ID)) } };
  await rest("POST", "/local-user-store/api/v1/users", user);
  if (name === "createAuthorizedKey" || name === "importAuthorizedKeys") return;
  const key = { token, body: KEY_BODY, runtime: { random: randomOnce(uuidBytes(KEY_ID)) } };
  await rest("POST", keysPath(USER_ID), key);
}

const MEDIA_TYPES = {
  json: "application/json",
  text: "text/plain",
  form: "application/x-www-form-urlencoded",
};

type Params = { path?: Record<string, string>; query?: Record<string, string>; body?: unknown };

function requesting({ http }: Pick<Operation, "http">, { path, query, body }: Params, by?: By): Act {
  if (!http) throw new Error("no route");
  const target = http.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => path?.[name] ?? "");
  const type = http.takes ?? "json";
  const text =
    type === "text"
      ? (body as string)
      : type === "form"
        ? new URLSearchParams(body as Record<string, string>).toString()
        : JSON.stringify(body);
  return async (DB) => {
    await meet(by);
    return cameOf(
      await rest(http.method, `${target}?${new URLSearchParams(query)}`, {
        env: env(DB),
        ...(by && { token: by.token }),
        ...(body !== undefined && { body: text, headers: { "content-type": MEDIA_TYPES[type] } }),
      }),
    );
  };
}

const route = (name: string): Operation => {
  const found = ROUTES.find((r) => r.name === name);
  if (!found) throw new Error(`no route ${name}`);
  return found;
};

const VERIFIER = "a-verifier-of-forty-three-characters-or-more";

/** A login token, as the page that people log in on gets it. */
async function loginToken(): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(VERIFIER)));
  const { query } = route("authorize").example.params as { query: Record<string, string> };
  const target = new URLSearchParams({ ...query, code_challenge: toBase64Url(digest) });
  const { headers } = await rest("GET", `/auth/api/v1/oauth/authorize?${target}`);
  return headers.get("location")?.split("token=")[1] as string;
}

const person = { username: API_KEY_ID, password: SECRET };

async function exampleOfRoute(operation: Operation, isSeen: boolean): Promise<Act> {
  const { name } = operation;
  await emptyDatabase();
  await seedExamples();
  const token = await tokenFor();
  await seedRoute(name, token);
  const params = operation.example.params as Params;
  if (name === "login") return requesting(operation, { body: { ...person, token: await loginToken() } });
  return requesting(operation, params, operation.access === "everyone" ? undefined : { token, isSeen });
}

/** Grants that the examples of auth/token and oauth/token do not show. */
const GRANTS: Record<string, () => Promise<Act>> = {
  "auth/token by refresh token": async () => {
    const { refreshToken } = await login();
    return calling("auth/token", { grantType: "refresh_token", refreshToken });
  },
  "auth/token by a spent refresh token": async () => {
    const { refreshToken } = await login();
    await call("auth/token", { grantType: "refresh_token", refreshToken });
    return calling("auth/token", { grantType: "refresh_token", refreshToken });
  },
  "auth/token by signature": async () => calling("auth/token", await signedLogin(await secretKey())),
  "oauth/token by code": async () => {
    const body = { ...person, token: await loginToken() };
    const { result } = await requesting(route("login"), { body })();
    const { query } = route("authorize").example.params as { query: Record<string, string> };
    const shown = { client_id: query.client_id, redirect_uri: query.redirect_uri, code_verifier: VERIFIER };
    const form = { grant_type: "authorization_code", code: result.code, ...shown };
    return requesting(route("token"), { body: form });
  },
};

const methods: readonly Operation[] = METHODS;
const routes: readonly Operation[] = ROUTES;

const ofMethod = (operation: Operation, isSeen = false): Case => ({
  name: operation.name + (isSeen ? " by a caller seen before" : ""),
  operation,
  prepare: () => exampleOfMethod(operation, isSeen),
});
const ofRoute = (operation: Operation, isSeen = false): Case => ({
  name: `${operation.http?.method} ${operation.http?.path}${isSeen ? " by a caller seen before" : ""}`,
  operation,
  prepare: () => exampleOfRoute(operation, isSeen),
});

/** Their one batch is the same as the second of a caller not seen before, but for its guard: some stand for all. */
const BY_SEEN_CALLERS = ["pkiAdmin/setKey", "pkiAdmin/deleteHost", "user/updateApiKey", "user/deleteApiKey"];

export const CASES: readonly Case[] = [
  // A socket's method, which never comes to the database over POST.
  ...methods.filter((m) => m.name !== "auth/bindAccessToken").map((m) => ofMethod(m)),
  ...methods.filter((m) => BY_SEEN_CALLERS.includes(m.name)).map((m) => ofMethod(m, true)),
  ...routes.map((r) => ofRoute(r)),
  ofRoute(route("createAuthorizedKey"), true),
  ...Object.entries(GRANTS).map(([name, grant]) => ({
    name,
    operation: route("token"),
    prepare: async () => {
      await emptyDatabase();
      await seedExamples();
      return grant();
    },
  })),
];
