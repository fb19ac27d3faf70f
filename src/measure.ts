import type { Context } from "./context";
import type { Outcome, Task } from "./dispatch";
import { ERRORS } from "./errors";

/**
 * Writes a data point for each method and outcome of one request: blobs are the method and the error's code (0: none),
 * doubles how many calls they were and how long the request took in ms. Calls of a batch share its points, since a Worker
 * may write only so many for a request.
 */
export function measure(
  { analytics, now }: Context,
  tasks: readonly Task[],
  outcomes: readonly Outcome[],
  startedAt: number,
): void {
  if (!analytics) return;
  const ms = now() - startedAt;
  const calls = tasks.map(({ operation }, i) => {
    const outcome = outcomes[i];
    const code = outcome && "failure" in outcome ? ERRORS[outcome.failure.error].code : 0;
    return { method: operation.name, code: String(code) };
  });
  for (const alike of Map.groupBy(calls, ({ method, code }) => `${method} ${code}`).values()) {
    const [first] = alike;
    if (first) {
      const { method, code } = first;
      analytics.writeDataPoint({ indexes: [method], blobs: [method, code], doubles: [alike.length, ms] });
    }
  }
}
