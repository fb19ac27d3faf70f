import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, test } from "vitest";
import { type Cost, counted } from "../counting";
import { freshIsolate, tokenFor } from "../support";
import { addKey, freshSshKey, makeUser, rest, type TestUser } from "./support";

/** Every statement that a request sends to the database, except those of lists, finds its rows by an index. */

let admin: string;
let joe: TestUser;
let keyId: string;

beforeAll(async () => {
  admin = await tokenFor();
});

const freshKey = async () => ({ name: "x", public_key: await freshSshKey() });
const named = async () => ({ username: joe.username });

async function registered() {
  const public_key = await freshSshKey();
  await addKey(joe.id, { public_key });
  return { public_key };
}

type Request = [string, string, (() => Promise<object>)?];
const REQUESTS: Request[] = [
  ["GET", "/role-store/api/v1/users/JOE/authorizedkeys"],
  ["GET", "/role-store/api/v1/users/JOE/authorizedkeys/KEY"],
  ["POST", "/role-store/api/v1/users/JOE/authorizedkeys", freshKey],
  ["PUT", "/role-store/api/v1/users/JOE/authorizedkeys/KEY", freshKey],
  ["POST", "/role-store/api/v1/authorizedkeys/resolve", registered],
  ["GET", "/role-store/api/v1/users/JOE"],
  ["GET", "/local-user-store/api/v1/users/JOE"],
  ["GET", "/local-user-store/api/v1/users?username=NAME"],
  ["PUT", "/local-user-store/api/v1/users/JOE", named],
  ["GET", "/ssh/authorized_keys/NAME"],
  ["DELETE", "/role-store/api/v1/users/JOE/authorizedkeys/KEY?compromised=true"],
  ["DELETE", "/local-user-store/api/v1/users/JOE"],
];

/** Sends the requests in order, about a fresh user with one key, and gives what each cost. */
async function traffic({ callerIsSeen }: { callerIsSeen: boolean }): Promise<Map<string, Cost>> {
  freshIsolate();
  await rest("GET", "/local-user-store/api/v1/users", { token: admin });
  joe = await makeUser();
  keyId = await addKey(joe.id);
  const costs = new Map<string, Cost>();
  for (const [method, path, body] of REQUESTS) {
    if (!callerIsSeen) freshIsolate();
    const target = path.replace("JOE", joe.id).replace("KEY", keyId).replace("NAME", joe.username);
    const sent = body && { body: await body() };
    const { DB, cost } = counted();
    const { status, text } = await rest(method, target, { token: admin, env: { DB }, ...sent });
    expect(status, text).toBeLessThan(300);
    costs.set(`${method} ${path}`, cost);
  }
  return costs;
}

/** A JSON list that was bound, rows made up on the spot, and the table of one row that a foreign key looks into. */
const HARMLESS = /^SCAN (given VIRTUAL TABLE|CONSTANT ROW|installation$)/;

test("no table is scanned", async () => {
  for (const [request, { asked }] of await traffic({ callerIsSeen: true })) {
    for (const { sql, args } of asked) {
      const plan = await env.DB.prepare(`explain query plan ${sql}`)
        .bind(...args)
        .all<{ detail: string }>();
      const scans = plan.results
        .map((r) => r.detail)
        .filter((d) => d.startsWith("SCAN") && !HARMLESS.test(d));
      expect(scans, `${request}: ${sql}`).toEqual([]);
    }
  }
});

describe("what a request costs", () => {
  const isRead = (request: string) => request.startsWith("GET") || request.includes("resolve");

  test("is one round trip for a read and two for a write", async () => {
    for (const [request, { trips }] of await traffic({ callerIsSeen: false })) {
      expect(trips, request).toBe(isRead(request) ? 1 : 2);
    }
  });

  test("is one round trip for a write too, where its caller was seen before", async () => {
    for (const [request, { trips }] of await traffic({ callerIsSeen: true })) {
      expect(trips, request).toBe(1);
    }
  });

  test("does not grow with what is stored: 10 and 5000 users with a key and a span each", async () => {
    const numbers =
      "(with recursive n(i) as (select ?1 union all select i + 1 from n where i < ?2) select i from n)";
    const fill = async (from: number, to: number) => {
      await env.DB.batch(
        [
          "insert into users (id, username, createDate) select 'u' || i, 'u' || i, 0",
          `insert into ssh_keys (id, userId, name, algorithm, publicKey, fingerprint, sourceAddress, createDate, author)
            select 'k' || i, 'u' || i, '', '', '', 'f' || i, '[]', 0, ''`,
          `insert into ssh_spans (keyId, userId, principal, algorithm, publicKey, fingerprint, startDate)
            select 'k' || i, 'u' || i, '', '', '', 'f' || i, 0`,
        ].map((insert) => env.DB.prepare(`${insert} from ${numbers}`).bind(from, to)),
      );
    };
    await fill(1, 10);
    const few = await traffic({ callerIsSeen: false });
    await fill(11, 5000);
    for (const [request, { asked, rowsRead }] of await traffic({ callerIsSeen: false })) {
      // Each search of an index also looks at the row behind its last hit, where there is one.
      const behind = asked.length;
      expect(rowsRead, request).toBeLessThanOrEqual((few.get(request)?.rowsRead ?? 0) + behind);
    }
  });
});
