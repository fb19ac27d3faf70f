import { createScheduledController } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test } from "vitest";
import worker from "../../src/index";
import { sweep } from "../../src/jobs/sweep";
import { SWEEP_CHUNK_ROWS, SWEEP_CHUNKS } from "../../src/limits";
import { counted } from "../counting";
import { logsOf } from "../logs";
import { emptyDatabase, sql } from "../seed";
import { ownerKey } from "../support";

const NOW = 1_000_000;
const run = (now = NOW, DB = env.DB) => sweep({ ...env, DB } as never, () => now);
const numbers =
  "(with recursive n(i) as (select 1 union all select i + 1 from n where i < ?1) select i from n)";

const addSessions = async (prefix: string, refreshExpires: number, n = 1) => {
  const { apiKeyId } = await ownerKey();
  const values = "'[]', 0, null, null, 1, 1, 0, ?3, 0";
  await sql(
    `insert into sessions select ?2 || i, ?4, null, ${values} from ${numbers}`,
    n,
    prefix,
    refreshExpires,
    apiKeyId,
  );
};
const addNonces = (prefix: string, expires: number, n = 1) =>
  sql(`insert into nonces select 'key', ?2 || i, 'owner', ?3 from ${numbers}`, n, prefix, expires);
const left = async () =>
  (await sql("select id from sessions union all select hash from nonces order by 1")).results.map(
    (r) => r.id,
  );

beforeEach(emptyDatabase);

describe("the cron", () => {
  test("removes what has expired, to the millisecond, and nothing else", async () => {
    await addSessions("expired", NOW);
    await addSessions("live", NOW + 1);
    await addNonces("spent", NOW);
    await addNonces("unspent", NOW + 1);
    await run();
    expect(await left()).toEqual(["live1", "unspent1"]);
  });

  test("works in chunks and stops after a bounded number of rows", async () => {
    const most = SWEEP_CHUNK_ROWS * SWEEP_CHUNKS;
    await addNonces("n", NOW, most + 1);
    const { DB, cost } = counted();
    const [line] = await logsOf(() => run(NOW, DB));
    expect(cost.trips).toBe(SWEEP_CHUNKS);
    expect(await left()).toHaveLength(1);
    expect(line).toMatchObject({ level: "info", event: "swept", nonces: most, sessions: 0 });
    await run();
    expect(await left()).toEqual([]);
  });

  test("costs one round trip where there is little to do", async () => {
    await addNonces("n", NOW, SWEEP_CHUNK_ROWS - 1);
    const { DB, cost } = counted();
    await run(NOW, DB);
    expect(cost.trips).toBe(1);
  });

  test("moves the clock on to the database's time, never back", async () => {
    const last = async () => (await sql("select last from clock")).results[0]?.last as number;
    const before = Date.now();
    await run(before);
    expect(await last()).toBeGreaterThanOrEqual(before);
    await sql("update clock set last = ?", before + 3_600_000);
    await run(before);
    expect(await last()).toBe(before + 3_600_000);
  });

  test("leaves the clock where the database's time is a minute ahead of the Worker's", async () => {
    await run(Date.now() - 61_000);
    expect((await sql("select last from clock")).results).toEqual([{ last: 0 }]);
  });

  test("is what the Worker does when it is scheduled", async () => {
    await addNonces("spent", 1);
    await worker.scheduled(createScheduledController(), env as never);
    expect(await left()).toEqual([]);
  });
});
