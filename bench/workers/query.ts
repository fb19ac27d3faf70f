import { Hono } from "hono";

/** A bare route that asks one indexed question. */
const app = new Hono<{ Bindings: { DB: D1Database } }>();
app.post("/main", async (c) => {
  const { id } = await c.req.json<{ id: string }>();
  return c.json(await c.env.DB.prepare("select id, text from bench where id = ?1").bind(id).first());
});
export default app;
