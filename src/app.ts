import type { Context as HonoContext } from "hono";
import { HonoBase } from "hono/hono-base";
import { type Config, ConfigError, configure, type Env } from "./config";
import { type Context, makeContext, type Runtime } from "./context";
import { Failure } from "./errors";
import { corsHeaders, isPreflight, preflight } from "./http/cors";
import { health, ready } from "./http/health";
import { jsonText, plain, type Reply, toResponse, withHeaders } from "./http/reply";
import { originOf } from "./http/requestTarget";
import { PathRouter } from "./http/router";
import { jwks } from "./http/wellKnown";
import { canonicalAddress } from "./keys/sourceAddress";
import { RATE_LIMIT_PERIOD_S } from "./limits";
import { describeError, requestLog } from "./log";
import { rateLimiter } from "./rateLimit";
import { writeRefusal } from "./rest/answer";
import { mountRoutes } from "./rest/mount";
import { refuseMethod, tooManyRequests } from "./rpc/answer";
import { writeFailure } from "./rpc/envelope";
import { postMain } from "./rpc/main";
import { openSocket } from "./rpc/upgrade";

export type Hosted = { Bindings: Env };

type Handler = (c: HonoContext<Hosted>, context: Context) => Reply | Promise<Reply>;

/** Which path goes where. Time, randomness and memory are the caller's to give. */
export function makeApp(runtime: Runtime): HonoBase<Hosted> {
  const app = new HonoBase<Hosted>({ router: new PathRouter() });

  /** For paths that must answer without a configuration. */
  const counted = (handle: (requestId: string, env: Env) => Reply | Promise<Reply>) =>
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

  const within = (handle: Handler, limited: () => Reply = tooManyRequests) =>
    finishing(async (c, requestId) => {
      const context = contextOf(c, await configure(c.env), requestId, runtime);
      const { corsOrigins } = context.config;
      const respond = () =>
        (isPreflight(c.req.raw) && preflight(c.req.raw, corsOrigins)) || handle(c, context);
      const reply = (await context.countRequest()) ? await respond() : limited();
      const { bookmark } = context.db;
      return withHeaders(reply, {
        ...corsHeaders(c.req.raw, corsOrigins),
        ...(bookmark !== undefined && { "x-d1-bookmark": bookmark }),
      });
    });

  app.all("/main", within(main));
  app.get(
    "/.well-known/jwks.json",
    within((_c, context) => jwks(context)),
  );
  mountRoutes(app, within);
  app.notFound(within(() => plain("Not Found", 404)));
  return app;
}

/** What happens to every request: it gets an id, an answer whatever fails, and the headers that every answer has. */
function finishing(respond: (c: HonoContext<Hosted>, requestId: string) => Promise<Reply>) {
  return async (c: HonoContext<Hosted>): Promise<Response> => {
    const requestId = crypto.randomUUID();
    const finish = (reply: Reply): Response => {
      const limited = reply.status === 429 && { "retry-after": String(RATE_LIMIT_PERIOD_S) };
      return toResponse(withHeaders(reply, { "x-request-id": requestId, ...limited }));
    };
    try {
      return finish(await respond(c, requestId));
    } catch (error) {
      return finish(lastResort(error, c, requestId));
    }
  };
}

/** The answer to what nobody foresaw; its reason stands in the log. */
function lastResort(error: unknown, c: HonoContext<Hosted>, requestId: string): Reply {
  const log = requestLog(requestId);
  if (error instanceof ConfigError) {
    log.error("not configured", { error: error.message });
    return plain("Service Unavailable", 503);
  }
  log.error("unforeseen exception", { error: describeError(error) });
  const failure = new Failure("internalError", requestId);
  // An answer of JSON-RPC is HTTP 200, the last resort too.
  return c.req.path === "/main" ? jsonText(writeFailure(failure), 200) : writeRefusal(failure);
}

function main(c: HonoContext<Hosted>, context: Context): Reply | Promise<Reply> {
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
