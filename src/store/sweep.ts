import { sql } from "drizzle-orm";
import { SWEEP_CHUNK_ROWS } from "../limits";
import { heartbeat } from "./clock";
import { type Query, query } from "./query";
import { nonces, sessions } from "./schema";
import { columns, statement } from "./statement";

const chunk = sql.raw(String(SWEEP_CHUNK_ROWS));

const sweepSessions = statement<{ now: number }>()((db, $) =>
  db
    .delete(sessions)
    .where(
      sql`${sessions.id} in (select s.id from sessions s where s.refreshExpires <= ${$("now")}
        order by s.refreshExpires limit ${chunk})`,
    )
    .returning(columns({ id: sessions.id })),
);

const sweepNonces = statement<{ now: number }>()((db, $) =>
  db
    .delete(nonces)
    .where(
      sql`(${nonces.apiKeyId}, ${nonces.hash}) in (select n.apiKeyId, n.hash from nonces n
        where n.expires <= ${$("now")} order by n.expires limit ${chunk})`,
    )
    .returning(columns({ hash: nonces.hash })),
);

/** Moves the clock on and removes a chunk of what has expired; gives how many rows went. */
export const sweepChunk = (now: number): Query<{ sessions: number; nonces: number }> =>
  query([heartbeat({ now }), sweepSessions({ now }), sweepNonces({ now })], (_clock, gone, spent) => ({
    sessions: gone.length,
    nonces: spent.length,
  }));
