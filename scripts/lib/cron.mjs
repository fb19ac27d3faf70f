const MINUTE_MS = 60_000;

/**
 * Calls the Worker's scheduled handler each minute, as production does by the cron in wrangler.toml: wrangler's local runtime has no
 * clock of its own.
 *
 * @param {string} origin of the local server
 */
export function runCron(origin) {
  setInterval(async () => {
    const answer = await fetch(`${origin}/cdn-cgi/handler/scheduled?cron=*+*+*+*+*`).catch(() => undefined);
    if (!answer?.ok) console.error("veridge: the scheduled handler failed.");
  }, MINUTE_MS);
}
