import { Hono } from "hono";

/** A bare route that inserts one row. */
const app = new Hono<{ Bindings: { DB: D1Database } }>();
app.post("/main", async (c) => {
  const { id, text } = await c.req.json<{ id: string; text: string }>();
  await c.env.DB.prepare("insert into bench (id, text) values (?1, ?2)").bind(id, text).run();
  return c.json(true);
});
export default app;
