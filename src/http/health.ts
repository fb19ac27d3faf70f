import journal from "../../migrations/meta/_journal.json";
import { configure, type Env } from "../config";
import { describeError, type Log } from "../log";
import { json, type Reply } from "./reply";

/** `GET /health`: the process answers. */
export const health = (): Reply => json({ status: "ok" });

const LAST_MIGRATION = `${journal.entries.at(-1)?.tag}.sql`;

/** `GET /ready`: secrets are there, D1 and KV answer, and the newest migration is applied, and no restore is under way; else 503 with what is not. */
export async function ready(env: Env, log: Log): Promise<Reply> {
  const checks = {
    secrets: configure(env),
    database: migrated(env),
    kv: env.KV.get("ready"),
  };
  const results = await Promise.allSettled(Object.values(checks));
  const failed = Object.keys(checks).filter((_, i) => results[i]?.status === "rejected");
  for (const [i, name] of Object.keys(checks).entries()) {
    const result = results[i];
    if (result?.status === "rejected")
      log.error("not ready", { check: name, error: describeError(result.reason) });
  }
  if (failed.length === 0) return json({ status: "ready" });
  return json({ status: "not ready", failed }, 503);
}

async function migrated(env: Env): Promise<void> {
  const row = await env.DB.prepare(
    "select restoring from clock where id = 1 and exists (select 1 from d1_migrations where name = ?1)",
  )
    .bind(LAST_MIGRATION)
    .first<{ restoring: number }>();
  if (!row) throw new Error(`migration ${LAST_MIGRATION} is not applied`);
  if (row.restoring) throw new Error("the directory is being restored");
}
