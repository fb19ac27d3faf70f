import type { Caller } from "../auth/caller";
import type { Claim } from "../auth/claim";
import type { Context } from "../context";
import { Failure } from "../errors";
import { all, type Query } from "../store/query";
import { allow, callOf, checked, failureOf, outcomeOf, validate } from "./checks";
import type { Claims } from "./claims";
import { auditingRefusal, auditRefusal } from "./refusals";
import type { Outcome, Task } from "./task";

/** A read on its way: `caller` is known where the credential needs no look-up. */
interface Pending {
  readonly task: Task;
  readonly claim: Claim | undefined;
  readonly caller: Caller | undefined;
  readonly looksUp: boolean;
  readonly params: { readonly value: unknown } | { readonly failure: Failure };
}

/** A lone one, which is the usual case, is spared what puts several together: that costs as much as memory's answer. */
export async function performReads(
  tasks: readonly Task[],
  claims: Claims,
  context: Context,
): Promise<Outcome[]> {
  const [only] = tasks;
  if (only && tasks.length === 1) {
    const read = await begin(only, claims, context);
    return "task" in read ? ask([read], context) : [read];
  }
  const begun = await Promise.all(tasks.map((task) => begin(task, claims, context)));
  const pending = begun.filter((read) => "task" in read);
  const answered = pending.length === 0 ? [] : await ask(pending, context);
  let next = 0;
  return begun.map((read) => ("task" in read ? (answered[next++] as Outcome) : read));
}

/** Answers a read as far as that goes without the database; a pending one is to be asked there. */
async function begin(task: Task, claims: Claims, context: Context): Promise<Outcome | Pending> {
  const { operation } = task;
  let caller: Caller | undefined;
  try {
    const made = claims.of(task);
    const claim = made && (await made);
    caller = operation.publicRead ? claim?.recent() : undefined;
    const looksUp = claim !== undefined && caller === undefined;
    const params = attempt(() => validate(operation, task.params));
    const read = { task, claim, caller, looksUp, params };
    if (looksUp) return read;
    if (caller) allow(operation, caller);
    if ("failure" in params) throw params.failure;
    const recalled = operation.read?.recall?.(params.value, context);
    const found = recalled instanceof Promise ? await recalled : recalled; // A wait costs as much as a look-up in memory.
    if (found === undefined) return read;
    const answer = await operation.read?.answer(found, params.value, callOf(context, caller));
    return { result: checked(operation, answer, context) };
  } catch (error) {
    auditRefusal(error, operation, caller, context);
    return { failure: failureOf(error, context) };
  }
}

/** Asks the database for all of these in one round trip, and for each credential once. */
async function ask(reads: readonly Pending[], context: Context): Promise<Outcome[]> {
  const askedAt = context.now();
  const lookUps = [...new Set(reads.flatMap((r) => (r.looksUp && r.claim ? [r.claim] : [])))];
  const queries = reads.map(({ task, claim, params }) =>
    "value" in params
      ? task.operation.read?.query(params.value, {
          apiKeyId: claim?.apiKeyId ?? "",
          now: askedAt,
          histories: context.memory.histories,
        })
      : undefined,
  );
  const refreshers = new Set(reads.flatMap((r) => (r.looksUp ? [] : [r.task.operation.read?.refresh])));
  const refresh = [...refreshers].map((ask) => ask?.(context, askedAt)).filter((q) => q !== undefined);
  const batch: Query<unknown>[] = [
    ...lookUps.map((c) => c.query),
    ...queries.filter((q) => q !== undefined),
    ...refresh,
  ];
  let found: (() => unknown)[];
  try {
    found = await context.db.run(all(batch), lookUps.length > 0 ? "primary" : "replica");
  } catch (error) {
    return reads.map(() => ({ failure: failureOf(error, context) }));
  }
  const callers = new Map(lookUps.map((claim, i) => [claim, once(async () => claim.check(found[i]?.()))]));
  let next = lookUps.length;
  const rows = queries.map((q) => (q ? found[next++] : undefined));
  for (const takeIn of found.slice(next)) takeIn();
  return Promise.all(
    reads.map(({ task: { operation }, claim, caller, looksUp, params }, i) =>
      outcomeOf(async () => {
        const proven = looksUp && claim ? await callers.get(claim)?.() : caller;
        return auditingRefusal(operation, proven, context, async () => {
          if (claim) allow(operation, proven);
          if ("failure" in params) throw params.failure;
          const value = rows[i]?.();
          if (!looksUp)
            context.later(operation.read?.remember?.(value, context, askedAt) ?? Promise.resolve());
          const answer = await operation.read?.answer(value, params.value, callOf(context, proven));
          return checked(operation, answer, context);
        });
      }, context),
    ),
  );
}

function attempt(run: () => unknown): { value: unknown } | { failure: Failure } {
  try {
    return { value: run() };
  } catch (error) {
    if (error instanceof Failure) return { failure: error };
    throw error;
  }
}

function once<T>(run: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | undefined;
  return () => {
    result ??= run();
    return result;
  };
}
