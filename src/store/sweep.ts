import { eq, getTableName, sql } from "drizzle-orm";
import { REFRESH_TOKEN_MS, SWEEP_CHUNK_ROWS } from "../limits";
import { auditSweep } from "./audit";
import { audit } from "./auditSchema";
import { heartbeat } from "./clock";
import { type Query, query } from "./query";
import { clock, keyHistory, nonces, oauthCodes, rowCounts, sessions } from "./schema";
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

/** Codes stay as long as the session they gave may, so that a second use still finds it. */
const sweepCodes = statement<{ now: number }>()((db, $) =>
  db
    .delete(oauthCodes)
    .where(
      sql`${oauthCodes.hash} in (select c.hash from oauth_codes c
        where c.expires <= ${$("now")} - ${sql.raw(String(REFRESH_TOKEN_MS))} order by c.expires limit ${chunk})`,
    )
    .returning(columns({ hash: oauthCodes.hash })),
);

const noteSweep = statement<{ now: number }>()((db, $) =>
  db
    .update(clock)
    .set({ sweptAt: sql`${$("now")}` })
    .where(eq(clock.id, 1)),
);

/** Counts the rows stamped since the last count, up to the clock, which every later stamp is above. */
const countStamped = (
  table: typeof keyHistory | typeof audit,
  stamp: typeof keyHistory.createDate | typeof audit.stamp,
) =>
  statement()((db) =>
    db
      .update(rowCounts)
      .set({
        rows: sql`${rowCounts.rows} + (select count(*) from ${table}, ${clock} where ${clock.id} = 1
          and ${stamp} > ${rowCounts.countedTo} and ${stamp} <= ${clock.last})`,
        countedTo: sql`(select ${clock.last} from ${clock} where ${clock.id} = 1)`,
      })
      .where(eq(rowCounts.tableName, getTableName(table))),
  );
const countHistory = countStamped(keyHistory, keyHistory.createDate);
const countAudit = countStamped(audit, audit.stamp);

export interface Swept {
  readonly sessions: number;
  readonly nonces: number;
  readonly codes: number;
}

/** Moves the clock on, removes a chunk of what has expired, counts what was added and notes when; gives how many rows went. All times in ms. */
export const sweepChunk = (now: number, auditRetentionMs: number): Query<Swept> =>
  query(
    [
      heartbeat({ now }),
      sweepSessions({ now }),
      sweepNonces({ now }),
      sweepCodes({ now }),
      noteSweep({ now }),
      countHistory({}),
      countAudit({}),
      ...auditSweep(now, auditRetentionMs),
    ],
    (_clock, gone, spent, codes) => ({ sessions: gone.length, nonces: spent.length, codes: codes.length }),
  );
