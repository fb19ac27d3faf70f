import { makeApp } from "./app";
import type { Env } from "./config";
import { world } from "./context";
import { sweep } from "./jobs/sweep";

export { Connection } from "./rpc/connection";

const app = makeApp(world);

export default {
  fetch: app.fetch,
  scheduled: (_event, env) => sweep(env, world.now),
} satisfies ExportedHandler<Env>;
