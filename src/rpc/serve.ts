import { type Places, pickCredential, type SignedRequest } from "../auth/credential";
import type { Context } from "../context";
import { perform, type Task } from "../dispatch";
import { Failure } from "../errors";
import { MAX_BATCH_WRITES } from "../limits";
import { findMethod } from "../methods";
import type { Operation } from "../operation";
import { countSecretChecks, logOutcome } from "../transport";
import { type Answer, type NoCall, type RpcCall, readEnvelope, writeAnswers, writeFailure } from "./envelope";

/** What a transport hands over: text, where credentials may be, and what a signature in them would cover. */
export interface Incoming {
  readonly text: string;
  readonly places: Places;
  readonly signed: SignedRequest;
  /** False where the page that sent it may not change anything. */
  readonly mayWrite: boolean;
}

/** `forbidden`: a page of a foreign origin tried to write. `limited`: the caller is over a rate limit. */
export type Served =
  | { readonly kind: "answer"; readonly text: string | undefined }
  | { readonly kind: "forbidden" | "limited"; readonly text: string };

type Ready = { readonly call: RpcCall; readonly operation: Operation };

/** Answers one JSON-RPC text, whatever brought it. Never throws. */
export async function serve(incoming: Incoming, context: Context): Promise<Served> {
  try {
    const { batch, calls } = readEnvelope(incoming.text);
    const found = calls.map((call) => ("error" in call ? call : resolve(call)));
    const ready = found.filter((c): c is Ready => "operation" in c);
    const writes = ready.filter((c) => c.operation.write);
    if (writes.length > MAX_BATCH_WRITES) throw new Failure("invalidRequest");
    if (writes.length > 0 && !incoming.mayWrite) {
      return { kind: "forbidden", text: writeFailure(new Failure("accessDenied")) };
    }
    const tasks = tasksOf(ready, incoming);
    if (!(await countSecretChecks(tasks, context))) {
      return { kind: "limited", text: writeFailure(new Failure("tooManyRequests")) };
    }
    const outcomes = await perform(tasks, context);
    let next = 0;
    const answers = found.flatMap((c): Answer[] => {
      if ("error" in c) return [{ id: c.id, failure: new Failure(c.error) }];
      if ("missing" in c)
        return c.missing.id === undefined
          ? []
          : [{ id: c.missing.id, failure: new Failure("methodNotFound") }];
      const outcome = outcomes[next++] as (typeof outcomes)[number];
      logOutcome(c.operation, outcome, context);
      return c.call.id === undefined ? [] : [{ id: c.call.id, ...outcome }];
    });
    return { kind: "answer", text: writeAnswers(answers, batch) };
  } catch (error) {
    if (error instanceof Failure) return { kind: "answer", text: writeFailure(error) };
    throw error;
  }
}

function resolve(call: RpcCall): Ready | { readonly missing: RpcCall } | NoCall {
  const operation = findMethod(call.method);
  return operation ? { call, operation } : { missing: call };
}

/** Calls without a `token` member share the request's own credential; a signature in it covers the whole body. */
function tasksOf(ready: readonly Ready[], { places, signed }: Incoming): Task[] {
  const shared = pickCredential(places, signed);
  return ready.map(({ call: { params, token }, operation }) => {
    const credential =
      token === undefined ? shared : pickCredential({ ...places, tokenField: token }, signed);
    return { operation, params, credential };
  });
}
