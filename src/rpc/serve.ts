import type { Credential } from "../auth/credential";
import type { Context } from "../context";
import { perform, type Task } from "../dispatch";
import { Failure } from "../errors";
import { MAX_BATCH_WRITES } from "../limits";
import { findMethod } from "../methods";
import type { Operation } from "../operation";
import { countSecretChecks, logRefusal } from "../transport";
import { type Answer, type NoCall, type RpcCall, readEnvelope, writeAnswers, writeFailure } from "./envelope";

/** What a transport hands over. */
export interface Incoming {
  readonly request: RpcRequest;
  /** The credential of a call whose `token` member is this. */
  credentialOf(tokenField: string | undefined): Credential;
  /** False where the page that sent it may not change anything. */
  mayWrite(): boolean;
}

/**
 * `forbidden`: a page of a foreign origin tried to write. `limited`: the caller is over a rate limit. `unavailable`: the
 * directory is being restored.
 */
export type Served =
  | { readonly kind: "answer"; readonly text: string | undefined }
  | { readonly kind: "forbidden" | "limited" | "unavailable"; readonly text: string };

type Ready = { readonly call: RpcCall; readonly operation: Operation };
type Missing = { readonly missing: RpcCall };

/** A JSON-RPC text with its methods looked up, or why it is no request. */
export type RpcRequest =
  | { readonly batch: boolean; readonly calls: readonly (Ready | Missing | NoCall)[] }
  | { readonly failure: Failure };

/** Reads one JSON-RPC text; nothing of it has run yet. */
export function readRequest(text: string): RpcRequest {
  try {
    const { batch, calls } = readEnvelope(text);
    return { batch, calls: calls.map((call) => ("error" in call ? call : resolve(call))) };
  } catch (error) {
    if (error instanceof Failure) return { failure: error };
    throw error;
  }
}

const isReady = (call: Ready | Missing | NoCall): call is Ready => "operation" in call;

/** Whether it may bind a token to its socket. */
export const mayBind = (request: RpcRequest): boolean =>
  "calls" in request && request.calls.some((c) => isReady(c) && c.operation.changes === "binding");

/** Answers one request, whatever brought it. Never throws. */
export async function serve(incoming: Incoming, context: Context): Promise<Served> {
  try {
    if ("failure" in incoming.request) throw incoming.request.failure;
    const { batch, calls } = incoming.request;
    const ready = calls.filter(isReady);
    const writes = ready.filter((c) => c.operation.write);
    if (writes.length > MAX_BATCH_WRITES) throw new Failure("invalidRequest");
    if (writes.length > 0 && !incoming.mayWrite()) {
      return { kind: "forbidden", text: writeFailure(new Failure("accessDenied")) };
    }
    const tasks = tasksOf(ready, incoming);
    if (!(await countSecretChecks(tasks, context))) {
      return { kind: "limited", text: writeFailure(new Failure("tooManyRequests")) };
    }
    const outcomes = await perform(tasks, context);
    if (outcomes.some((o) => "failure" in o && o.failure.error === "unavailable")) {
      return { kind: "unavailable", text: writeFailure(new Failure("unavailable")) };
    }
    let next = 0;
    const answers = calls.flatMap((c): Answer[] => {
      if ("error" in c) return [{ id: c.id, failure: new Failure(c.error) }];
      if ("missing" in c)
        return c.missing.id === undefined
          ? []
          : [{ id: c.missing.id, failure: new Failure("methodNotFound") }];
      const outcome = outcomes[next++] as (typeof outcomes)[number];
      logRefusal(c.operation, outcome, context);
      return c.call.id === undefined ? [] : [{ id: c.call.id, ...outcome }];
    });
    return { kind: "answer", text: writeAnswers(answers, batch) };
  } catch (error) {
    if (error instanceof Failure) return { kind: "answer", text: writeFailure(error) };
    throw error;
  }
}

function resolve(call: RpcCall): Ready | Missing {
  const operation = findMethod(call.method);
  return operation ? { call, operation } : { missing: call };
}

/** Calls without a `token` member share the request's own credential; a signature in it covers the whole body. */
function tasksOf(ready: readonly Ready[], { credentialOf }: Incoming): Task[] {
  const shared = credentialOf(undefined);
  return ready.map(({ call: { params, token }, operation }) => {
    const credential = token === undefined ? shared : credentialOf(token);
    return { operation, params, credential };
  });
}
