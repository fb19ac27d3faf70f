import type { Context as HonoContext } from "hono";
import type { HonoBase } from "hono/hono-base";
import type { Hosted } from "../app";
import { pickCredential } from "../auth/credential";
import type { Context } from "../context";
import { perform } from "../dispatch";
import { Failure } from "../errors";
import { readBounded } from "../http/body";
import { mayWrite } from "../http/cors";
import { type Reply, withHeaders } from "../http/reply";
import { requestTarget } from "../http/requestTarget";
import { status } from "../http/status";
import { countSecretChecks, logRefusal } from "../transport";
import { writeRefusal, writeResult } from "./answer";
import { ROUTES } from "./index";
import { readParams } from "./request";
import type { Route } from "./route";

type Handler = (c: HonoContext<Hosted>, context: Context) => Reply | Promise<Reply>;
/** Wraps a handler in what every request gets: a context, CORS, the rate limit. */
type Within = (handle: Handler, limited: () => Reply) => (c: HonoContext<Hosted>) => Promise<Response>;

const SERVICES = ["role-store", "auth", "local-user-store"];
const tooMany = () => writeRefusal(new Failure("tooManyRequests"));

/** Mounts every route of the REST API, 405 for other methods on its paths, and 404 for what stands beside them. */
export function mountRoutes(app: HonoBase<Hosted>, within: Within): void {
  for (const service of SERVICES) app.get(`/${service}/api/v1/status`, within(status, tooMany));
  for (const route of ROUTES) {
    const { method, path } = route.http;
    app.on(
      method,
      honoPath(path),
      within((c, context) => answer(route, c, context), tooMany),
    );
  }
  for (const [path, routes] of Map.groupBy<string, Route>(ROUTES, ({ http }) => http.path)) {
    const allow = routes.map(({ http }) => http.method).join(", ");
    app.all(
      honoPath(path),
      within(() => refuseMethod(allow), tooMany),
    );
  }
  for (const prefix of [...SERVICES, "ssh"]) {
    app.all(
      `/${prefix}/*`,
      within(() => writeRefusal(new Failure("notFound")), tooMany),
    );
  }
}

const honoPath = (path: string): string => path.replaceAll(/\{(\w+)\}/g, ":$1");

async function answer(route: Route, c: HonoContext<Hosted>, context: Context): Promise<Reply> {
  const refuse = (failure: Failure) => writeRefusal(failure, route.http);
  const request = c.req.raw;
  if (route.write && !mayWrite(request, context.config.corsOrigins))
    return refuse(new Failure("accessDenied"));
  const bytes = await readBounded(request);
  if (!bytes) return refuse(new Failure("tooLarge"));
  const task = {
    operation: route,
    params: readParams(route, request, c.req.param(), bytes),
    credential: pickCredential(
      { authorization: c.req.header("authorization"), userToken: c.req.header("x-user-token") },
      { method: request.method, path: requestTarget(request.url), body: bytes },
    ),
  };
  if (!(await countSecretChecks([task], context))) return refuse(new Failure("tooManyRequests"));
  const [outcome] = await perform([task], context);
  if (!outcome) throw new Error("a task without an outcome");
  logRefusal(route, outcome, context);
  return "failure" in outcome ? refuse(outcome.failure) : writeResult(route.http, outcome.result);
}

const refuseMethod = (allow: string): Reply =>
  withHeaders(writeRefusal(new Failure("methodNotAllowed")), { allow });
