import { existsSync } from "node:fs";
import { chromium } from "playwright-core";
import { Failure } from "./failure.mjs";

const PATHS = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** Nothing but the pages is to be fetched. As root there is no sandbox. */
const ARGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/**
 * Starts the machine's own Chromium without a window.
 *
 * @throws {Failure} if there is none
 */
export async function launchChromium() {
  const executablePath = PATHS.find((path) => existsSync(path));
  if (!executablePath) throw new Failure("Chromium is needed: on Debian, `apt-get install chromium`.");
  return chromium.launch({ executablePath, args: ARGS });
}
