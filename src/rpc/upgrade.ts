import type { VerifiedToken } from "../auth/accessToken";
import { proveToken } from "../auth/claim";
import { pickCredential } from "../auth/credential";
import type { Env } from "../config";
import type { Context } from "../context";
import { Failure } from "../errors";
import { mayWrite } from "../http/cors";
import { empty, jsonText, type Reply } from "../http/reply";
import { refuse, refuseMethod, tooManyRequests } from "./answer";
import { writeFailure } from "./envelope";
import { handOver } from "./socketMemory";

/**
 * `GET /main`: opens a WebSocket. What can be refused is refused here, before an object is made for it: a page of a foreign
 * origin (a browser lets any page open one, with no preflight), a bad token. The object gets nothing of the request but
 * what was made of it here.
 */
export async function openSocket(request: Request, env: Env, context: Context): Promise<Reply> {
  const { method, headers } = request;
  const isUpgrade = method === "GET" && headers.get("upgrade")?.toLowerCase() === "websocket";
  if (!isUpgrade) return refuseMethod(); // HEAD comes the same way
  if (!mayWrite(request, context.config.corsOrigins)) return refuse("accessDenied", 403);
  const places = { authorization: headers.get("authorization"), userToken: headers.get("x-user-token") };
  const credential = pickCredential(places);
  if (credential.kind === "none") return open(env, undefined, context);
  if (credential.kind !== "token") return refuse("invalidRequest", 400);
  if (!(await context.limiter.countSecretCheck())) return tooManyRequests();
  try {
    return await open(env, await proveToken(credential.token, context), context);
  } catch (error) {
    if (error instanceof Failure) return jsonText(writeFailure(error), 401);
    throw error;
  }
}

async function open(env: Env, bound: VerifiedToken | undefined, context: Context): Promise<Reply> {
  const { source, db, now } = context;
  const { origin, address } = source;
  const connection = env.CONNECTION.get(env.CONNECTION.newUniqueId());
  const { webSocket } = await connection.fetch(
    handOver({ origin, address, bound, bookmark: db.bookmark, activeAt: now(), isClosed: false }),
  );
  return { ...empty(101), webSocket };
}
