import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, test } from "vitest";
import { tokenFor } from "../support";
import { addKey, freshSshKey, makeUser, rest, type TestUser } from "./support";

/** Every statement that a request sends to the database, except those of lists, finds its rows by an index. */

let admin: string;
let joe: TestUser;
let keyId: string;

beforeAll(async () => {
  admin = await tokenFor();
  joe = await makeUser(["ssh:self"], "joe");
  keyId = await addKey(joe.id);
});

/** What `EXPLAIN QUERY PLAN` says of each statement that the request sends. */
async function plansOf(method: string, path: string, options: Parameters<typeof rest>[2]): Promise<string[]> {
  const texts = new Set<string>();
  const DB = {
    withSession(start: string) {
      const session = env.DB.withSession(start);
      return {
        prepare(text: string) {
          texts.add(text);
          return session.prepare(text);
        },
        batch: (statements: D1PreparedStatement[]) => session.batch(statements),
        getBookmark: () => session.getBookmark(),
      };
    },
  } as unknown as D1Database;
  const { status, text } = await rest(method, path, { ...options, env: { DB } });
  expect(status, text).toBeLessThan(400);
  const plans: string[] = [];
  for (const sql of texts) {
    const bound = Array((sql.match(/\?/g) ?? []).length).fill("[]");
    const { results } = await env.DB.prepare(`explain query plan ${sql}`)
      .bind(...bound)
      .all<{ detail: string }>();
    plans.push(...results.map((r) => r.detail));
  }
  return plans;
}

/** A JSON list that was bound, rows made up on the spot, and the table of one row that a foreign key looks into. */
const HARMLESS = /^SCAN (given VIRTUAL TABLE|CONSTANT ROW|installation$)/;

const freshKey = async () => ({ name: "x", public_key: await freshSshKey() });
const namedJoe = async () => ({ username: "joe" });

async function registered() {
  const public_key = await freshSshKey();
  await addKey(joe.id, { public_key });
  return { public_key };
}

describe("no table is scanned", () => {
  test.each([
    ["GET", "/role-store/api/v1/users/JOE/authorizedkeys", undefined],
    ["GET", "/role-store/api/v1/users/JOE/authorizedkeys/KEY", undefined],
    ["POST", "/role-store/api/v1/users/JOE/authorizedkeys", freshKey],
    ["PUT", "/role-store/api/v1/users/JOE/authorizedkeys/KEY", freshKey],
    ["POST", "/role-store/api/v1/authorizedkeys/resolve", registered],
    ["GET", "/role-store/api/v1/users/JOE", undefined],
    ["GET", "/local-user-store/api/v1/users/JOE", undefined],
    ["GET", "/local-user-store/api/v1/users?username=joe", undefined],
    ["PUT", "/local-user-store/api/v1/users/JOE", namedJoe],
    ["GET", "/ssh/authorized_keys/joe", undefined],
    ["DELETE", "/role-store/api/v1/users/JOE/authorizedkeys/KEY?compromised=true", undefined],
    ["DELETE", "/local-user-store/api/v1/users/JOE", undefined],
  ])("%s %s", async (method, path, body) => {
    const target = path.replace("JOE", joe.id).replace("KEY", keyId);
    const plans = await plansOf(method, target, { token: admin, ...(body && { body: await body() }) });
    expect(plans.length).toBeGreaterThan(0);
    expect(plans.filter((detail) => detail.startsWith("SCAN") && !HARMLESS.test(detail))).toEqual([]);
  });
});
