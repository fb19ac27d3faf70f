import { and, eq, sql } from "drizzle-orm";
import { MAX_CLOCK_LEAD_MS } from "../limits";
import { clock } from "./schema";
import { statement } from "./statement";

/** The database's own time in ms. */
export const DATABASE_NOW = sql`cast(unixepoch('subsec') * 1000 as integer)`;

/** True unless the database's time is ahead of the Worker's by so much that its stamps cannot be believed. */
const isTimeSound = (workerNow: unknown) =>
  sql`${DATABASE_NOW} <= ${workerNow} + ${sql.raw(String(MAX_CLOCK_LEAD_MS))}`;

/**
 * Moves the clock on: the first statement of every change of a history or a host. Its new `last` is above every stamp
 * there is, also after the database moved to a machine whose time is behind. Where the database's time is unsound, NULL
 * breaks the column's constraint and with it the whole transaction.
 */
export const tick = statement<{ now: number }>()((db, $) =>
  db
    .update(clock)
    .set({ last: sql`iif(${isTimeSound($("now"))}, max(${clock.last} + 1, ${DATABASE_NOW}), null)` })
    .where(eq(clock.id, 1)),
);

/** Moves the clock on to the present without a change, so that reads of the recent past become final. */
export const heartbeat = statement<{ now: number }>()((db, $) =>
  db
    .update(clock)
    .set({ last: sql`max(${clock.last}, ${DATABASE_NOW})` })
    .where(and(eq(clock.id, 1), isTimeSound($("now")))),
);
