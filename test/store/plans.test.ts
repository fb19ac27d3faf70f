import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, test } from "vitest";
import { KEY_OWNER } from "../../src/methods/examples";
import type { Asked } from "../counting";
import { newPubKey, restoring, sql } from "../seed";
import { everyStatement } from "./traffic";

/** What may be read from end to end, and why. */
const BOUNDED_SCANS: Record<string, RegExp> = {
  "one row": /^SCAN (CONSTANT ROW|installation|head|one)$/,
  "its own result": /^SCAN \(subquery-\d+\)$/,
  "the users of one page": /^SCAN (o|owners)$/,
  "the arguments": /^SCAN (j|given|held) VIRTUAL TABLE/,
};
/** Lists that promise everything. */
const LISTS_ALL_HOSTS = /from "hosts" left join "host_urls" .* order by "hosts"\."hostPubKey" asc/;
/** Reads a bounded piece, as large as it may be. */
const READS_AUDIT_PIECE = /from "audit" where/;
/** As many users as a page holds; the method's own test counts its rows on a full page. */
const LISTS_A_PAGE = /with recursive owners/;
const LISTS_WHOLE_HISTORY = /from "key_history" .*"createDate" < \?\) order by/;

let statements: Asked[];

beforeAll(async () => {
  statements = [...(await everyStatement()).values()];
});

test("the traffic sends every kind of statement", () => {
  expect(statements.length).toBeGreaterThanOrEqual(45);
});

test("every statement finds its rows by an index", async () => {
  for (const { sql: text, args } of statements) {
    const plan = await env.DB.prepare(`explain query plan ${text}`)
      .bind(...args)
      .all<{ detail: string }>();
    const scans = plan.results
      .map((r) => r.detail)
      .filter(
        (d) => d.startsWith("SCAN") && !Object.values(BOUNDED_SCANS).some((bounded) => bounded.test(d)),
      );
    expect(scans, text).toEqual(LISTS_ALL_HOSTS.test(text) ? ["SCAN hosts"] : []);
  }
});

describe("rows read do not grow with what is stored", () => {
  const numbers =
    "(with recursive n(i) as (select 1 union all select i + 1 from n where i < ?1) select i from n)";
  const fill = (n: number) => async () => {
    const other = newPubKey();
    await sql(`insert into users (id, username, createDate) select 'u' || i, 'u' || i, 0 from ${numbers}`, n);
    await sql(
      `insert into api_keys select 'k' || i, 'u' || i, '', 'pem', null, '[]', 0, null, 1, 0 from ${numbers}`,
      n,
    );
    await sql(
      `insert into sessions select 's' || i, 'k' || i, null, '[]', 0, null, null, 1, 1, 9e15, 9e15, 0 from ${numbers}`,
      n,
    );
    await sql(`insert into nonces select 'k' || i, 'hash', 'owner', 9e15 from ${numbers}`, n);
    await sql(`insert into hosts select 'h' || i, 0 from ${numbers}`, n);
    await sql(`insert into host_urls select 'url' || i, 'h' || i, 0 from ${numbers}`, n);
    await restoring(async () => {
      const columns = "(instanceId, contextId, userId, createDate, userPubKey, entry)";
      const { instanceId, contextId, userId } = KEY_OWNER;
      const own = `insert into key_history ${columns} select ?2, ?3, ?4, i, ?5, i + 1 from ${numbers}`;
      await sql(own, n, instanceId, contextId, userId, other);
      await sql(
        `insert into key_history ${columns} select ?2, ?3, 'u' || i, i, ?4, 1 from ${numbers}`,
        n,
        instanceId,
        contextId,
        other,
      );
    });
  };

  test("at 10 and at 9,990 rows of each table", async () => {
    const few = await everyStatement(fill(10));
    const many = await everyStatement(fill(9_990));
    expect([...many.keys()]).toEqual([...few.keys()]);
    for (const [text, { rowsRead }] of many) {
      const lists = [LISTS_ALL_HOSTS, LISTS_WHOLE_HISTORY, LISTS_A_PAGE, READS_AUDIT_PIECE];
      if (lists.some((list) => list.test(text))) continue;
      expect(rowsRead, text).toBe(few.get(text)?.rowsRead);
    }
  });
});
