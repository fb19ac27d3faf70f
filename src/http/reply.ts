/**
 * An answer on its way. It becomes a Response once, with all its headers: each touch of those of a Response costs as much
 * as an answer from memory.
 */
export interface Reply {
  readonly status: number;
  readonly body: string | null;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The client's end, where this opens a WebSocket. */
  readonly webSocket?: WebSocket | null;
}

type Headers = Reply["headers"];

/** Headers of every answer: nothing here is to be framed, sniffed, cached or referred to. */
const SECURITY_HEADERS: Headers = {
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "cross-origin-opener-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "strict-transport-security": "max-age=31536000; includeSubDomains",
  "x-content-type-options": "nosniff",
};

export const jsonText = (body: string, status: number): Reply => ({
  status,
  body,
  headers: { "content-type": "application/json" },
});
export const json = (value: unknown, status = 200): Reply => jsonText(JSON.stringify(value), status);
export const plain = (body: string, status = 200): Reply => ({
  status,
  body,
  headers: { "content-type": "text/plain; charset=utf-8" },
});
export const empty = (status: number, headers: Headers = {}): Reply => ({ status, body: null, headers });

/** The same with these headers, which win over its own. */
export const withHeaders = (reply: Reply, headers: Headers): Reply => ({
  ...reply,
  headers: { ...reply.headers, ...headers },
});

export const toResponse = ({ status, body, headers, webSocket }: Reply): Response =>
  new Response(body, {
    status,
    headers: { ...SECURITY_HEADERS, ...headers },
    ...(webSocket && { webSocket }),
  });
