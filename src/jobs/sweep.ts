import { configure, type Env } from "../config";
import { Failure } from "../errors";
import { SWEEP_CHUNK_ROWS, SWEEP_CHUNKS } from "../limits";
import { Log } from "../log";
import { Database } from "../store/database";
import { sweepChunk } from "../store/sweep";

/** What the cron does each minute: moves the clock on and removes what has expired, a bounded number of rows a run. */
export async function sweep(env: Env, now: () => number): Promise<void> {
  const { auditRetentionMs } = await configure(env);
  const log = new Log(crypto.randomUUID());
  try {
    log.info("swept", await sweepChunks(Database.open(env.DB, log, now), now, auditRetentionMs));
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    log.warn("not swept", { reason: error.reason });
  }
}

async function sweepChunks(db: Database, now: () => number, auditRetentionMs: number) {
  const gone = { sessions: 0, nonces: 0, codes: 0 };
  for (let n = 0; n < SWEEP_CHUNKS; n++) {
    const chunk = await db.run(sweepChunk(now(), auditRetentionMs));
    gone.sessions += chunk.sessions;
    gone.nonces += chunk.nonces;
    gone.codes += chunk.codes;
    if (Math.max(chunk.sessions, chunk.nonces, chunk.codes) < SWEEP_CHUNK_ROWS) break;
  }
  return gone;
}
