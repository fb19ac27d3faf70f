import { join } from "node:path";
import { runCron } from "./cron.mjs";
import { Failure } from "./failure.mjs";
import { onWranglersNode } from "./node.mjs";
import { parseOptions } from "./options.mjs";
import { ROOT } from "./paths.mjs";
import { assertPortFree } from "./port.mjs";
import { localSecrets } from "./secrets.mjs";

/**
 * Runs the directory on this machine until a signal ends it; the data stay. Prints `Veridge is ready on ORIGIN` as soon as it answers.
 *
 * @param {(origin: string, vars: Record<string, string>) => Promise<void>} [beforeReady] what to do with the server before that line
 */
export async function run(beforeReady) {
  try {
    await onWranglersNode();
    // Miniflare and wrangler end their processes and remove their files when this one exits.
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, () => process.exit(0));
    const options = parseOptions(process.argv.slice(2));
    await assertPortFree(options.port, options.ip);
    // Each later one wins. Results are checked against their schemas here, not in production, for it costs time.
    const vars = { CHECK_RESULTS: "true", ...localSecrets(join(ROOT, ".dev.vars")), ...options.vars };
    process.env.WRANGLER_SEND_METRICS = "false";
    process.env.CLOUDFLARE_CF_FETCH_ENABLED = "false"; // would ask a server of Cloudflare's where we are
    process.env.X_LOCAL_OBSERVABILITY = "false"; // would keep every URL with its query string beside the data
    process.env.X_LOCAL_EXPLORER = "false"; // would show the database to whoever reaches the port
    const { migrate } = await import("./migrate.mjs");
    await migrate(options.persistTo);
    const { startServer } = await import("./server.mjs");
    const origin = await startServer(options, vars);
    runCron(origin);
    await beforeReady?.(origin, vars);
    console.log(`Veridge is ready on ${origin}`);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    console.error(`veridge: ${error.message}`);
    process.exit(1);
  }
}
