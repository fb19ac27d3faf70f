import { applyD1Migrations, reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { forgetOwner } from "./support";

await reset();
await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
forgetOwner();
