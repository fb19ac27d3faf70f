import { and, eq, sql } from "drizzle-orm";
import { HEARTBEAT_LAG_MS, MAX_CLOCK_LEAD_MS } from "../limits";
import { clock } from "./schema";
import { statement } from "./statement";

/** The database's own time in ms. */
const NOW = "cast(unixepoch('subsec') * 1000 as integer)";
export const DATABASE_NOW = sql.raw(NOW);

const HEARTBEAT_LAG = sql.raw(String(HEARTBEAT_LAG_MS));

/** True unless the database's time is ahead of the Worker's by so much that its stamps cannot be believed. */
const isTimeSound = (workerNow: unknown) =>
  sql`${DATABASE_NOW} <= ${workerNow} + ${sql.raw(String(MAX_CLOCK_LEAD_MS))}`;

/**
 * What every change moves the clock on to; `?1` is the Worker's time. It is above every stamp there is, also after the
 * database moved to a machine whose time is behind. Where the database's time is unsound, NULL breaks the column's
 * constraint, and with it the whole transaction, of a change whose stamp counts; others go on without it.
 */
const nextStamp = (unsound: string) =>
  `iif(${NOW} <= ?1 + ${MAX_CLOCK_LEAD_MS}, max(last + 1, ${NOW}), ${unsound})`;
export const NEXT_STAMP = { stamped: nextStamp("null"), counted: nextStamp("last + 1") } as const;

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
