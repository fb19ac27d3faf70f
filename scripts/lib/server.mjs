import { join } from "node:path";
import { unstable_DevEnv as DevEnv } from "wrangler";
import { Failure } from "./failure.mjs";
import { ROOT } from "./paths.mjs";

const START_LIMIT_MS = 60_000;
const POLL_MS = 100;

/**
 * Starts the Worker inside this process, as `wrangler dev` does, and waits until it answers. Wrangler's own API instead of its command:
 * secrets then need not stand on a command line for all to see, and one process less has to be ended.
 *
 * @param {import("./options.mjs").Options} options
 * @param {Record<string, string>} vars the Worker's variables and secrets
 * @returns {Promise<string>} its origin, such as `http://localhost:8101`
 * @throws {Failure} if the Worker does not build, does not start or does not answer; the details go to stderr
 */
export async function startServer({ port, ip, persistTo }, vars) {
  // The log level of Miniflare, which DevEnv takes over before it is told `dev.logLevel`.
  process.env.WRANGLER_LOG ??= "warn";
  const environment = new DevEnv();
  const failed = new Promise((_, reject) => {
    for (const event of ["buildFailed", "error"]) {
      environment.once(event, () =>
        reject(new Failure("the Worker does not start; the reason stands above.")),
      );
    }
  });
  const input = {
    config: join(ROOT, "wrangler.toml"),
    bindings: Object.fromEntries(
      // As secrets, for wrangler never to print one.
      Object.entries(vars).map(([name, value]) => [
        name,
        { type: /** @type {const} */ ("secret_text"), value },
      ]),
    ),
    dev: {
      remote: false,
      server: { hostname: ip, port },
      inspector: false, // its port would collide between two servers
      watch: true,
      persist: persistTo,
      logLevel: "warn",
      structuredLogsHandler: (/** @type {{ message: string }} */ { message }) => console.log(message),
    },
  };
  const worker = await environment.startWorker(input).catch(({ cause }) => {
    throw new Failure(`the Worker does not start: ${cause.message}`);
  });
  const { origin } = await Promise.race([worker.url, failed]);
  await Promise.race([untilHealthy(origin), failed]);
  return origin;
}

/**
 * @param {string} origin
 * @throws {Failure} after START_LIMIT_MS
 */
async function untilHealthy(origin) {
  const deadline = Date.now() + START_LIMIT_MS;
  while (Date.now() < deadline) {
    const signal = AbortSignal.timeout(deadline - Date.now());
    const answer = await fetch(`${origin}/health`, { signal }).catch(() => undefined);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  throw new Failure(`the Worker did not answer within ${START_LIMIT_MS / 1000} s.`);
}
