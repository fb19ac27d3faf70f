import { Failure } from "../errors";
import type { Bindable } from "./statement";

/**
 * Statements that stand in front of a batch and fail, and with them the whole transaction: nothing was read or changed
 * then. SQL can only raise an error from a trigger or from a function that refuses its argument; the argument depends on a
 * row, so that it cannot be computed ahead.
 */
export interface Sent {
  readonly sql: string;
  readonly args: readonly Bindable[];
}

/** An expression that fails where the condition does not hold: SQLite refuses a path without `$` and repeats it. */
const refuseUnless = (condition: string, refusal: string) =>
  `json_extract('{}', iif(${condition}, '$', '${refusal}'))`;

const RESTORING = "restore under way";
/** Stands first in every batch: nothing is read from half a directory and nothing is written into it. */
export const REFUSE_WHILE_RESTORING: Sent = {
  sql: `select ${refuseUnless("restoring = 0", RESTORING)} from clock where id = 1`,
  args: [],
};

const CHANGED = "changed meanwhile";
/** A guard's statement. */
export const refuseWhereChanged = (condition: string): string => `select ${refuseUnless(condition, CHANGED)}`;

/** A guard found something changed; so nothing was done. */
export class Changed extends Error {}

/** A condition for the first batch of a call. */
export class Guard {
  readonly statement: Sent;
  /** Whether a batch has run under it; what comes after need not ask again. */
  held = false;

  constructor(statement: Sent) {
    this.statement = statement;
  }
}

/** What an exception of D1 means where a guard raised it; else the exception itself. */
export function meaningOf(error: Error): Error {
  if (error.message.includes(RESTORING)) return new Failure("unavailable", undefined, "restoring");
  if (error.message.includes(CHANGED)) return new Changed(CHANGED);
  return error;
}
