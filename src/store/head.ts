import { Failure } from "../errors";
import { NEXT_STAMP } from "./clock";
import type { Bindable } from "./statement";

/** SQL with the values to bind. */
export interface Sent {
  readonly sql: string;
  readonly args: readonly Bindable[];
}

export type Change = keyof typeof NEXT_STAMP;

/** A condition for the first batch of a call: SQL with a `?` for each of its arguments. */
export class Guard {
  readonly condition: Sent;
  /** Whether a batch has run under it; what comes after need not ask again. */
  held = false;

  constructor(condition: Sent) {
    this.condition = condition;
  }
}

/** A guard found something changed; so nothing was done. */
export class Changed extends Error {}

/**
 * True, or an error that undoes the transaction. SQL can only raise one from a trigger or from a function that refuses its
 * argument: `json_extract` a path without `$`, which it repeats. The path depends on a row, so that it cannot be computed ahead.
 * `refusal` is no caller's text: it stands in the SQL.
 */
export const orRefuse = (condition: string, refusal: string): string =>
  `json_extract('{}', iif(${condition}, '$', '${refusal}')) = '{}'`;

const RESTORING = "restore under way";
const CHANGED = "changed meanwhile";
/** Finds the clock's row; an error while a restore is under way. */
export const OPEN = `id = 1 and ${orRefuse("restoring = 0", RESTORING)}`;

const where = (guard: Guard | undefined): string =>
  guard ? `${OPEN} and ${orRefuse(guard.condition.sql, CHANGED)}` : OPEN;
const argsOf = (guard: Guard | undefined) => guard?.condition.args ?? [];

/**
 * The first statement of a batch. It fails, and with it the whole transaction, while a restore is under way: nothing is
 * read from half a directory and nothing is written into it. It does so too where the call's guard does not hold. That of
 * a change says who acts, for the audit trail, and moves the clock on. A batch that reads the clock's row anyway, as
 * `OPEN` finds it, has no head.
 */
export const headOfRead = (guard?: Guard): Sent => ({
  sql: `select 1 from clock where ${where(guard)}`,
  args: argsOf(guard),
});

/** `now`: the Worker's time in ms; `actor`: a JSON object. */
export const headOfChange = (change: Change, now: number, actor: string, guard?: Guard): Sent => ({
  sql: `update clock set last = ${NEXT_STAMP[change]}, actor = ?2 where ${where(guard)}`,
  args: [now, actor, ...argsOf(guard)],
});

/** Whether an exception of D1 is that refusal, of `orRefuse` or of a trigger. */
export const isRaised = (error: unknown, refusal: string): boolean =>
  error instanceof Error && error.message.includes(refusal);

/** What an exception of D1 means where the head raised it; else the exception itself. */
export function meaningOf(error: Error): Error {
  if (isRaised(error, RESTORING)) return new Failure("unavailable", undefined, "restoring");
  if (isRaised(error, CHANGED)) return new Changed(CHANGED);
  return error;
}
