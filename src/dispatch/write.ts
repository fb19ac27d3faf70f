import type { Caller } from "../auth/caller";
import type { Context } from "../context";
import { Failure } from "../errors";
import { Changed } from "../store/head";
import { allow, callOf, checked, validate } from "./checks";
import type { Claims } from "./claims";
import { actorOf, auditingRefusal } from "./refusals";
import type { Task } from "./task";

/**
 * A caller whom this isolate saw before is taken to be the same, under a guard: the change's own transaction must find it
 * so. That is one round trip, with no moment between proof and change. Where the guard held, what came of the call is final.
 * Where it did not, or the call was refused before it came to the database, nothing was changed: the caller is looked up and
 * the call begins anew. Where the database failed nobody knows what was changed, and nothing is tried again.
 */
export async function performWrite(task: Task, claims: Claims, context: Context): Promise<unknown> {
  const claim = await claims.of(task);
  const seen = claim?.lastSeen();
  if (seen) {
    const { guard } = seen;
    const written = write(task, seen.caller, { ...context, db: context.db.guardedBy(guard) });
    const [outcome] = await Promise.allSettled([written]); // without throwing: the auditor is to see the same promise
    if (guard.held || (outcome.status === "rejected" && !isUntried(outcome.reason))) {
      return auditingRefusal(task.operation, seen.caller, context, () => written);
    }
  }
  const caller = claim && (await claim.check(await context.db.run(claim.query)));
  return auditingRefusal(task.operation, caller, context, () => write(task, caller, context));
}

/** Whether this came instead of a change, and not out of one. */
const isUntried = (error: unknown): boolean => error instanceof Changed || error instanceof Failure;

async function write(task: Task, caller: Caller | undefined, context: Context): Promise<unknown> {
  const { operation } = task;
  allow(operation, caller);
  const params = validate(operation, task.params);
  const db = context.db.actingAs(actorOf(operation, context, caller));
  try {
    const result = await operation.write?.(params, callOf({ ...context, db }, caller));
    return checked(operation, result, context);
  } finally {
    if (operation.changes === "credentials") context.memory.recentCallers.credentialsChanged();
  }
}
