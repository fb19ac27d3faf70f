import { beforeAll, describe, expect, test } from "vitest";
import { isUserPubKey } from "../../src/keys/userPubKey";
import { counted } from "../counting";
import { fillTo } from "../seed";
import { bearer, freshIsolate, freshPubKey, rpc, tokenFor } from "../support";

const instanceId = freshPubKey(isUserPubKey);
const [userPubKey, newKey] = [freshPubKey(isUserPubKey), freshPubKey(isUserPubKey)];
const owner = { instanceId, contextId: "context", userId: "user 42" };
/** When the tenth and newest key of each user was set, and a date that lies between two older ones. */
const [NEWEST, OLDER] = [1_009_000, 1_004_500];

describe.each([1_000, 100_000, 1_000_000])("with %i entries in the history", (rows) => {
  let token: string;
  beforeAll(async () => {
    token = await tokenFor();
    await fillTo(rows, instanceId, userPubKey);
  }, 120_000);

  /** What a call costs an isolate that knows nothing. */
  async function costOf(method: string, params: object) {
    freshIsolate();
    const { DB, cost } = counted();
    const answer = await rpc(method, params, { setup: { env: { DB, PUBLIC_READ: "true" } } });
    expect([0, 80]).toContain(answer.error?.code ?? 0);
    return cost;
  }

  test.each([
    ["newest key", NEWEST, 2],
    ["present", Date.now(), 2],
    // One more tells that the key was replaced since, which is asked once.
    ["older key, asked for first", OLDER, 3],
    ["time before the first key", 5, 3],
  ])("verifyKey and getKeyAt find the %s", async (_what, date, rows) => {
    for (const userId of ["user 42", "user 43", "nobody"]) {
      const verified = await costOf("pki/verifyKey", { ...owner, userId, userPubKey, date });
      expect(verified.rowsRead).toBeLessThanOrEqual(rows);
      const found = await costOf("pki/getKeyAt", { ...owner, userId, contextId: "elsewhere", date });
      expect(found.rowsRead).toBeLessThanOrEqual(rows);
    }
  });

  test("getCurrentKey reads 2 rows, and a history of 10 reads 12 at most", async () => {
    expect((await costOf("pki/getKeyHistory", owner)).rowsRead).toBeLessThanOrEqual(12);
    expect((await costOf("pki/getCurrentKey", owner)).rowsRead).toBe(2);
  });

  test("setKey writes 4 rows: clock, entry, its index, and the audit row", async () => {
    const { DB, cost } = counted();
    const params = { ...owner, userId: `new user ${rows}`, userPubKey: newKey };
    await rpc("pkiAdmin/setKey", params, bearer(token, { env: { DB } }));
    expect(cost.rowsWritten).toBe(4);
  });
});
