import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test } from "vitest";
import { deriveMaster } from "../../src/auth/master";
import { world } from "../../src/context";
import { reseal } from "../../src/jobs/reseal";
import { RESEAL_CHUNK_ROWS } from "../../src/limits";
import { expectInvariants } from "../invariants";
import { logsOf } from "../logs";
import { emptyDatabase, sql } from "../seed";
import { pmxHeader, secretKey, signedLogin } from "../signing";
import { bearer, call, code, login, loginWith, ownerKey, post } from "../support";

/** Walks through the rotation of the master secret as docs/storage.md tells it. */

const NEW_SECRET = btoa("a new master secret of 32 bytes!!");
const rotating = { env: { MASTER_SECRET: NEW_SECRET, MASTER_SECRET_PREVIOUS: env.MASTER_SECRET } };
const finished = { env: { MASTER_SECRET: NEW_SECRET } };

const cron = (setup: object) => reseal({ ...env, ...setup } as never, world);

/** How many secrets are sealed under the master, by the query that the document gives. */
async function sealedUnder(secret: string): Promise<number> {
  const { id } = await deriveMaster(secret);
  const like = `select count(*) as n from api_keys where sealedSecret like '${id}.%'`;
  return (await sql(like)).results[0]?.n as number;
}

beforeEach(emptyDatabase);

describe("the rotation of the master secret", () => {
  test("loses nothing and logs nobody out", async () => {
    const key = await secretKey(["pki:read", "user:read"]);
    const before = await loginWith(key, []);
    const listed = async (token: string, setup: object) =>
      (await code("user/listApiKeys", {}, bearer(token, setup))) === 0;

    // Step 1: both are set.
    expect(await listed(before.accessToken, rotating)).toBe(true);
    expect(await sealedUnder(env.MASTER_SECRET)).toBe(2);

    // Step 2: the cron.
    await cron(rotating.env);
    expect([await sealedUnder(env.MASTER_SECRET), await sealedUnder(NEW_SECRET)]).toEqual([0, 2]);
    expect(await listed(before.accessToken, rotating)).toBe(true);

    // Step 3: who is logged in refreshes.
    const refresh = { grantType: "refresh_token", refreshToken: before.refreshToken };
    const after = await call("auth/token", refresh, { setup: rotating });

    // Step 4: the old one is gone.
    expect(await listed(after.accessToken, finished)).toBe(true);
    const again = await call(
      "auth/token",
      { grantType: "refresh_token", refreshToken: after.refreshToken },
      { setup: finished },
    );
    expect(await listed(again.accessToken, finished)).toBe(true);
    expect(await listed((await loginWith(key, [], finished)).accessToken, finished)).toBe(true);
    expect(await code("auth/token", await signedLogin(key), { setup: finished })).toBe(0);
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "user/listApiKeys" });
    const headers = { authorization: await pmxHeader(key, body) };
    expect(await (await post(body, { headers, setup: finished })).json()).toHaveProperty("result");
    const owner = bearer((await login([], finished)).accessToken, finished);
    const { apiKey } = await call("user/getApiKey", { apiKeyId: key.apiKeyId }, owner);
    expect(apiKey.clientSecret).toBe(key.apiKeySecret);
    await expectInvariants();
  });

  test("cut short, takes what was not renewed; the old secret brings it back", async () => {
    const key = await secretKey(["pki:read"]);
    const { accessToken, refreshToken } = await loginWith(key, []);
    const params = {
      grantType: "client_credentials",
      clientId: key.apiKeyId,
      clientSecret: key.apiKeySecret,
    };
    const refresh = { grantType: "refresh_token", refreshToken };
    const codes = async (setup: object) => [
      await code("pkiAdmin/listHosts", {}, bearer(accessToken, setup)),
      await code("auth/token", { ...params, scope: [] }, { setup }),
      await code("auth/token", refresh, { setup }),
    ];
    expect(await codes(finished)).toEqual([14, -32603, 76]);
    expect(await codes(rotating)).toEqual([0, 0, 0]);
  });
});

describe("sealing anew", () => {
  test("happens only while there is a previous master secret, and leaves no audit entry", async () => {
    await ownerKey();
    const audited = async () => (await sql("select count(*) as n from audit")).results[0]?.n;
    const before = await audited();
    await cron({});
    await cron(finished.env);
    expect(await sealedUnder(env.MASTER_SECRET)).toBe(1);
    await cron(rotating.env);
    expect([await sealedUnder(NEW_SECRET), await audited()]).toEqual([1, before]);
  });

  test("goes on after a secret that does not open, and says which", async () => {
    const key = await secretKey();
    const { apiKeyId } = await ownerKey();
    await sql("update api_keys set sealedSecret = substr(sealedSecret, 1, 40) where id = ?1", key.apiKeyId);
    const lines = await logsOf(() => cron(rotating.env));
    expect(lines).toMatchObject([
      { level: "error", event: "API key secret does not open", apiKeyId: key.apiKeyId },
      { event: "resealed", count: 1 },
    ]);
    const [row] = (await sql("select sealedSecret from api_keys where id = ?1", apiKeyId)).results;
    expect(row?.sealedSecret).toMatch(`${(await deriveMaster(NEW_SECRET)).id}.`);
  });

  test("takes a bounded number a run", async () => {
    const { id } = await deriveMaster(env.MASTER_SECRET);
    await sql(
      "insert into users (id, username, createDate) select 'u' || value, 'u' || value, 0 from json_each(?1)",
      ids,
    );
    await sql(
      `insert into api_keys (id, userId, name, sealedSecret, maxScope, permissions, enabled, createDate)
       select 'k' || value, 'u' || value, '', ?2 || '.x', '[]', 0, 1, 0 from json_each(?1)`,
      ids,
      id,
    );
    const lines = await logsOf(() => cron(rotating.env));
    expect(lines).toHaveLength(RESEAL_CHUNK_ROWS);
  });
});

const ids = JSON.stringify(Array.from({ length: RESEAL_CHUNK_ROWS + 1 }, (_, i) => i));
