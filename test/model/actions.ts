import { keysPath } from "../rest/support";
import type { Caller, Credential, Directory, Session } from "./directory";
import * as model from "./directory";

/** One random step: what is done, and small numbers that choose among what there is. */
export interface Step {
  readonly kind: Kind;
  readonly who: number;
  readonly a: number;
  readonly b: number;
  readonly c: number;
}

/** What one sequence works with: names of its own, and every id and token that it was ever given. */
export interface World {
  readonly names: readonly string[];
  readonly hosts: readonly string[];
  readonly urls: readonly string[];
  readonly userPubKeys: readonly string[];
  readonly sshKeys: readonly string[];
  readonly userIds: string[];
  readonly apiKeys: { apiKeyId: string; secret: string }[];
  readonly sshKeyIds: string[];
  readonly tokens: { sessionId: string; generation: number; accessToken: string; refreshToken: string }[];
}

/** `code` 0 is success; else that of JSON-RPC, or the HTTP status. */
export interface Answered {
  readonly code: number;
  // biome-ignore lint/suspicious/noExplicitAny: results of every operation
  readonly result: any;
}

export type Request =
  | { readonly method: string; readonly params: object }
  | { readonly verb: string; readonly path: string; readonly body?: object | string };

export interface Action {
  readonly caller: Credential;
  readonly request: Request;
  /**
   * What the model answers: a code, or what `seen` makes of a result. Changes the model; new ids are the answer's.
   * `proven` is the directory as it was when the caller was proven.
   */
  judge(d: Directory, answered: Answered, proven: Directory): unknown;
  /** What of a result is to be compared. */
  seen(result: Answered["result"]): unknown;
  /** Takes up ids and tokens for later steps. */
  learn?(result: Answered["result"]): void;
}

const pick = <T>(list: readonly T[], n: number): T => list[n % list.length] as T;
const SECRET = "a secret that is long enough for all";
const UNKNOWN = "unknown";
const SCOPES = [["user:read_write"], ["pki:read_write"], ["ssh:self"], ["user:write"], []];
const ASKED = [[], ["pki:read"], ["pki:write", "session:one"], ["user:read_write"], ["session:one"]];
const OK = () => "OK";
const NO_TOKEN = { sessionId: "A".repeat(22), generation: 1, accessToken: "none", refreshToken: "none" };

/** Whose credential a step shows; the owner's where the sequence has none yet. */
export function credentialOf({ who }: Step, { apiKeys, tokens }: World): Credential {
  const kind = pick(["owner", "owner", "token", "key"] as const, who);
  if (kind === "key" && apiKeys.length > 0) return { kind, ...pick(apiKeys, who >> 2) };
  if (kind === "token" && tokens.length > 0) return { kind, ...pick(tokens, who >> 2) };
  return { kind: "owner" };
}

type Rule = (d: Directory, by: Caller, result: Answered["result"]) => unknown;

const guarded =
  (caller: Credential, right: string, rule: Rule): Action["judge"] =>
  (d, { result }, proven) => {
    const by = model.callerOf(proven, caller);
    if (!by) return 14;
    return by.rights.includes(right) ? (rule(d, by, result) ?? "OK") : 73;
  };

const REST_STATUS: Readonly<Record<number, number>> = { 14: 401, 73: 403 };
const overRest =
  (judge: Action["judge"]): Action["judge"] =>
  (d, answered, proven) => {
    const judged = judge(d, answered, proven);
    return typeof judged === "number" ? (REST_STATUS[judged] ?? judged) : judged;
  };

/** Users keep their own SSH keys; those of others need the permission over all. */
const ofUser = (caller: Credential, userId: string, rule: Rule) =>
  overRest(
    guarded(caller, "self:write", (d, by, result) =>
      by.userId === userId || by.rights.includes("ssh:write") ? rule(d, by, result) : 73,
    ),
  );

type Make = (step: Step, world: World, caller: Credential) => Omit<Action, "caller">;

const sessionIdOf = (result: Answered["result"]): string | undefined =>
  result?.accessToken &&
  JSON.parse(atob(result.accessToken.split(".")[1].replaceAll("-", "+").replaceAll("_", "/"))).sid;

/** A method that gives tokens; `generation` is that of the new refresh token. */
function granting(
  world: World,
  method: string,
  params: object,
  generation: number,
  grant: (d: Directory, newId: string | undefined) => Session | number,
): Omit<Action, "caller"> {
  return {
    request: { method, params },
    judge: (d, { result }) => {
      const granted = grant(d, sessionIdOf(result));
      return typeof granted === "number" ? granted : { scope: granted.scope, sessionName: granted.name };
    },
    seen: ({ scope, sessionName }) => ({ scope, sessionName }),
    learn: ({ accessToken, refreshToken }) =>
      world.tokens.push({
        sessionId: sessionIdOf({ accessToken }) as string,
        generation,
        accessToken,
        refreshToken,
      }),
  };
}

const hosts =
  (method: string, rule: (d: Directory, host: string, url: string) => number | undefined): Make =>
  ({ a, b }, w, caller) => {
    const [host, hostUrl] = [pick(w.hosts, a), pick(w.urls, b)];
    const params = {
      [method === "setHost" ? "hostPubKey" : "instanceId"]: host,
      ...(method !== "deleteHost" && { hostUrl }),
    };
    return {
      request: { method: `pkiAdmin/${method}`, params },
      judge: guarded(caller, "pki:write", (d) => rule(d, host, hostUrl)),
      seen: (result) => (method === "setHost" && result === host ? "OK" : result),
    };
  };

/** Whose key a call is about: now and then another's than the user it names. */
const targetOf = ({ a, b }: Step, w: World) => ({
  apiKeyId: w.apiKeys.length > 0 ? pick(w.apiKeys, a).apiKeyId : UNKNOWN,
  userId: pick(w.userIds, b),
});

const RPC = {
  setHost: hosts("setHost", model.setHost),
  addHostUrl: hosts("addHostUrl", model.addHostUrl),
  removeHostUrl: hosts("removeHostUrl", model.removeHostUrl),
  deleteHost: hosts("deleteHost", (d, host) => model.deleteHost(d, host)),
  setKey({ a, b }, w, caller) {
    const [instanceId, userPubKey] = [pick(w.hosts, a), pick(w.userPubKeys, b)];
    const owner = { instanceId, contextId: "context", userId: w.names[0] };
    return {
      request: { method: "pkiAdmin/setKey", params: { ...owner, userPubKey } },
      judge: guarded(caller, "pki:write", (d) => model.setKey(d, instanceId, userPubKey)),
      seen: (result) => result,
    };
  },
  deleteKey({ a }, w, caller) {
    const instanceId = pick(w.hosts, a);
    const params = { instanceId, contextId: "context", userId: w.names[0] };
    return {
      request: { method: "pkiAdmin/deleteKey", params },
      judge: guarded(caller, "pki:write", (d) => model.setKey(d, instanceId, null)),
      seen: (result) => result,
    };
  },
  addApiKey({ a, b }, w, caller) {
    const [maxScope, userId] = [pick(SCOPES, a), pick(w.userIds, b)];
    const params = { type: "secret", name: "model", clientSecret: SECRET, maxScope, userId };
    const key = { userId, secret: SECRET, maxScope, enabled: true };
    return {
      request: { method: "user/addApiKey", params },
      judge: guarded(caller, "user:write", (d, by, result) => model.addApiKey(d, by, result?.apiKeyId, key)),
      seen: OK,
      learn: ({ apiKeyId }) => w.apiKeys.push({ apiKeyId, secret: SECRET }),
    };
  },
  updateApiKey(step, w, caller) {
    const { apiKeyId, userId } = targetOf(step, w);
    const change = [{ enabled: false }, { enabled: true }, { maxScope: pick(SCOPES, step.who) }][step.c % 3];
    return {
      request: { method: "user/updateApiKey", params: { apiKeyId, userId, ...change } },
      judge: guarded(caller, "user:write", (d, by) =>
        model.updateApiKey(d, by, apiKeyId, { userId, ...change }),
      ),
      seen: (result) => result,
    };
  },
  deleteApiKey(step, w, caller) {
    const { apiKeyId, userId } = targetOf(step, w);
    return {
      request: { method: "user/deleteApiKey", params: { apiKeyId, userId } },
      judge: guarded(caller, "user:write", (d) => model.deleteApiKey(d, apiKeyId, userId)),
      seen: (result) => result,
    };
  },
  deleteSession({ a, b }, w, caller) {
    const { sessionId } = w.tokens.length > 0 ? pick(w.tokens, a) : NO_TOKEN;
    const userId = pick(w.userIds, b);
    return {
      request: { method: "user/deleteSession", params: { sessionId, userId } },
      judge: guarded(caller, "user:write", (d) => model.deleteSession(d, sessionId, userId)),
      seen: (result) => result,
    };
  },
  logIn({ a, b }, w) {
    const clientId = w.apiKeys.length > 0 ? pick(w.apiKeys, a).apiKeyId : UNKNOWN;
    const scope = pick(ASKED, b);
    const params = { grantType: "client_credentials", clientId, clientSecret: SECRET, scope };
    return granting(w, "auth/token", params, 1, (d, id) => model.logIn(d, id, clientId, scope));
  },
  refresh({ a }, w) {
    const { refreshToken, sessionId, generation } = w.tokens.length > 0 ? pick(w.tokens, a) : NO_TOKEN;
    const params = { grantType: "refresh_token", refreshToken };
    return granting(w, "auth/token", params, generation + 1, (d) =>
      refreshToken === "none" ? 76 : model.refresh(d, sessionId, generation),
    );
  },
  fork({ a, b }, w) {
    const shown = w.tokens.length > 0 ? pick(w.tokens, a) : NO_TOKEN;
    const { refreshToken } = shown;
    const sessionName = pick(["one", "two"], b);
    return granting(w, "auth/forkToken", { refreshToken, sessionName }, 1, (d, id) =>
      refreshToken === "none" ? 76 : model.fork(d, id, shown, sessionName),
    );
  },
} satisfies Record<string, Make>;

const USERS = "/local-user-store/api/v1/users";
const sshKeyOf = ({ a, b }: Step, w: World) => ({
  userId: pick(w.userIds, a),
  id: w.sshKeyIds.length > 0 ? pick(w.sshKeyIds, b) : UNKNOWN,
});

const REST = {
  createUser({ a }, w, caller) {
    const username = pick(w.names, a);
    return {
      request: { verb: "POST", path: USERS, body: { username } },
      judge: overRest(
        guarded(caller, "user:write", (d, _by, result) => model.addUser(d, result?.id, username)),
      ),
      seen: OK,
      learn: ({ id }) => w.userIds.push(id),
    };
  },
  updateUser({ a, b }, w, caller) {
    const [id, username] = [pick(w.userIds, a), pick(w.names, b)];
    return {
      request: { verb: "PUT", path: `${USERS}/${id}`, body: { username } },
      judge: overRest(
        guarded(caller, "user:write", (d) => model.renameUser(d, id, username) ?? { id, username }),
      ),
      seen: (result) => ({ id: result.id, username: result.username }),
    };
  },
  deleteUser({ a }, w, caller) {
    const id = pick(w.userIds, a);
    return {
      request: { verb: "DELETE", path: `${USERS}/${id}` },
      judge: overRest(guarded(caller, "user:write", (d) => model.deleteUser(d, id))),
      seen: OK,
    };
  },
  createSshKey({ a, b }, w, caller) {
    const [userId, public_key] = [pick(w.userIds, a), pick(w.sshKeys, b)];
    return {
      request: { verb: "POST", path: keysPath(userId), body: { name: "model", public_key } },
      judge: ofUser(caller, userId, (d, _by, result) => model.addSshKey(d, result?.id, userId, public_key)),
      seen: OK,
      learn: ({ id }) => w.sshKeyIds.push(id),
    };
  },
  importSshKey({ a, b }, w, caller) {
    const [userId, public_key] = [pick(w.userIds, a), pick(w.sshKeys, b)];
    return {
      request: { verb: "POST", path: `${keysPath(userId)}/import`, body: `ssh-ed25519 ${public_key}\n` },
      judge: overRest(
        guarded(caller, "ssh:write", (d, _by, result) =>
          model.importSshKey(d, result?.items[0].id, userId, public_key),
        ),
      ),
      seen: ({ items }) => items[0].result,
      learn: ({ items }) => items[0].result === "added" && w.sshKeyIds.push(items[0].id),
    };
  },
  updateSshKey(step, w, caller) {
    const { userId, id } = sshKeyOf(step, w);
    const public_key = pick(w.sshKeys, step.c);
    return {
      request: { verb: "PUT", path: keysPath(userId, id), body: { name: "model", public_key } },
      judge: ofUser(
        caller,
        userId,
        (d) => model.replaceSshKey(d, id, userId, public_key) ?? { id, user_id: userId, public_key },
      ),
      seen: (result) => ({ id: result.id, user_id: result.user_id, public_key: result.public_key }),
    };
  },
  deleteSshKey(step, w, caller) {
    const { userId, id } = sshKeyOf(step, w);
    return {
      request: { verb: "DELETE", path: keysPath(userId, id) },
      judge: ofUser(caller, userId, (d) => model.deleteSshKey(d, id, userId)),
      seen: OK,
    };
  },
  logOut(_step, _w, caller) {
    return {
      request: { verb: "POST", path: "/auth/api/v1/logout" },
      judge: (d, _answered, proven) => {
        if (!model.callerOf(proven, caller)) return 401;
        if (caller.kind === "token") d.sessions.delete(caller.sessionId);
        return "OK";
      },
      seen: OK,
    };
  },
} satisfies Record<string, Make>;

const MAKES: Readonly<Record<string, Make>> = { ...RPC, ...REST };
export type Kind = keyof typeof RPC | keyof typeof REST;
export const RPC_KINDS = Object.keys(RPC) as Kind[];
export const KINDS = Object.keys(MAKES) as Kind[];

/** What a step does to the server and to the model. */
export const actionOf = (step: Step, world: World, caller: Credential): Action => ({
  caller,
  ...(MAKES[step.kind] as Make)(step, world, caller),
});
