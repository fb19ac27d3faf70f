import type { Context } from "./context";
import { outcomeOf } from "./dispatch/checks";
import { Claims } from "./dispatch/claims";
import { performReads } from "./dispatch/reads";
import type { Outcome, Task } from "./dispatch/task";
import { performWrite } from "./dispatch/write";
import { measure } from "./measure";

export type { Outcome, Task };

/**
 * The one path a call takes: authenticate, allow, validate, then read or write. Tasks take effect and are answered in
 * order; reads that follow each other share one round trip. Never throws.
 */
export async function perform(tasks: readonly Task[], context: Context): Promise<Outcome[]> {
  const startedAt = context.now();
  const claims = new Claims(context);
  const changes = tasks.some(({ operation }) => operation.write);
  const outcomes = await (changes ? performRuns : performReads)(tasks, claims, context);
  measure(context, tasks, outcomes, startedAt);
  return outcomes;
}

async function performRuns(tasks: readonly Task[], claims: Claims, context: Context): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const { write, reads } of runsOf(tasks)) {
    if (reads.length > 0) outcomes.push(...(await performReads(reads, claims, context)));
    if (write) outcomes.push(await outcomeOf(() => performWrite(write, claims, context), context));
  }
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
