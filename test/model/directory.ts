/**
 * The model: what the contract says of changes, over plain lists and in the plainest words, sharing no code with the
 * server. A rule gives the code of the error, or undefined where the change is made.
 */

export interface ApiKey {
  userId: string;
  secret: string;
  maxScope: readonly string[];
  enabled: boolean;
}

export interface Session {
  apiKeyId: string;
  name: string | undefined;
  scope: readonly string[];
  rights: readonly string[];
  /** The refresh token that is good is the one given as the n-th. */
  generation: number;
}

export interface Directory {
  usernames: Map<string, string>;
  apiKeys: Map<string, ApiKey>;
  sessions: Map<string, Session>;
  hosts: Map<string, string[]>;
  /** By instance and user, oldest first; null where the key was deleted. */
  histories: Map<string, (string | null)[]>;
  sshKeys: Map<string, { userId: string; publicKey: string }>;
}

export const emptyDirectory = (): Directory => ({
  usernames: new Map(),
  apiKeys: new Map(),
  sessions: new Map(),
  hosts: new Map(),
  histories: new Map(),
  sshKeys: new Map(),
});

export type Credential =
  | { kind: "owner" }
  | { kind: "key"; apiKeyId: string; secret: string }
  | { kind: "token"; sessionId: string; generation: number; accessToken: string };

export interface Caller {
  userId: string | undefined;
  rights: readonly string[];
}

const RIGHTS: Readonly<Record<string, readonly string[]>> = {
  "user:read": ["user:read", "pki:read", "ssh:read", "self:read"],
  "user:write": ["user:write", "pki:write", "ssh:write", "self:write"],
  "pki:read": ["pki:read"],
  "pki:write": ["pki:write"],
  "ssh:self": ["self:read", "self:write"],
};
const OWNER = [...new Set(Object.values(RIGHTS).flat())];

/** As the answers list a scope. */
export const split = (scope: readonly string[]): string[] =>
  scope.flatMap((s) => (s.endsWith(":read_write") ? [s.replace("_write", ""), s.replace("read_", "")] : [s]));
const rightsOf = (scope: readonly string[]) => split(scope).flatMap((s) => RIGHTS[s] ?? []);
const covers = (held: readonly string[], wanted: readonly string[]) => wanted.every((r) => held.includes(r));

/** Who calls; undefined where the credential is not good (14, 401). */
export function callerOf(d: Directory, credential: Credential): Caller | undefined {
  if (credential.kind === "owner") return { userId: undefined, rights: OWNER };
  const session = credential.kind === "token" ? d.sessions.get(credential.sessionId) : undefined;
  const key = d.apiKeys.get(credential.kind === "key" ? credential.apiKeyId : (session?.apiKeyId ?? ""));
  if (!key?.enabled) return undefined;
  const held = rightsOf(key.maxScope);
  if (credential.kind === "key") return { userId: key.userId, rights: held };
  if (session?.generation !== credential.generation) return undefined;
  return { userId: key.userId, rights: session.rights.filter((r) => held.includes(r)) };
}

export function addApiKey(d: Directory, by: Caller, id: string | undefined, key: ApiKey) {
  if (!covers(by.rights, rightsOf(key.maxScope))) return 73;
  if (!d.usernames.has(key.userId)) return 78;
  if (id !== undefined) d.apiKeys.set(id, key);
  return undefined;
}

type KeyChange = { userId: string; enabled?: boolean; maxScope?: readonly string[] };

export function updateApiKey(d: Directory, by: Caller, id: string, change: KeyChange) {
  const { userId, enabled, maxScope } = change;
  if (maxScope && !covers(by.rights, rightsOf(maxScope))) return 73;
  const refused = refuseKey(d, id, userId);
  if (refused) return refused;
  const key = d.apiKeys.get(id) as ApiKey;
  if (enabled && !key.enabled && !maxScope && !covers(by.rights, rightsOf(key.maxScope))) return 73;
  d.apiKeys.set(id, { ...key, ...(enabled !== undefined && { enabled }), ...(maxScope && { maxScope }) });
  if (enabled === false) endSessions(d, (s) => s.apiKeyId === id);
  return undefined;
}

export function deleteApiKey(d: Directory, id: string, userId: string) {
  const refused = refuseKey(d, id, userId);
  if (refused) return refused;
  dropKey(d, id);
  return undefined;
}

function refuseKey(d: Directory, id: string, userId: string) {
  if (!d.usernames.has(userId)) return 78;
  const key = d.apiKeys.get(id);
  if (!key) return 71;
  return key.userId === userId ? undefined : 1;
}

const endSessions = (d: Directory, which: (s: Session, id: string) => boolean) => {
  for (const [id, session] of [...d.sessions]) if (which(session, id)) d.sessions.delete(id);
};

function openSession(d: Directory, id: string | undefined, session: Session): void {
  if (id === undefined) return;
  endSessions(
    d,
    (s) => session.name !== undefined && s.apiKeyId === session.apiKeyId && s.name === session.name,
  );
  d.sessions.set(id, session);
}

export function logIn(d: Directory, newId: string | undefined, apiKeyId: string, asked: readonly string[]) {
  const key = d.apiKeys.get(apiKeyId);
  if (!key?.enabled) return 12;
  if (!covers(rightsOf(key.maxScope), rightsOf(asked))) return 73;
  const scope = split(asked.length > 0 ? asked : key.maxScope);
  const name = scope.find((s) => s.startsWith("session:"))?.slice("session:".length);
  const session = { apiKeyId, name, scope, rights: rightsOf(scope), generation: 1 };
  openSession(d, newId, session);
  return session;
}

/** A refresh token that was spent before ends its session. */
function unspent(d: Directory, sessionId: string, generation: number): Session | undefined {
  const session = d.sessions.get(sessionId);
  if (session?.generation === generation) return session;
  d.sessions.delete(sessionId);
  return undefined;
}

export function refresh(d: Directory, sessionId: string, generation: number) {
  const session = unspent(d, sessionId, generation);
  if (!session) return 75;
  const next = { ...session, generation: generation + 1 };
  d.sessions.set(sessionId, next);
  return next;
}

type Shown = { sessionId: string; generation: number };

export function fork(d: Directory, newId: string | undefined, shown: Shown, name: string) {
  const parent = unspent(d, shown.sessionId, shown.generation);
  if (!parent) return 75;
  const scope = parent.scope.filter((s) => !s.startsWith("session:"));
  const session = { ...parent, name, scope, generation: 1 };
  openSession(d, newId, session);
  return session;
}

export function deleteSession(d: Directory, sessionId: string, userId: string) {
  const session = d.sessions.get(sessionId);
  if (!session || d.apiKeys.get(session.apiKeyId)?.userId !== userId) return 74;
  d.sessions.delete(sessionId);
  return undefined;
}

const ownerOf = (d: Directory, url: string) => [...d.hosts].find(([, urls]) => urls.includes(url))?.[0];

export function setHost(d: Directory, host: string, url: string) {
  if (d.hosts.has(host)) return 89;
  if (ownerOf(d, url) !== undefined) return 88;
  d.hosts.set(host, [url]);
  return undefined;
}

export function addHostUrl(d: Directory, host: string, url: string) {
  const urls = d.hosts.get(host);
  if (!urls) return 82;
  if (urls.includes(url)) return 83;
  if (ownerOf(d, url) !== undefined) return 88;
  urls.push(url);
  return undefined;
}

export function removeHostUrl(d: Directory, host: string, url: string) {
  const urls = d.hosts.get(host);
  if (!urls) return 82;
  if (!urls.includes(url)) return 84;
  d.hosts.set(
    host,
    urls.filter((u) => u !== url),
  );
  return undefined;
}

export const deleteHost = (d: Directory, host: string) => (d.hosts.delete(host) ? undefined : 82);

/** `key` null deletes the key in force. */
export function setKey(d: Directory, owner: string, key: string | null) {
  const history = d.histories.get(owner) ?? [];
  if ((history.at(-1) ?? null) === key) return key === null ? 79 : 81;
  d.histories.set(owner, [...history, key]);
  return undefined;
}

const isTaken = (d: Directory, username: string, but?: string) =>
  [...d.usernames].some(([id, name]) => id !== but && name.toLowerCase() === username.toLowerCase());

export function addUser(d: Directory, id: string | undefined, username: string) {
  if (isTaken(d, username)) return 409;
  if (id !== undefined) d.usernames.set(id, username);
  return undefined;
}

export function renameUser(d: Directory, id: string, username: string) {
  if (!d.usernames.has(id)) return 404;
  if (isTaken(d, username, id)) return 409;
  d.usernames.set(id, username);
  return undefined;
}

export function deleteUser(d: Directory, id: string) {
  if (!d.usernames.delete(id)) return 404;
  for (const [key, { userId }] of [...d.apiKeys]) if (userId === id) dropKey(d, key);
  for (const [key, { userId }] of [...d.sshKeys]) if (userId === id) d.sshKeys.delete(key);
  return undefined;
}

function dropKey(d: Directory, apiKeyId: string): void {
  d.apiKeys.delete(apiKeyId);
  endSessions(d, (s) => s.apiKeyId === apiKeyId);
}

const holderOf = (d: Directory, publicKey: string) =>
  [...d.sshKeys].find(([, k]) => k.publicKey === publicKey);

export function addSshKey(d: Directory, id: string | undefined, userId: string, publicKey: string) {
  if (!d.usernames.has(userId)) return 404;
  if (holderOf(d, publicKey)) return 409;
  if (id !== undefined) d.sshKeys.set(id, { userId, publicKey });
  return undefined;
}

export function importSshKey(d: Directory, id: string | undefined, userId: string, publicKey: string) {
  const holder = holderOf(d, publicKey)?.[1];
  if (d.usernames.has(userId) && holder) return holder.userId === userId ? "known" : "refused";
  return addSshKey(d, id, userId, publicKey) ?? "added";
}

export function replaceSshKey(d: Directory, id: string, userId: string, publicKey: string) {
  if (d.sshKeys.get(id)?.userId !== userId) return 404;
  const holder = holderOf(d, publicKey)?.[0];
  if (holder !== undefined && holder !== id) return 409;
  d.sshKeys.set(id, { userId, publicKey });
  return undefined;
}

export function deleteSshKey(d: Directory, id: string, userId: string) {
  if (d.sshKeys.get(id)?.userId !== userId) return 404;
  d.sshKeys.delete(id);
  return undefined;
}
