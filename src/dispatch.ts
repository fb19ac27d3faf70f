import type { Caller } from "./auth/caller";
import { type Claim, makeClaim } from "./auth/claim";
import type { Credential } from "./auth/credential";
import { includes, PERMISSIONS } from "./auth/scope";
import type { Context } from "./context";
import { ERRORS, type ErrorName, Failure } from "./errors";
import { explain } from "./explain";
import { describeError } from "./log";
import { measure } from "./measure";
import type { Call, Operation } from "./operation";
import { recordRefusal } from "./store/audit";
import { Changed } from "./store/head";
import { type Actor, all, type Query } from "./store/query";

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

/**
 * The one path a call takes: authenticate, allow, validate, then read or write. Tasks take effect and are answered in
 * order; reads that follow each other share one round trip. Never throws.
 */
export async function perform(tasks: readonly Task[], context: Context): Promise<Outcome[]> {
  const startedAt = context.now();
  const claims = new Claims(context);
  const outcomes: Outcome[] = [];
  for (const { write, reads } of runsOf(tasks)) {
    if (reads.length > 0) outcomes.push(...(await performReads(reads, claims, context)));
    if (write) outcomes.push(await outcomeOf(() => performWrite(write, claims, context), context));
  }
  measure(context.analytics, tasks, outcomes, context.now() - startedAt);
  return outcomes;
}

/** Reads that follow each other, and the write after them. */
interface Run {
  readonly reads: readonly Task[];
  readonly write?: Task;
}

function runsOf(tasks: readonly Task[]): Run[] {
  const runs: Run[] = [];
  let reads: Task[] = [];
  for (const task of tasks) {
    if (task.operation.read) reads.push(task);
    else {
      runs.push({ reads, write: task });
      reads = [];
    }
  }
  runs.push({ reads });
  return runs;
}

/** The claims of one request: a credential is verified, looked up and, where it has a nonce, spent once for all calls. */
class Claims {
  readonly #context: Context;
  readonly #made = new Map<object | string, Promise<Claim>>();

  constructor(context: Context) {
    this.#context = context;
  }

  /** Undefined where the operation is open to a caller without credentials. @throws Failure `unauthorized` */
  of({ operation, credential }: Task): Promise<Claim> | undefined {
    if (operation.access === "everyone") return undefined;
    const shown = orBound(credential, this.#context);
    if (shown.kind === "none") {
      if (operation.publicRead && this.#context.config.publicRead) return undefined;
      throw new Failure("unauthorized", undefined, "no credential");
    }
    const key = keyOf(shown);
    const made = this.#made.get(key) ?? makeClaim(shown, this.#context);
    this.#made.set(key, made);
    return made;
  }
}

/** A call that shows no credential of its own has the rights of the token bound to its socket by then. */
function orBound(credential: Credential, { socket }: Context): Credential {
  if (credential.kind !== "none" || !socket?.bound) return credential;
  return { kind: "bound", verified: socket.bound };
}

/** What tells whether two calls show the same credential. */
const keyOf = (shown: Credential): object | string =>
  shown.kind === "token" ? shown.token : shown.kind === "bound" ? shown.verified : shown;

/**
 * A caller whom this isolate saw before is taken to be the same, on condition that the change's own transaction finds it
 * so: one round trip, and no moment between proof and change. Whatever else comes of that, but an answer under this
 * condition, changed nothing, and the caller is looked up first.
 */
async function performWrite(task: Task, claims: Claims, context: Context): Promise<unknown> {
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

const FORBIDDEN = 403;

/** Runs what comes after the proof of the caller. Refusals of a proven caller are kept in the audit trail. */
async function auditingRefusal(
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

function auditRefusal(
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

const actorOf = ({ name }: Operation, { log, address }: Context, caller: Caller | undefined): Actor => ({
  method: name,
  requestId: log.requestId,
  address,
  userId: caller?.userId,
  apiKeyId: caller?.apiKeyId,
  sessionId: caller?.sessionId ?? undefined,
});

/** A read on its way: `caller` is known where the credential needs no look-up. */
interface Pending {
  readonly task: Task;
  readonly claim: Claim | undefined;
  readonly caller: Caller | undefined;
  readonly looksUp: boolean;
  readonly params: { readonly value: unknown } | { readonly failure: Failure };
}

async function performReads(tasks: readonly Task[], claims: Claims, context: Context): Promise<Outcome[]> {
  const begun = await together(tasks.map((task) => begin(task, claims, context)));
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
    const found = await operation.read?.recall?.(params.value, context);
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
  return together(
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

/** @throws Failure */
function allow({ access }: Operation, caller: Caller | undefined): void {
  if (access === "everyone") return;
  if (!caller) throw new Failure("unauthorized");
  if (access !== "authenticated" && !includes(caller.permissions, PERMISSIONS[access])) {
    throw new Failure("insufficientScope");
  }
}

/** @throws Failure `invalidParams` with one sentence, and with the details of every bad field */
function validate(operation: Operation, params: unknown): unknown {
  if (params instanceof Failure) throw params;
  const parsed = operation.params.safeParse(params);
  if (parsed.success) return parsed.data;
  const details = explain(parsed.error.issues, operation.params, operation.http ? 1 : 0);
  throw new Failure("invalidParams", details[0]?.message, undefined, details);
}

function checked(operation: Operation, result: unknown, { config }: Context): unknown {
  return config.checkResults ? operation.result.parse(result) : result;
}

const callOf = <C>(context: Context, caller: C): Call<ErrorName, C> => ({
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

function attempt(run: () => unknown): { value: unknown } | { failure: Failure } {
  try {
    return { value: run() };
  } catch (error) {
    if (error instanceof Failure) return { failure: error };
    throw error;
  }
}

/** Promise.all, whose cost a lone promise is spared: that is the usual case, and it costs as much as memory's answer. */
function together<T>(promises: readonly Promise<T>[]): Promise<T[]> {
  const [first] = promises;
  return first && promises.length === 1 ? first.then((value) => [value]) : Promise.all(promises);
}

function once<T>(run: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | undefined;
  return () => {
    result ??= run();
    return result;
  };
}

async function outcomeOf(run: () => Promise<unknown>, context: Context): Promise<Outcome> {
  try {
    return { result: await run() };
  } catch (error) {
    return { failure: failureOf(error, context) };
  }
}

/** What the caller gets of an unforeseen exception is an id; what happened stands in the log under it. */
function failureOf(error: unknown, { log }: Context): Failure {
  if (error instanceof Failure) return error;
  log.error("unforeseen exception", { error: describeError(error) });
  return new Failure("internalError", log.requestId);
}
