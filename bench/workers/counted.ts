import type { Env } from "../../src/config";
import worker from "../../src/index";
import { counted } from "../../test/counting";

/** The product with its database counted: each answer says what it cost, work after the answer included. */
export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const { DB, cost } = counted(env.DB);
    const later: Promise<unknown>[] = [];
    const ctx = { waitUntil: (work: Promise<unknown>) => later.push(work) } as unknown as ExecutionContext;
    const response = await worker.fetch(request, { ...env, DB }, ctx);
    await Promise.all(later);
    const { trips, rowsRead, rowsWritten, statements } = cost;
    const headers = {
      "x-cost": JSON.stringify({ trips, rowsRead, rowsWritten, statements: statements.length }),
    };
    return new Response(response.body, { status: response.status, headers });
  },
};
