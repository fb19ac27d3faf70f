/** `npm start`: as `npm run dev`, and makes the first API key on the first run. */

import { makeFirstApiKey } from "./lib/firstApiKey.mjs";
import { run } from "./lib/run.mjs";

await run(async (origin, vars) => {
  console.log(await makeFirstApiKey(origin, vars.PMX_INITIALIZATION_TOKEN));
});
