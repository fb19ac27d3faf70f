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
  const checks = byOperation + (shown ? 1 : 0);
  if (checks === 0) return true;
  const counts = Array.from({ length: checks }, () => context.limiter.countSecretCheck());
  return Promise.all(counts).then((all) => all.every((allowed) => allowed));
}

/** One line for what was refused. What changed something stands in the audit trail, and the rest is not worth a line each. */
export function logRefusal({ name }: Operation, outcome: Outcome, { log, source }: Context): void {
  if (!("failure" in outcome)) return;
  const { error, reason } = outcome.failure;
  log.info("refused", {
    method: name,
    address: source.address,
    error,
    code: ERRORS[error].code,
    ...(reason && { reason }),
  });
}
