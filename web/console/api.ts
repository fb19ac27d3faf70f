import type * as z from "zod/mini";
import type { METHODS } from "../../src/methods";

type Method = (typeof METHODS)[number];
export type MethodName = Method["name"];
type Named<N extends MethodName> = Extract<Method, { name: N }>;
export type Params<N extends MethodName> = z.input<Named<N>["params"]>;
export type Result<N extends MethodName> = z.input<Named<N>["result"]>;

/** The server's refusal of a call. */
export class ApiError extends Error {
  readonly code: number;
  readonly data: string | undefined;
  constructor(code: number, message: string, data?: string) {
    super(message);
    this.code = code;
    this.data = data;
  }
}

/** No answer came: whether a change was made is unknown. */
export class Unreachable extends Error {}

export const UNAUTHORIZED = 14;
export const NO_KEY = 79;
export const NO_KEY_AT_TIME = 80;
export const isCode = (error: unknown, ...codes: number[]): boolean =>
  error instanceof ApiError && codes.includes(error.code);

/** Any error in words for the person at the page. */
export function explainError(error: unknown): string {
  if (error instanceof ApiError)
    return `${error.message} (${error.code})${error.data ? `: ${error.data}` : ""}`;
  if (error instanceof Unreachable)
    return "The server cannot be reached. Check your connection and try again.";
  return "Something on this page failed. Reload it and try again.";
}

/** Calls one method of this server. @throws ApiError, Unreachable */
export async function callMethod<N extends MethodName>(
  method: N,
  params: Params<N>,
  accessToken?: string,
): Promise<Result<N>> {
  const headers = {
    "Content-Type": "application/json",
    ...(accessToken !== undefined && { Authorization: `Bearer ${accessToken}` }),
  };
  let answer: { result: Result<N>; error?: { code: number; message: string; data?: string } };
  try {
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
    const response = await fetch("/main", { method: "POST", headers, body });
    answer = await response.json();
  } catch {
    throw new Unreachable();
  }
  if (answer.error) throw new ApiError(answer.error.code, answer.error.message, answer.error.data);
  return answer.result;
}
