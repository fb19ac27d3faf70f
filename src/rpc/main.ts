import type { Context as HonoContext } from "hono";
import type { Context } from "../context";
import { Failure } from "../errors";
import { readBody } from "../http/body";
import { mayWrite } from "../http/cors";
import { requestTarget } from "../http/requestTarget";
import { writeFailure } from "./envelope";
import { serve } from "./serve";

/** `POST /main`: every JSON-RPC answer is HTTP 200, but for a rate limit and a foreign page that may not write. */
export async function postMain(c: HonoContext, context: Context): Promise<Response> {
  const body = await readBody(c.req.raw, "application/json");
  if (!body) return answer(writeFailure(new Failure("parseError")), 200);
  const served = await serve(
    {
      text: body.text,
      places: { authorization: c.req.header("authorization"), userToken: c.req.header("x-user-token") },
      signed: { method: c.req.method, path: requestTarget(c.req.url), body: body.bytes },
      mayWrite: mayWrite(c.req.raw, context.config.corsOrigins),
    },
    context,
  );
  if (served.kind === "answer" && served.text === undefined) return new Response(null, { status: 204 });
  return answer(served.text ?? "", { answer: 200, forbidden: 403, limited: 429 }[served.kind]);
}

/** Any other method on `/main`. */
export function refuseMethod(): Response {
  const refused = answer(writeFailure(new Failure("postOnly")), 405);
  refused.headers.set("allow", "POST");
  return refused;
}

export const tooManyRequests = (): Response => answer(writeFailure(new Failure("tooManyRequests")), 429);

const answer = (text: string, status: number): Response =>
  new Response(text, { status, headers: { "content-type": "application/json" } });
