import { Hono } from "hono";

/** The anchor of all figures: what Hono and workerd cost before a Worker does anything. */
const app = new Hono();
app.post("/main", async (c) => c.json(await c.req.json()));
export default app;
