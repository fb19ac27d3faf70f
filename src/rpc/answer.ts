import { type ErrorName, Failure } from "../errors";
import { jsonText, type Reply, withHeaders } from "../http/reply";
import { writeFailure } from "./envelope";

/** A refusal before any call was read. */
export const refuse = (error: ErrorName, status: number): Reply =>
  jsonText(writeFailure(new Failure(error)), status);

/** Any other method on `/main`, and a GET that asks for no WebSocket. */
export const refuseMethod = (): Reply => withHeaders(refuse("postOnly", 405), { allow: "POST" });

export const tooManyRequests = (): Reply => refuse("tooManyRequests", 429);
