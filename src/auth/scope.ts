import { canonicalAddress } from "../keys/sourceAddress";
import { ACCESS_TOKEN_MS } from "../limits";

/** What a scope grants, as bits: implication is inclusion, and SQL can compare them. */
export const PERMISSIONS = {
  "user:read": 1,
  "user:write": 2,
  "pki:read": 4,
  "pki:write": 8,
  "ssh:read": 16,
  "ssh:write": 32,
  "self:read": 64,
  "self:write": 128,
  "audit:read": 256,
  "ops:read": 512,
} as const;

export type Permission = keyof typeof PERMISSIONS;

/** Every scope, also those of later versions: the first key's. */
export const ALL_PERMISSIONS = 2 ** 31 - 1;

const bits = (...permissions: Permission[]): number =>
  permissions.reduce((sum, p) => sum | PERMISSIONS[p], 0);

/** The scopes of the contract's table with what each implies. */
const SCOPES: Readonly<Record<string, number>> = {
  "user:read": bits("user:read", "pki:read", "ssh:read", "self:read"),
  "user:write": bits("user:write", "pki:write", "ssh:write", "self:write"),
  "pki:read": bits("pki:read"),
  "pki:write": bits("pki:write"),
  "ssh:read": bits("ssh:read", "self:read"),
  "ssh:write": bits("ssh:write", "self:write"),
  "ssh:self": bits("self:read", "self:write"),
  "audit:read": bits("audit:read"),
  "ops:read": bits("ops:read"),
};

export const SCOPE_NAMES: readonly string[] = Object.keys(SCOPES);

export const includes = (held: number, wanted: number): boolean => (wanted & ~held) === 0;
export const isGranting = (entry: string): boolean => Object.hasOwn(SCOPES, entry);

const grants = (entries: readonly string[]): number =>
  entries.reduce((sum, entry) => sum | (isGranting(entry) ? (SCOPES[entry] as number) : 0), 0);

/** What a list of scope entries means. */
export interface Scope {
  /** As asked: `read_write` split, duplicates removed, implications not added. */
  readonly entries: readonly string[];
  readonly permissions: number;
  /** Any of these addresses, in canonical form; null binds to none. */
  readonly ipAddrs: readonly string[] | null;
}

export interface TokenScope extends Scope {
  readonly connection: boolean;
  readonly sessionName: string | null;
  /** Lifetime of access tokens in ms. */
  readonly accessMs: number;
}

/** Why a list of scope entries is refused: a sentence that repeats none of them. */
export class ScopeError extends Error {}

/** The scope that an API key may have at most. @throws ScopeError */
export function parseMaxScope(list: readonly string[]): Scope {
  const entries = split(list);
  if (entries.some((e) => e === "connection" || e.startsWith("session:") || e.startsWith("expires:"))) {
    throw new ScopeError(
      "a maxScope may hold scopes and `ipAddr:` entries; session:, expires: and connection belong to a token",
    );
  }
  return { entries, permissions: grants(entries), ipAddrs: addresses(entries) };
}

/** The scope that a token asks for. @throws ScopeError */
export function parseTokenScope(list: readonly string[]): TokenScope {
  const entries = split(list);
  const names = entries.filter((e) => e.startsWith("session:"));
  if (names.length > 1) throw new ScopeError("a token has one session: entry at most");
  return {
    entries,
    permissions: grants(entries),
    ipAddrs: addresses(entries),
    connection: entries.includes("connection"),
    sessionName: names[0]?.slice("session:".length) ?? null,
    accessMs: lifetime(entries),
  };
}

/** OAuth writes a scope as one text (RFC 6749, section 3.3). */
export const scopeEntries = (text: string): readonly string[] =>
  text.split(" ").filter((entry) => entry !== "");

/** Whether two lists ask for the same, whatever their order. */
export const isSameScope = (a: readonly string[], b: readonly string[]): boolean =>
  JSON.stringify(split(a).sort()) === JSON.stringify(split(b).sort());

function split(list: readonly string[]): string[] {
  const parts = list.flatMap((e) => {
    // Not a session's name, which may end in anything.
    const area = /^(?!session:)(.+):read_write$/su.exec(e)?.[1];
    return area === undefined ? [e] : [`${area}:read`, `${area}:write`];
  });
  return [...new Set(parts)];
}

function addresses(entries: readonly string[]): string[] | null {
  const given = entries
    .filter((e) => e.startsWith("ipAddr:"))
    .map((e) => canonicalAddress(e.slice("ipAddr:".length)));
  if (!given.every((a) => a !== undefined))
    throw new ScopeError("an ipAddr: entry names one IPv4 or IPv6 address");
  return given.length > 0 ? given : null;
}

function lifetime(entries: readonly string[]): number {
  const given = entries.filter((e) => e.startsWith("expires:")).map((e) => e.slice("expires:".length));
  const ms = given.map((text) => (/^[1-9][0-9]{0,8}$/.test(text) ? Number(text) : Number.NaN));
  if (ms.some((n) => !(n <= ACCESS_TOKEN_MS))) {
    throw new ScopeError(`an expires: entry is a whole number of milliseconds from 1 to ${ACCESS_TOKEN_MS}`);
  }
  return Math.min(ACCESS_TOKEN_MS, ...ms);
}
