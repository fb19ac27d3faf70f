import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test } from "vitest";
import type { KeyOwner } from "../../src/finality/history";
import { KnownHistories } from "../../src/finality/knownHistories";
import { Log } from "../../src/log";
import { Database } from "../../src/store/database";
import { changesSince } from "../../src/store/keyChanges";
import { verifyClaims } from "../../src/store/keyClaims";
import { entryAt } from "../../src/store/keyReading";
import { all } from "../../src/store/query";
import { Random } from "../finality/random";
import { readChanges, readEntry, type State, truth } from "../finality/storage";
import { restoring, sql } from "../seed";

/** The schedules of test/finality speak of a model of the database: here the real one answers the same. */

const OWNERS = ["ann", "bob", "cid", "nobody"].map(
  (userId): KeyOwner => ({ instanceId: "instance", contextId: "context", userId }),
);
const MODES = ["newest first", "replaced"] as const;

const db = () => Database.open(env.DB, new Log("test"), Date.now);

/** Writes random histories of three owners and gives the state that the database is in then. */
async function fill(random: Random): Promise<State> {
  const entries = OWNERS.slice(0, 3).flatMap((owner) => {
    const dates = Array.from({ length: random.between(0, 5) }, () => random.between(1, 60));
    return [...new Set(dates)]
      .sort((a, b) => a - b)
      .map((createDate) => ({ ...owner, createDate, userPubKey: random.pick(["key 1", "key 2", null]) }));
  });
  await restoring(() => sql("delete from key_history"));
  await restoring(() =>
    sql(
      `insert into key_history select value->>'instanceId', value->>'contextId', value->>'userId', value->>'createDate',
      value->>'userPubKey', row_number() over (partition by value->>'userId' order by key) from json_each(?1)`,
      JSON.stringify(entries),
    ),
  );
  const clock = await env.DB.prepare("select last, epoch from clock").first<{
    last: number;
    epoch: string;
  }>();
  return { ...(clock as { last: number; epoch: string }), era: 0, entries };
}

describe.each([1, 2, 3, 4, 5])("random histories %i", (seed) => {
  const random = new Random(seed);
  let state: State;
  beforeEach(async () => {
    state = await fill(random);
  });

  const asked = () => ({ owner: random.pick(OWNERS), date: random.between(0, 70) });

  test("an entry asked for alone, first the newest and then as one that was replaced", async () => {
    for (const mode of MODES) {
      for (let n = 0; n < 20; n++) {
        const { owner, date } = asked();
        const reading = await db().run(entryAt(owner, date, mode === "replaced"));
        expect(reading).toEqual(readEntry(state, owner, date, mode));
      }
    }
  });

  test("entries asked for in a batch", async () => {
    const items = Array.from({ length: 40 }, asked);
    const answers = await db().run(
      all(items.map(({ owner, date }) => entryAt(owner, date, random.chance(0.5)))),
    );
    for (const [i, { owner, date }] of items.entries()) {
      expect(answers[i]?.()).toEqual(readEntry(state, owner, date, "batch"));
    }
  });

  test("claims with and without a tolerance; a date in the future means now", async () => {
    for (const tolerance of [0, 1, 15]) {
      const now = 50;
      const claims = Array.from({ length: 60 }, () => {
        const { owner, date } = asked();
        return { ...owner, date, userPubKey: random.pick(["key 1", "key 2"]) };
      });
      const { valid, readings } = await db().run(verifyClaims(claims, tolerance, now));
      const memory = new KnownHistories();
      for (const { owner, learned } of readings) {
        if (!learned) continue;
        const { entry, until } = learned.fact;
        expect(truth(state, owner, entry.createDate, until)).toEqual([entry]);
        memory.learn(owner, learned.fact, learned.snapshot, now);
      }
      for (const [i, claim] of claims.entries()) {
        const date = Math.min(claim.date, Math.max(now, state.last));
        const window = [Math.max(0, date - tolerance), date + tolerance] as const;
        const entries = truth(state, claim, ...window);
        expect(valid[i]).toBe(entries.some((e) => e.userPubKey === claim.userPubKey));
        const known = memory.find(claim, ...window, now);
        if (window[1] > state.last) expect(known).toBeUndefined();
        else if (known || entries.length <= 2) expect(known).toEqual(entries);
      }
    }
  });

  test("all changes beyond a stamp", async () => {
    for (let since = 0; since < 70; since += 7) {
      const { snapshot, entries, truncated } = readChanges(state, since, 1_000);
      const changes = await db().run(changesSince(since));
      expect({ snapshot: changes.snapshot, truncated: changes.truncated }).toEqual({ snapshot, truncated });
      expect(new Set(changes.entries)).toEqual(new Set(entries));
    }
  });
});

test("while history is being rewritten nothing is read that could be kept", async () => {
  await env.DB.prepare("update clock set restoring = 1").run();
  const reading = db().run(entryAt(OWNERS[0] as KeyOwner, 5, false));
  const changes = db().run(changesSince(0));
  await expect(reading).rejects.toMatchObject({ error: "unavailable" });
  await expect(changes).rejects.toMatchObject({ error: "unavailable" });
  await env.DB.prepare("update clock set restoring = 0").run();
});

test("more than 1,000 changes are too many to follow", async () => {
  await restoring(() =>
    sql(`insert into key_history with recursive n(i) as (select 1 union all select i + 1 from n where i < 1001)
    select 'instance', 'context', 'user ' || i, 1000000 + i, 'key', 1 from n`),
  );
  const { entries, truncated } = await db().run(changesSince(1_000_000));
  expect({ count: entries.length, truncated }).toEqual({ count: 1_000, truncated: true });
  expect((await db().run(changesSince(1_000_001))).truncated).toBe(false);
});
