import { env } from "cloudflare:workers";
import type { KeyOwner } from "../src/finality/history";
import { freshIsolate } from "./support";

/** Runs SQL past the Worker, with the triggers of history lifted, and begins an epoch as every rewriting of history must. */
export async function rewriteHistory(sql: string, ...args: unknown[]): Promise<void> {
  await env.DB.batch([
    env.DB.prepare("update clock set restoring = 1"),
    env.DB.prepare(sql).bind(...args),
    env.DB.prepare(`update clock set restoring = 0, epoch = lower(hex(randomblob(16))),
      last = max(last + 1, (select coalesce(max(createDate), 0) from key_history))`),
  ]);
  freshIsolate();
}

/** Gives the owner these entries, oldest first, instead of any it had. */
export async function seedHistory(
  { instanceId, contextId, userId }: KeyOwner,
  entries: readonly (readonly [number, string | null])[],
): Promise<void> {
  await rewriteHistory(
    `insert into key_history (instanceId, contextId, userId, createDate, userPubKey, entry)
      select ?1, ?2, ?3, value->>0, value->>1, key + 1 from json_each(?4)`,
    ...[instanceId, contextId, userId, JSON.stringify(entries)],
  );
}

/** Fills the directory up to `rows` entries: users of one context, ten keys each, set a second apart. */
export async function fillTo(rows: number, instanceId: string, userPubKey: string): Promise<void> {
  await rewriteHistory(
    `insert into key_history (instanceId, contextId, userId, createDate, userPubKey, entry)
      with recursive n(i) as (select (select count(*) from key_history) union all select i + 1 from n where i + 1 < ?3)
      select ?1, 'context', 'user ' || (i / 10), 1000000 + (i % 10) * 1000, iif(i % 2, ?2, null), i % 10 + 1 from n`,
    ...[instanceId, userPubKey, rows],
  );
}
