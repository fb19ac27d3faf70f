/** `npm run dev`: the directory on this machine. */

import { run } from "./lib/run.mjs";

await run();
