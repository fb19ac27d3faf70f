import { ERRORS, type Failure, REST_CODES } from "../errors";
import { empty, json, plain, type Reply } from "../http/reply";
import type { Http } from "../operation";
import { oauthErrorOf } from "./oauth/errors";

/** The answer to a call that succeeded. */
export function writeResult({ gives = "json", status }: Http, result: unknown): Reply {
  switch (gives) {
    case "json":
      return json(result, status);
    case "text":
      return plain(result as string);
    case "nothing":
      return empty(200);
    case "redirect":
      return empty(status ?? 307, { location: result as string });
  }
}

/** The answer to a call that failed, in PrivX's form; that of OAuth (RFC 6749, section 5.2) has both forms at once. */
export function writeRefusal(failure: Failure, http?: Http): Reply {
  const oauth = http?.oauth && oauthErrorOf(failure);
  const status = oauth?.status ?? ERRORS[failure.error].status;
  const error_code = REST_CODES[status];
  const error_message = failure.data ?? failure.message;
  if (oauth) {
    const { error } = oauth;
    return json({ error, error_description: error_message, error_code, error_message }, status);
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
  return json(body, status);
}
