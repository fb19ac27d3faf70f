import { makeApp } from "./app";
import type { Env } from "./config";
import { world } from "./context";
import { reseal } from "./jobs/reseal";
import { sweep } from "./jobs/sweep";

export { Connection } from "./rpc/connection";

const app = makeApp(world);

export default {
  fetch: app.fetch,
  async scheduled(_event, env) {
    await sweep(env, world.now);
    await reseal(env, world);
  },
} satisfies ExportedHandler<Env>;
