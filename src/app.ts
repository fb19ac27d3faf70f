import type { Context as HonoContext } from "hono";
import { HonoBase } from "hono/hono-base";
import { type Config, ConfigError, configure, type Env } from "./config";
import { type Context, makeContext, type Runtime } from "./context";
import { Failure } from "./errors";
import { corsHeaders, isPreflight, preflight } from "./http/cors";
import { health, ready } from "./http/health";
import { jsonText, plain, type Reply, toResponse, withHeaders } from "./http/reply";
import { PathRouter } from "./http/router";
import { HttpSource } from "./http/source";
import { jwks } from "./http/wellKnown";
import { RATE_LIMIT_PERIOD_S } from "./limits";
import { describeError, Log } from "./log";
import { RateLimiter } from "./rateLimit";
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
      const limiter = new RateLimiter(c.env, new HttpSource(requestId, c.req.raw));
      const allowed = await limiter.countRequest();
      return allowed ? handle(requestId, c.env) : tooManyRequests();
    });
  app.get("/health", counted(health));
  app.get(
    "/ready",
    counted((requestId, env) => ready(env, new Log(requestId))),
  );

  const within = (handle: Handler, limited: () => Reply = tooManyRequests) =>
    finishing(async (c, requestId) => {
      const context = contextOf(c, await configure(c.env), requestId, runtime);
      const origin = c.req.header("origin");
      const cors =
        origin === undefined ? undefined : corsHeaders(c.req.raw, origin, context.config.corsOrigins);
      const respond = () => (cors && isPreflight(c.req.raw) ? preflight() : handle(c, context));
      const reply = withHeaders((await context.limiter.countRequest()) ? await respond() : limited(), cors);
      const { bookmark } = context.db;
      return withHeaders(reply, bookmark === undefined ? undefined : { "x-d1-bookmark": bookmark });
    });

  app.post("/main", within(postMain));
  app.get(
    "/main",
    within((c, context) => openSocket(c.req.raw, c.env, context)),
  );
  app.all("/main", within(refuseMethod));
  app.get(
    "/.well-known/jwks.json",
    within((_c, context) => jwks(context)),
  );
  mountRoutes(app, within);
  app.notFound(within(() => plain("Not Found", 404)));
  return app;
}

const RETRY = { "retry-after": String(RATE_LIMIT_PERIOD_S) };

/** What happens to every request: it gets an id, an answer whatever fails, and the headers that every answer has. */
function finishing(respond: (c: HonoContext<Hosted>, requestId: string) => Promise<Reply>) {
  return async (c: HonoContext<Hosted>): Promise<Response> => {
    const requestId = crypto.randomUUID();
    try {
      return finish(await respond(c, requestId), requestId);
    } catch (error) {
      return finish(lastResort(error, c, requestId), requestId);
    }
  };
}

const finish = (reply: Reply, requestId: string): Response =>
  toResponse(withHeaders(reply, reply.status === 429 ? RETRY : undefined), requestId);

/** The answer to what nobody foresaw; its reason stands in the log. */
function lastResort(error: unknown, c: HonoContext<Hosted>, requestId: string): Reply {
  const log = new Log(requestId);
  if (error instanceof ConfigError) {
    log.error("not configured", { error: error.message });
    return plain("Service Unavailable", 503);
  }
  log.error("unforeseen exception", { error: describeError(error) });
  const failure = new Failure("internalError", requestId);
  // An answer of JSON-RPC is HTTP 200, the last resort too.
  return c.req.path === "/main" ? jsonText(writeFailure(failure), 200) : writeRefusal(failure);
}

function contextOf(c: HonoContext<Hosted>, config: Config, requestId: string, runtime: Runtime): Context {
  const source = new HttpSource(requestId, c.req.raw);
  return makeContext(c.env, config, source, runtime, (work) => c.executionCtx.waitUntil(work));
}
