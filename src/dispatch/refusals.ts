import type { Caller } from "../auth/caller";
import type { Context } from "../context";
import { ERRORS, Failure } from "../errors";
import { describeError } from "../log";
import type { Operation } from "../operation";
import { recordRefusal } from "../store/audit";
import type { Actor } from "../store/database";

const FORBIDDEN = 403;

/** Runs what comes after the proof of the caller. Refusals of a proven caller are kept in the audit trail. */
export async function auditingRefusal(
  operation: Operation,
  caller: Caller | undefined,
  context: Context,
  run: () => Promise<unknown>,
): Promise<unknown> {
  try {
    return await run();
  } catch (error) {
    auditRefusal(error, operation, caller, context);
    throw error;
  }
}

export function auditRefusal(
  error: unknown,
  operation: Operation,
  caller: Caller | undefined,
  context: Context,
): void {
  if (!caller || !(error instanceof Failure) || ERRORS[error.error].status !== FORBIDDEN) return;
  const db = context.db.actingAs(actorOf(operation, context, caller));
  const kept = db.run(recordRefusal(caller.apiKeyId, ERRORS[error.error].code, context.now()));
  context.later(kept.catch((e) => context.log.error("refusal not audited", { error: describeError(e) })));
}

export const actorOf = (
  { name }: Operation,
  { log, source }: Context,
  caller: Caller | undefined,
): Actor => ({
  method: name,
  requestId: log.requestId,
  address: source.address,
  userId: caller?.userId,
  apiKeyId: caller?.apiKeyId,
  sessionId: caller?.sessionId ?? undefined,
});
