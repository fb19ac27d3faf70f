import type { VerifiedToken } from "../auth/accessToken";

/**
 * What a socket is known by: made by the Worker at the upgrade, then kept in the socket's attachment, which outlives the
 * object's sleep. The platform stores it, so there is no secret in it: a bound token stands as what it was verified to say.
 */
export interface SocketMemory {
  /** Scheme, host and port that the upgrade was sent to. */
  readonly origin: string;
  /** The caller's, in canonical form; empty where the platform gives none. */
  readonly address: string;
  readonly bound: VerifiedToken | undefined;
  /** The newest state of the database that the socket has seen. */
  readonly bookmark: string | undefined;
  /** When its last frame came, in ms. */
  readonly activeAt: number;
  /** Closed from here: what still comes is not read. Frames before a close of the client's are. */
  readonly isClosed: boolean;
}

const HEADER = "x-veridge-socket";

/** The request that opens a socket in a fresh object. Only the Worker can send one, and nothing of the client's is in it. */
export const handOver = (memory: SocketMemory): Request =>
  new Request("https://connection.invalid/", {
    headers: { upgrade: "websocket", [HEADER]: encodeURIComponent(JSON.stringify(memory)) },
  });

export const takeOver = (request: Request): SocketMemory =>
  JSON.parse(decodeURIComponent(request.headers.get(HEADER) ?? "")) as SocketMemory;

export const remember = (ws: WebSocket, memory: SocketMemory): void => ws.serializeAttachment(memory);
export const recall = (ws: WebSocket): SocketMemory => ws.deserializeAttachment() as SocketMemory;

type Seen = Pick<SocketMemory, "bound" | "bookmark">;

/**
 * The memory after a frame that began with `before` and ended with `after`, when other frames may have changed it meanwhile.
 * Bookmarks sort from oldest to newest (https://developers.cloudflare.com/d1/reference/time-travel/#bookmarks); the one
 * that the frame began with is replaced in any case, for the database may have refused it.
 */
export function advance(memory: SocketMemory, before: Seen, after: Seen): SocketMemory {
  const known = memory.bookmark === before.bookmark ? undefined : memory.bookmark;
  const isNewer = known === undefined || (after.bookmark !== undefined && after.bookmark > known);
  return {
    ...memory,
    bound: after.bound === before.bound ? memory.bound : after.bound,
    bookmark: isNewer ? after.bookmark : known,
  };
}
