/** An answer on its way. It becomes a Response once: most of its headers are then the same for all, and the few others set. */
export interface Reply {
  readonly status: number;
  readonly body: string | null;
  readonly type: keyof typeof HEADERS;
  /** Beside the media type and those of every answer, which they win over. Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The client's end, where this opens a WebSocket. */
  readonly webSocket?: WebSocket | null;
}

/** Headers of every answer: nothing here is to be framed, sniffed or cached. */
const ALWAYS = {
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "strict-transport-security": "max-age=31536000; includeSubDomains",
  "x-content-type-options": "nosniff",
};

/** Of what a browser may follow or show as well; JSON has no link and opens no window, and each header costs. */
const SHOWN = {
  ...ALWAYS,
  "cross-origin-opener-policy": "same-origin",
  "referrer-policy": "no-referrer",
};

/** Copied whole into each Response, which costs less than to set them one by one. */
const HEADERS = {
  json: new Headers({ ...ALWAYS, "content-type": "application/json" }),
  text: new Headers({ ...SHOWN, "content-type": "text/plain; charset=utf-8" }),
  none: new Headers(SHOWN),
};

export const jsonText = (body: string, status: number): Reply => ({
  status,
  body,
  type: "json",
  headers: {},
});
export const json = (value: unknown, status = 200): Reply => jsonText(JSON.stringify(value), status);
export const plain = (body: string, status = 200): Reply => ({
  status,
  body,
  type: "text",
  headers: {},
});
export const empty = (status: number, headers: Reply["headers"] = {}): Reply => ({
  status,
  body: null,
  type: "none",
  headers,
});

/** The same with these headers, if there are any, which win over its own. */
export const withHeaders = (reply: Reply, headers: Reply["headers"] | undefined): Reply =>
  headers ? { ...reply, headers: { ...reply.headers, ...headers } } : reply;

/** `requestId` is what the answer is found by in the log. */
export function toResponse({ status, body, type, headers, webSocket }: Reply, requestId: string): Response {
  const init = { status, headers: HEADERS[type] };
  const response = new Response(body, webSocket ? { ...init, webSocket } : init);
  response.headers.set("x-request-id", requestId);
  for (const name in headers) response.headers.set(name, headers[name] as string);
  return response;
}
