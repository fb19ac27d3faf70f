import type { Context as HonoContext } from "hono";
import { HonoBase } from "hono/hono-base";
import { TrieRouter } from "hono/router/trie-router";
import { ConfigError, type Env } from "./config";
import { type Context, makeContext, type Runtime } from "./context";
import { Failure } from "./errors";
import { corsHeaders, isPreflight, preflight } from "./http/cors";
import { addHeaders } from "./http/headers";
import { health, ready } from "./http/health";
import { originOf } from "./http/requestTarget";
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

export type Hosted = { Bindings: Env; Variables: { requestId: string } };

type Handler = (c: HonoContext<Hosted>, context: Context) => Response | Promise<Response>;

/** Which path goes where. Time and randomness are the caller's to give. */
export function makeApp(runtime: Runtime): HonoBase<Hosted> {
  const app = new HonoBase<Hosted>({ router: new TrieRouter() });

  app.use(async (c, next) => {
    c.set("requestId", crypto.randomUUID());
    await next();
    const added: Record<string, string> = { "x-request-id": c.var.requestId };
    if (c.res.status === 429) added["retry-after"] = String(RATE_LIMIT_PERIOD_S);
    addHeaders(c.res.headers, added);
  });

  /** For paths that must answer without a configuration. */
  const counted = (handle: (c: HonoContext<Hosted>) => Response | Promise<Response>) => {
    return async (c: HonoContext<Hosted>): Promise<Response> => {
      const address = canonicalAddress(c.req.header("cf-connecting-ip") ?? "") ?? "";
      return (await rateLimiter(c.env, address).countRequest()) ? handle(c) : tooManyRequests();
    };
  };
  app.get("/health", counted(health));
  app.get(
    "/ready",
    counted((c) => ready(c.env, requestLog(c.var.requestId))),
  );

  const within = (handle: Handler, limited: () => Response = tooManyRequests) => {
    return async (c: HonoContext<Hosted>): Promise<Response> => {
      const context = await contextOf(c, runtime);
      const { corsOrigins } = context.config;
      const answer = () =>
        (isPreflight(c.req.raw) && preflight(c.req.raw, corsOrigins)) || handle(c, context);
      const response = (await context.countRequest()) ? await answer() : limited();
      for (const [name, value] of Object.entries(corsHeaders(c.req.raw, corsOrigins)))
        response.headers.set(name, value);
      if (context.db.bookmark !== undefined) response.headers.set("x-d1-bookmark", context.db.bookmark);
      return response;
    };
  };

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
  app.all(
    "*",
    within(() => new Response("Not Found", { status: 404 })),
  );

  app.onError((error, c) => {
    const log = requestLog(c.get("requestId"));
    if (error instanceof ConfigError) {
      log.error("not configured", { error: error.message });
      return new Response("Service Unavailable", { status: 503 });
    }
    log.error("unforeseen exception", { error: describeError(error) });
    const failure = new Failure("internalError", log.requestId);
    if (c.req.path !== "/main") return writeRefusal(failure);
    // An answer of JSON-RPC is HTTP 200, the last resort too.
    return new Response(writeFailure(failure), { headers: { "content-type": "application/json" } });
  });
  return app;
}

function contextOf(c: HonoContext<Hosted>, runtime: Runtime): Promise<Context> {
  const source = {
    requestId: c.var.requestId,
    address: c.req.header("cf-connecting-ip") ?? null,
    origin: originOf(c.req.url),
    bookmark: c.req.header("x-d1-bookmark"),
  };
  return makeContext(c.env, source, runtime, (work) => c.executionCtx.waitUntil(work));
}
