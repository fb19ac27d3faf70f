import { applyD1Migrations, reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { histories } from "../src/context";
import { forgetOwner } from "./support";

await reset();
await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
forgetOwner();
histories.forget();
