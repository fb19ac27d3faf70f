import { and, eq, sql } from "drizzle-orm";
import { HEARTBEAT_LAG_MS, MAX_CLOCK_LEAD_MS } from "../limits";
import { clock } from "./schema";
import { statement } from "./statement";

/** The database's own time in ms. */
export const DATABASE_NOW = sql`cast(unixepoch('subsec') * 1000 as integer)`;

const HEARTBEAT_LAG = sql.raw(String(HEARTBEAT_LAG_MS));

/** True unless the database's time is ahead of the Worker's by so much that its stamps cannot be believed. */
const isTimeSound = (workerNow: unknown) =>
  sql`${DATABASE_NOW} <= ${workerNow} + ${sql.raw(String(MAX_CLOCK_LEAD_MS))}`;

/**
 * The first statement of every change of a history or a host: says who acts, and moves the clock on. Its new `last` is
 * above every stamp there is, also after the database moved to a machine whose time is behind. Where the database's time
 * is unsound, NULL breaks the column's constraint and with it the whole transaction.
 */
export const stampChange = statement<{ now: number; actor: string }>()((db, $) =>
  db
    .update(clock)
    .set({
      last: sql`iif(${isTimeSound($("now"))}, max(${clock.last} + 1, ${DATABASE_NOW}), null)`,
      actor: sql`${$("actor")}`,
    })
    .where(eq(clock.id, 1)),
);

/** The same for a change whose stamp nobody asks for but the audit trail: unsound time does not stand in its way. */
export const countChange = statement<{ now: number; actor: string }>()((db, $) =>
  db
    .update(clock)
    .set({
      last: sql`iif(${isTimeSound($("now"))}, max(${clock.last} + 1, ${DATABASE_NOW}), ${clock.last} + 1)`,
      actor: sql`${$("actor")}`,
    })
    .where(eq(clock.id, 1)),
);

/**
 * Moves the clock on to the present without a change, so that reads of the recent past become final. Nobody acts: what the
 * same transaction cleans up is no change to be audited.
 */
export const heartbeat = statement<{ now: number }>()((db, $) =>
  db
    .update(clock)
    .set({
      last: sql`iif(${isTimeSound($("now"))}, max(${clock.last}, ${DATABASE_NOW}), ${clock.last})`,
      actor: null,
    })
    .where(eq(clock.id, 1)),
);

/** Does so for a read that found the clock lagging; many isolates may want to, and one is enough. */
export const beat = statement<{ now: number }>()((db, $) =>
  db
    .update(clock)
    .set({ last: DATABASE_NOW })
    .where(
      and(eq(clock.id, 1), sql`${clock.last} < ${DATABASE_NOW} - ${HEARTBEAT_LAG}`, isTimeSound($("now"))),
    ),
);
