import { RpcError } from "./errors";

type Answer = { readonly id: number | null } & (
  | { readonly result: unknown }
  | { readonly error: { code: number; message: string; data?: unknown } }
);

/** As JSON that the server takes: it refuses U+FFFD as it is, which may stand for bytes that were no UTF-8. */
export const writeJson = (value: unknown): string => JSON.stringify(value).replaceAll("\ufffd", "\\ufffd");

/** JSON-RPC 2.0 as this client speaks it: one call a message, ids are numbers. */
export const writeCall = (id: number, method: string, params: unknown): string =>
  writeJson({ jsonrpc: "2.0", id, method, params });

export const readAnswer = (text: string): Answer => JSON.parse(text) as Answer;

/** @throws RpcError */
export function resultOf(answer: Answer): unknown {
  if ("error" in answer) throw new RpcError(answer.error);
  return answer.result;
}
