import type { Context as HonoContext } from "hono";
import { HonoBase } from "hono/hono-base";
import { type Config, ConfigError, configure, type Env } from "./config";
import { type Context, makeContext, type Runtime } from "./context";
import { Failure } from "./errors";
import { corsHeaders, isPreflight, preflight } from "./http/cors";
import { addSecurityHeaders } from "./http/headers";
import { health, ready } from "./http/health";
import { originOf } from "./http/requestTarget";
import { PathRouter } from "./http/router";
import { jwks } from "./http/wellKnown";
import { canonicalAddress } from "./keys/sourceAddress";
import { RATE_LIMIT_PERIOD_S } from "./limits";
import { describeError, requestLog } from "./log";
import { rateLimiter } from "./rateLimit";
import { writeRefusal } from "./rest/answer";
import { mountRoutes } from "./rest/mount";
import { answer, refuseMethod, tooManyRequests } from "./rpc/answer";
import { writeFailure } from "./rpc/envelope";
import { postMain } from "./rpc/main";
import { openSocket } from "./rpc/upgrade";

export type Hosted = { Bindings: Env };

type Handler = (c: HonoContext<Hosted>, context: Context) => Response | Promise<Response>;

/** Which path goes where. Time, randomness and memory are the caller's to give. */
export function makeApp(runtime: Runtime): HonoBase<Hosted> {
  const app = new HonoBase<Hosted>({ router: new PathRouter() });

  /** For paths that must answer without a configuration. */
  const counted = (handle: (requestId: string, env: Env) => Response | Promise<Response>) =>
    finishing(async (c, requestId) => {
      const address = canonicalAddress(c.req.header("cf-connecting-ip") ?? "") ?? "";
      const allowed = await rateLimiter(c.env, address).countRequest();
      return allowed ? handle(requestId, c.env) : tooManyRequests();
    });
  app.get("/health", counted(health));
  app.get(
    "/ready",
    counted((requestId, env) => ready(env, requestLog(requestId))),
  );

  const within = (handle: Handler, limited: () => Response = tooManyRequests) =>
    finishing(async (c, requestId) => {
      const context = contextOf(c, await configure(c.env), requestId, runtime);
      const { corsOrigins } = context.config;
      const respond = () =>
        (isPreflight(c.req.raw) && preflight(c.req.raw, corsOrigins)) || handle(c, context);
      const response = (await context.countRequest()) ? await respond() : limited();
      for (const [name, value] of Object.entries(corsHeaders(c.req.raw, corsOrigins)))
        response.headers.set(name, value);
      if (context.db.bookmark !== undefined) response.headers.set("x-d1-bookmark", context.db.bookmark);
      return response;
    });

  app.all("/main", within(main));
  app.get(
    "/.well-known/jwks.json",
    within((_c, context) => jwks(context)),
  );
  mountRoutes(app, within);
  app.notFound(within(() => new Response("Not Found", { status: 404 })));
  return app;
}

/** What happens to every request: it gets an id, an answer whatever fails, and the headers that every answer has. */
function finishing(respond: (c: HonoContext<Hosted>, requestId: string) => Promise<Response>) {
  return async (c: HonoContext<Hosted>): Promise<Response> => {
    const requestId = crypto.randomUUID();
    let response: Response;
    try {
      response = await respond(c, requestId);
    } catch (error) {
      response = lastResort(error, c, requestId);
    }
    const { headers } = response;
    headers.set("x-request-id", requestId);
    if (response.status === 429) headers.set("retry-after", String(RATE_LIMIT_PERIOD_S));
    addSecurityHeaders(headers);
    return response;
  };
}

/** The answer to what nobody foresaw; its reason stands in the log. */
function lastResort(error: unknown, c: HonoContext<Hosted>, requestId: string): Response {
  const log = requestLog(requestId);
  if (error instanceof ConfigError) {
    log.error("not configured", { error: error.message });
    return new Response("Service Unavailable", { status: 503 });
  }
  log.error("unforeseen exception", { error: describeError(error) });
  const failure = new Failure("internalError", requestId);
  // An answer of JSON-RPC is HTTP 200, the last resort too.
  return c.req.path === "/main" ? answer(writeFailure(failure), 200) : writeRefusal(failure);
}

function main(c: HonoContext<Hosted>, context: Context): Response | Promise<Response> {
  if (c.req.method === "POST") return postMain(c, context);
  return c.req.method === "GET" ? openSocket(c.req.raw, c.env, context) : refuseMethod();
}

function contextOf(c: HonoContext<Hosted>, config: Config, requestId: string, runtime: Runtime): Context {
  const source = {
    requestId,
    address: c.req.header("cf-connecting-ip") ?? null,
    origin: originOf(c.req.url),
    bookmark: c.req.header("x-d1-bookmark"),
  };
  return makeContext(c.env, config, source, runtime, (work) => c.executionCtx.waitUntil(work));
}
