import type { Caller } from "../auth/caller";
import { includes, PERMISSIONS } from "../auth/scope";
import type { Context } from "../context";
import { type ErrorName, Failure } from "../errors";
import { explain } from "../explain";
import { describeError } from "../log";
import type { Call, Operation } from "../operation";
import type { Outcome } from "./task";

/** @throws Failure */
export function allow({ access }: Operation, caller: Caller | undefined): void {
  if (access === "everyone") return;
  if (!caller) throw new Failure("unauthorized");
  if (access !== "authenticated" && !includes(caller.permissions, PERMISSIONS[access])) {
    throw new Failure("insufficientScope");
  }
}

/** @throws Failure `invalidParams` with one sentence, and with the details of every bad field */
export function validate(operation: Operation, params: unknown): unknown {
  if (params instanceof Failure) throw params;
  const parsed = operation.params.safeParse(params);
  if (parsed.success) return parsed.data;
  const details = explain(parsed.error.issues, operation.params, operation.http ? 1 : 0);
  throw new Failure("invalidParams", details[0]?.message, undefined, details);
}

export function checked(operation: Operation, result: unknown, { config }: Context): unknown {
  return config.checkResults ? operation.result.parse(result) : result;
}

export const callOf = <C>(context: Context, caller: C): Call<ErrorName, C> => ({
  ...context,
  caller,
  fail: (error, sentence, property) =>
    new Failure(
      error,
      sentence,
      undefined,
      property && sentence ? [{ property, message: sentence }] : undefined,
    ),
});

export async function outcomeOf(run: () => Promise<unknown>, context: Context): Promise<Outcome> {
  try {
    return { result: await run() };
  } catch (error) {
    return { failure: failureOf(error, context) };
  }
}

/** What the caller gets of an unforeseen exception is an id; what happened stands in the log under it. */
export function failureOf(error: unknown, { log }: Context): Failure {
  if (error instanceof Failure) return error;
  log.error("unforeseen exception", { error: describeError(error) });
  return new Failure("internalError", log.requestId);
}
