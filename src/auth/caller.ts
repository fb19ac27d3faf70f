import type { StoredSession } from "../store/sessions";
import type { ApiKeyRow } from "./apiKeyCheck";

/** Who makes a call, proven. */
export interface Caller {
  readonly userId: string;
  readonly apiKeyId: string;
  /** Null where an API key's own secret or signature was shown. */
  readonly sessionId: string | null;
  readonly permissions: number;
  /** Addresses that the credential is bound to, in canonical form; null: to none. */
  readonly ipAddrs: readonly string[] | null;
  /** Whether it works on one WebSocket alone. */
  readonly connection: boolean;
}

/** Where a call comes from. */
export interface Origin {
  /** In canonical form; empty where it is not known, which no binding allows. */
  readonly address: string;
  readonly connectionId: string | undefined;
  /** ms */
  readonly now: number;
}

export const parseList = (json: string | null): readonly string[] | null =>
  json === null ? null : (JSON.parse(json) as string[]);

/** Whether a binding to addresses, if there is any, lets this one through. */
export const allowsAddress = (ipAddrs: string | null, address: string): boolean =>
  parseList(ipAddrs)?.includes(address) ?? true;

/** The caller behind an API key's own credential, once that was checked; undefined from a wrong address. */
export function callerOfKey(row: ApiKeyRow, { address }: Origin): Caller | undefined {
  if (!allowsAddress(row.ipAddrs, address)) return undefined;
  const { userId, apiKeyId, permissions } = row;
  return {
    userId,
    apiKeyId,
    sessionId: null,
    permissions,
    ipAddrs: parseList(row.ipAddrs),
    connection: false,
  };
}

/** The caller behind an access token of that generation; undefined where it is not in force here and now. */
export function callerOfSession(row: StoredSession, generation: number, origin: Origin): Caller | undefined {
  const inForce =
    row.generation === generation &&
    row.accessExpires > origin.now &&
    row.keyEnabled === 1 &&
    (row.connectionId === null || row.connectionId === origin.connectionId) &&
    allowsAddress(row.ipAddrs, origin.address) &&
    allowsAddress(row.keyIpAddrs, origin.address);
  if (!inForce) return undefined;
  return {
    userId: row.userId,
    apiKeyId: row.apiKeyId,
    sessionId: row.sessionId,
    permissions: row.permissions & row.keyPermissions,
    ipAddrs: intersect(parseList(row.ipAddrs), parseList(row.keyIpAddrs)),
    connection: row.connectionId !== null,
  };
}

function intersect(a: readonly string[] | null, b: readonly string[] | null): readonly string[] | null {
  if (a === null || b === null) return a ?? b;
  return a.filter((x) => b.includes(x));
}

/** Whether what a caller gives is bound to addresses as tightly as the caller itself. */
export function coversAddresses(caller: Caller, given: readonly string[] | null): boolean {
  if (caller.ipAddrs === null) return true;
  const held = caller.ipAddrs;
  return given?.every((a) => held.includes(a)) ?? false;
}
