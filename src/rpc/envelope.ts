import { ERRORS, type ErrorName, Failure } from "../errors";
import { MAX_BATCH_CALLS } from "../limits";

/** JSON-RPC 2.0: text to calls, and outcomes to text (https://www.jsonrpc.org/specification). */

export type Id = string | number | null;

/** `id` is undefined for a notification. `token` is the API document's own member. */
export interface RpcCall {
  readonly id: Id | undefined;
  readonly method: string;
  readonly params: unknown;
  readonly token: string | undefined;
}

/** Something in the place of a call that is none; answered under its id where that could be read. */
export interface NoCall {
  readonly id: Id;
  readonly error: ErrorName;
}

export interface Envelope {
  readonly batch: boolean;
  readonly calls: readonly (RpcCall | NoCall)[];
}

/** @throws Failure `parseError` or `invalidRequest` where there is nothing that could be answered call by call */
export function readEnvelope(text: string): Envelope {
  const value = parse(text);
  if (!Array.isArray(value)) return { batch: false, calls: [readCall(value)] };
  if (value.length === 0 || value.length > MAX_BATCH_CALLS) throw new Failure("invalidRequest");
  return { batch: true, calls: value.map(readCall) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Failure("parseError");
  }
}

/** Params are handed on as they came: a copy would lose a field named `__proto__`, which the method is to refuse. */
function readCall(value: unknown): RpcCall | NoCall {
  if (!isObject(value) || Array.isArray(value)) return { id: null, error: "invalidRequest" };
  const { jsonrpc, method, id, params = {}, token } = value;
  const isCall =
    jsonrpc === "2.0" &&
    typeof method === "string" &&
    (id === undefined || isId(id)) &&
    isObject(params) &&
    (token === undefined || typeof token === "string");
  return isCall ? { id, method, params, token } : { id: isId(id) ? id : null, error: "invalidRequest" };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;

const isId = (value: unknown): value is Id =>
  typeof value === "string" || value === null || (typeof value === "number" && Number.isFinite(value));

export type Answer = { readonly id: Id } & ({ readonly result: unknown } | { readonly failure: Failure });

function encode(answer: Answer) {
  if ("result" in answer) return { jsonrpc: "2.0", id: answer.id, result: answer.result };
  const { code, message } = ERRORS[answer.failure.error];
  const { data } = answer.failure;
  return { jsonrpc: "2.0", id: answer.id, error: { code, message, ...(data !== undefined && { data }) } };
}

/** Undefined where nothing is left to answer. */
export function writeAnswers(answers: readonly Answer[], batch: boolean): string | undefined {
  if (batch) return answers.length === 0 ? undefined : JSON.stringify(answers.map(encode));
  const [answer] = answers;
  return answer && JSON.stringify(encode(answer));
}

/** The answer to something that carries no id. */
export const writeFailure = (failure: Failure): string => JSON.stringify(encode({ id: null, failure }));
