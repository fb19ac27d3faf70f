/** `npm run doctor [-- --remote --url URL]`: checks a deployment and says what to do about each finding. Changes nothing. */

import { command } from "./lib/command.mjs";
import { CHECKS } from "./lib/doctor/checks.mjs";
import { examine } from "./lib/doctor/examine.mjs";
import { Failure } from "./lib/failure.mjs";

await command({ url: { type: "string" } }, async (place, { url }) => {
  const findings = await examine(place, url);
  for (const { finding, remedy } of findings) console.log(`- ${finding}\n  → ${remedy}`);
  if (findings.length > 0) throw new Failure(`${findings.length} findings.`);
  console.log(`All ${CHECKS.length} checks passed.`);
});
