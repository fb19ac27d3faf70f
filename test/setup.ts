import { applyD1Migrations, reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { forgetOwner } from "./support";

const RESETS = 10;

const isEmpty = async () =>
  (await env.DB.prepare("select name from sqlite_master where name = 'users'").first()) === null;

/** The runtime's reset leaves a database that was busy a moment ago as it was, once in some hundred files: so it is looked at. */
async function emptyStorage(): Promise<void> {
  for (let n = 0; n < RESETS; n++) {
    await reset();
    if (await isEmpty()) return;
  }
  throw new Error("the storage of the test file before could not be emptied");
}

await emptyStorage();
await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
forgetOwner();
