import type { Credential } from "../auth/credential";
import type { Failure } from "../errors";
import type { Operation } from "../operation";

/**
 * One call, whatever brought it. Calls that show the same credential share the object. Where a transport could not read
 * any params, a Failure stands in their place: whoever may not call at all is told that first.
 */
export interface Task {
  readonly operation: Operation;
  readonly params: unknown;
  readonly credential: Credential;
}

export type Outcome = { readonly result: unknown } | { readonly failure: Failure };
