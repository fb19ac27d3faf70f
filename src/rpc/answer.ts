import { type ErrorName, Failure } from "../errors";
import { headersOf } from "../http/headers";
import { writeFailure } from "./envelope";

const HEADERS = headersOf("application/json");

/** JSON-RPC text as an HTTP response. */
export const answer = (text: string, status: number): Response =>
  new Response(text, { status, headers: HEADERS });

/** A refusal before any call was read. */
export const refuse = (error: ErrorName, status: number): Response =>
  answer(writeFailure(new Failure(error)), status);

/** Any other method on `/main`, and a GET that asks for no WebSocket. */
export function refuseMethod(): Response {
  const refused = refuse("postOnly", 405);
  refused.headers.set("allow", "POST");
  return refused;
}

export const tooManyRequests = (): Response => refuse("tooManyRequests", 429);
