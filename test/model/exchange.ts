import { rest } from "../rest/support";
import { basicHeader } from "../signing";
import { TestSocket } from "../socket";
import { ownerKey, post, type RpcAnswer, tokenFor } from "../support";
import type { Action, Answered } from "./actions";
import type { Credential } from "./directory";

function headersOf(caller: Credential, owner: string): Record<string, string> {
  if (caller.kind === "key") return { authorization: basicHeader(caller.apiKeyId, caller.secret) };
  return { authorization: caller.kind === "owner" ? owner : `Bearer ${caller.accessToken}` };
}

const answered = ({ result, error }: RpcAnswer): Answered => ({ code: error?.code ?? 0, result });

/** How a sequence reaches the server: the owner's header, and a socket that is bound to a token of the owner's. */
export interface Lines {
  readonly owner: string;
  readonly socket: TestSocket;
}

export async function openLines(): Promise<Lines> {
  const { apiKeyId, apiKeySecret } = await ownerKey();
  const socket = await TestSocket.open({ authorization: `Bearer ${await tokenFor()}` });
  // An API key's own secret is no session that a sequence could end.
  return { owner: basicHeader(apiKeyId, apiKeySecret), socket };
}

/** Sends one action as a frame. What no frame can carry, REST calls and Basic credentials, goes as a request. */
export async function sendFrame(action: Action, lines: Lines): Promise<Answered> {
  const { caller, request } = action;
  if (!("method" in request) || caller.kind === "key") return send(action, lines);
  const token = caller.kind === "token" ? caller.accessToken : undefined;
  return answered(await lines.socket.rpc(request.method, request.params, token));
}

/** Sends one action in a request of its own. */
export async function send({ caller, request }: Action, { owner }: Lines): Promise<Answered> {
  const headers = headersOf(caller, owner);
  if ("method" in request) {
    const response = await post({ jsonrpc: "2.0", id: 1, ...request }, { headers });
    return answered(await response.json<RpcAnswer>());
  }
  const { verb, path, body } = request;
  const type = typeof body === "string" ? { "content-type": "text/plain" } : {};
  const { status, json } = await rest(verb, path, { body, headers: { ...headers, ...type } });
  return status < 300 ? { code: 0, result: json } : { code: status, result: undefined };
}

/** Sends actions, all of one caller, as one JSON-RPC batch. */
export async function sendBatch(actions: readonly Action[], { owner }: Lines): Promise<Answered[]> {
  const [{ caller }] = actions as [Action];
  const body = actions.map(({ request }, id) => ({ jsonrpc: "2.0", id, ...request }));
  const response = await post(body, { headers: headersOf(caller, owner) });
  return (await response.json<RpcAnswer[]>()).map(answered);
}

/** What the answers say, as far as the model knows it. */
export const seenOf = (actions: readonly Action[], answers: readonly Answered[]) =>
  actions.map((action, i) => {
    const { code, result } = answers[i] as Answered;
    return code === 0 ? action.seen(result) : code;
  });
