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

/** What to add to an answer to a page of that origin, for the browser to show it to the page; undefined for a foreign one. */
export function corsHeaders(
  request: Request,
  origin: string,
  origins: Origins,
): Record<string, string> | undefined {
  if (!isOwn(request, origin) && !isListed(origin, origins)) return undefined;
  return {
    "access-control-allow-origin": origins === "*" ? "*" : origin,
    "access-control-expose-headers": EXPOSED_HEADERS,
  };
}

/** Whether a request that has an Origin only asks what a page may send. */
export const isPreflight = ({ method, headers }: Request): boolean =>
  method === "OPTIONS" && headers.has("access-control-request-method");

/** The answer to a preflight of an origin that is allowed, beside what every answer to it has. */
export const preflight = (): Reply =>
  empty(204, {
    "access-control-allow-methods": ALLOWED_METHODS,
    "access-control-allow-headers": ALLOWED_HEADERS,
    "access-control-max-age": PREFLIGHT_AGE_S,
  });
