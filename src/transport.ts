import type { Context } from "./context";
import type { Outcome, Task } from "./dispatch";
import { ERRORS } from "./errors";
import type { Operation } from "./operation";

/** What every transport does before and after `perform`. */

/**
 * Counts every check of a secret before any of them runs: each operation that makes one, and the request's own
 * credential. False where one is over the limit.
 */
export function countSecretChecks(tasks: readonly Task[], context: Context): true | Promise<boolean> {
  const byOperation = tasks.filter((t) => t.operation.checksSecret).length;
  const shown = tasks.some(
    ({ operation, credential: { kind } }) =>
      operation.access !== "everyone" && (kind === "basic" || kind === "signature"),
  );
  const counts = Array.from({ length: byOperation + (shown ? 1 : 0) }, () => context.countSecretCheck());
  return counts.length === 0 || Promise.all(counts).then((all) => all.every((allowed) => allowed));
}

/** One line for what changed something and for what was refused; the rest is not worth a line each. */
export function logOutcome(operation: Operation, outcome: Outcome, { log, address }: Context): void {
  const failure = "failure" in outcome ? outcome.failure : undefined;
  if (!failure && operation.read) return;
  log.info(failure ? "refused" : "done", {
    method: operation.name,
    address,
    ...(failure && { error: failure.error, code: ERRORS[failure.error].code }),
    ...(failure?.reason && { reason: failure.reason }),
  });
}
