import type { Config } from "../config";
import { empty, type Reply } from "./reply";

/** Cross-origin rules of the Fetch standard, without credentials: a page may use a token it holds, never a cookie. */

const ALLOWED_HEADERS = "Authorization, Content-Type, X-User-Token, x-d1-bookmark";
const EXPOSED_HEADERS = "x-d1-bookmark, Retry-After, x-request-id";
const ALLOWED_METHODS = "GET, POST, PUT, DELETE";
const PREFLIGHT_AGE_S = "600";

type Origins = Config["corsOrigins"];

const isOwn = (request: Request, origin: string): boolean => new URL(request.url).origin === origin;

const isListed = (origin: string, origins: Origins): boolean => origins === "*" || origins.includes(origin);

/** Whether the page that sent the request, if one did, may change anything. */
export function mayWrite(request: Request, origins: Origins): boolean {
  const origin = request.headers.get("origin");
  return origin === null || isOwn(request, origin) || isListed(origin, origins);
}

/** What to add to an answer, for the browser to show it to the page. */
export function corsHeaders(request: Request, origins: Origins): Record<string, string> {
  const origin = request.headers.get("origin");
  if (origin === null || !(isOwn(request, origin) || isListed(origin, origins)))
    return origins === "*" ? {} : { vary: "Origin" };
  return {
    "access-control-allow-origin": origins === "*" ? "*" : origin,
    "access-control-expose-headers": EXPOSED_HEADERS,
    ...(origins !== "*" && { vary: "Origin" }),
  };
}

export const isPreflight = (request: Request): boolean =>
  request.method === "OPTIONS" &&
  request.headers.has("access-control-request-method") &&
  request.headers.has("origin");

/** The answer to a preflight of an origin that is allowed; undefined for others. */
export function preflight(request: Request, origins: Origins): Reply | undefined {
  const headers = corsHeaders(request, origins);
  if (!("access-control-allow-origin" in headers)) return undefined;
  return empty(204, {
    ...headers,
    "access-control-allow-methods": ALLOWED_METHODS,
    "access-control-allow-headers": ALLOWED_HEADERS,
    "access-control-max-age": PREFLIGHT_AGE_S,
  });
}
