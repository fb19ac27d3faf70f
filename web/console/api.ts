import { type Call, createClient, HttpError, type ResultOf, RpcError } from "../../src/client";

export type Result<N extends Parameters<Call>[0]> = ResultOf<N>;

/** No answer came: whether a change was made is unknown. */
export class Unreachable extends Error {}

/** A refusal of the REST API. */
export class RestError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** The session has ended on the server's side: only signing in again helps. */
export class SessionEnded extends Error {}

export const NO_KEY_AT_TIME = 80;
export const isCode = (error: unknown, code: number): boolean =>
  error instanceof RpcError && error.code === code;

/** Whether a call was refused for its access token, which may have expired. */
export const isUnauthorized = (error: unknown): boolean =>
  isCode(error, 14) || (error instanceof RestError && error.status === 401);

/** Any error in words for the person at the page. */
export function explainError(error: unknown): string {
  if (error instanceof RpcError)
    return `${error.message} (${error.code})${error.data === undefined ? "" : `: ${error.data}`}`;
  if (error instanceof RestError) return error.message;
  if (error instanceof Unreachable)
    return "The server cannot be reached. Check your connection and try again.";
  if (error instanceof HttpError)
    return `The server is not in order (HTTP ${error.status}). Try again later.`;
  if (error instanceof SessionEnded) return "Your session has ended.";
  return "Something on this page failed. Reload it and try again.";
}

export const reach: typeof fetch = (input, init) =>
  fetch(input, init).catch(() => {
    throw new Unreachable();
  });

/** The typed client of this very server. Its calls throw RpcError, HttpError or Unreachable. */
export const clientOf = (token?: () => string): Call =>
  createClient({ url: location.origin, fetch: reach, ...(token && { token }) }).call;

/** Calls without a credential. */
export const call: Call = clientOf();
