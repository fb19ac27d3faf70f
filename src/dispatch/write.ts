import type { Caller } from "../auth/caller";
import type { Context } from "../context";
import { Failure } from "../errors";
import { Changed } from "../store/head";
import { allow, callOf, checked, validate } from "./checks";
import type { Claims } from "./claims";
import { actorOf, auditingRefusal } from "./refusals";
import type { Task } from "./task";

/**
 * A caller whom this isolate saw before is taken to be the same, on condition that the change's own transaction finds it
 * so: one round trip, and no moment between proof and change. Whatever else comes of that, but an answer under this
 * condition, changed nothing, and the caller is looked up first.
 */
export async function performWrite(task: Task, claims: Claims, context: Context): Promise<unknown> {
  const claim = await claims.of(task);
  const seen = claim?.lastSeen();
  if (seen) {
    const { caller, guard } = seen;
    const written = write(task, caller, { ...context, db: context.db.guardedBy(guard) });
    const [outcome] = await Promise.allSettled([written]);
    if (guard.held || (outcome.status === "rejected" && !isUntried(outcome.reason))) {
      return auditingRefusal(task.operation, caller, context, () => written);
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
