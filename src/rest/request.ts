import { readBasic } from "../auth/credential";
import { Failure } from "../errors";
import { decodeUtf8, mediaType } from "../http/body";
import type { Http } from "../operation";
import type { Route } from "./route";

const MEDIA_TYPES = {
  json: "application/json",
  text: "text/plain",
  form: "application/x-www-form-urlencoded",
} as const;

/**
 * The raw params of a route: `path`, `query`, `body`, and for a form the `client` that a Basic header names, as far as
 * the route's schema has them. Empty query parameters count as absent. A Failure where the body cannot be read.
 */
export function readParams(
  { http, params }: Route,
  request: Request,
  path: Record<string, string>,
  bytes: ArrayBuffer,
): unknown {
  const shape = "shape" in params._zod.def ? (params._zod.def.shape as object) : {};
  const { searchParams } = new URL(request.url);
  const read = {
    path: () => path,
    query: () => Object.fromEntries([...searchParams].filter(([, value]) => value !== "")),
    body: () => readBody(http, request, bytes),
    client: () => readClient(request),
  };
  try {
    const parts = Object.entries(read).filter(([part]) => part in shape);
    return Object.fromEntries(parts.map(([part, get]) => [part, get()]));
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
}

/** @throws Failure `invalidParams` */
function readBody({ takes = "json" }: Http, request: Request, bytes: ArrayBuffer): unknown {
  if (bytes.byteLength === 0) return takes === "text" ? "" : {};
  const type = MEDIA_TYPES[takes];
  if (mediaType(request) !== type) throw refused(`send the body as ${type}`);
  const text = decodeUtf8(bytes);
  if (text === undefined) throw refused("the body is no UTF-8 text");
  if (takes === "text") return text;
  return takes === "form" ? readForm(text) : readJson(text);
}

/** null and "" count as absent. */
function readJson(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw refused("the body is no JSON");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([, v]) => v !== null && v !== ""));
}

/** RFC 6749, section 3.2: no parameter twice, and one without a value is as if it were left out. */
function readForm(text: string): unknown {
  const fields = [...new URLSearchParams(text)];
  if (new Set(fields.map(([name]) => name)).size < fields.length) throw refused("a parameter stands twice");
  return Object.fromEntries(fields.filter(([, value]) => value !== ""));
}

function readClient(request: Request): { id: string; secret: string } | undefined {
  const [, value] = /^basic +(\S+) *$/i.exec(request.headers.get("authorization") ?? "") ?? [];
  const basic = value === undefined ? undefined : readBasic(value);
  return basic?.kind === "basic" ? { id: basic.apiKeyId, secret: basic.secret } : undefined;
}

const refused = (sentence: string): Failure => new Failure("invalidParams", sentence);
