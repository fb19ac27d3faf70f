import { ERRORS, type Failure, REST_CODES } from "../errors";
import type { Http } from "../operation";
import { oauthErrorOf } from "./oauth/errors";

/** The answer to a call that succeeded. */
export function writeResult({ gives = "json", status }: Http, result: unknown): Response {
  switch (gives) {
    case "json":
      return Response.json(result, { status: status ?? 200 });
    case "text":
      return new Response(result as string, { headers: { "content-type": "text/plain; charset=utf-8" } });
    case "nothing":
      return new Response(null);
    case "redirect":
      return new Response(null, { status: status ?? 307, headers: { location: result as string } });
  }
}

/** The answer to a call that failed, in PrivX's form; that of OAuth (RFC 6749, section 5.2) has both forms at once. */
export function writeRefusal(failure: Failure, http?: Http): Response {
  const oauth = http?.oauth && oauthErrorOf(failure);
  const status = oauth?.status ?? ERRORS[failure.error].status;
  const error_code = REST_CODES[status];
  const error_message = failure.data ?? failure.message;
  if (oauth) {
    const { error } = oauth;
    return Response.json({ error, error_description: error_message, error_code, error_message }, { status });
  }
  const details = failure.details.map(({ property, message }) => ({
    error_code,
    error_message: message,
    property,
  }));
  const [first, ...others] = details;
  const body = {
    error_code,
    error_message,
    ...(first && others.length === 0 && { property: first.property }),
    ...(first && { details }),
  };
  return Response.json(body, { status });
}
