import type { Context as HonoContext } from "hono";
import { mayBeSigned, pickCredential } from "../auth/credential";
import type { Context } from "../context";
import { readBody } from "../http/body";
import { mayWrite } from "../http/cors";
import { empty, jsonText, type Reply } from "../http/reply";
import { requestTarget } from "../http/requestTarget";
import { refuse } from "./answer";
import { readRequest, serve } from "./serve";

/** `POST /main`: every JSON-RPC answer is HTTP 200, but for a rate limit and a foreign page that may not write. */
export async function postMain({ req }: HonoContext, context: Context): Promise<Reply> {
  const places = { authorization: req.header("authorization"), userToken: req.header("x-user-token") };
  const { text, bytes } = await readBody(req.raw, "application/json", mayBeSigned(places.authorization));
  if (text === undefined) return refuse("parseError", 200);
  const signed = bytes && { method: req.method, path: requestTarget(req.url), body: bytes };
  const served = await serve(
    {
      request: readRequest(text),
      credentialOf: (tokenField) => pickCredential({ ...places, tokenField }, signed),
      mayWrite: () => mayWrite(req.raw, context.config.corsOrigins),
    },
    context,
  );
  if (served.kind === "answer" && served.text === undefined) return empty(204);
  return jsonText(
    served.text ?? "",
    { answer: 200, forbidden: 403, limited: 429, unavailable: 503 }[served.kind],
  );
}
