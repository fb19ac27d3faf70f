import { env } from "cloudflare:workers";
import { sweep } from "../../src/jobs/sweep";
import { Log } from "../../src/log";
import { METHODS } from "../../src/methods";
import { KEY_OWNER, USER_PUB_KEY } from "../../src/methods/examples";
import type { Operation } from "../../src/operation";
import { Database } from "../../src/store/database";
import { endSessionsOfConnection } from "../../src/store/sessionChanges";
import { hasSessions } from "../../src/store/sessions";
import { type Asked, counted } from "../counting";
import { emptyDatabase, exampleParams, seedExamples } from "../seed";
import { pmxHeader, secretKey, signedLogin } from "../signing";
import { bearer, call, INITIALIZATION_TOKEN, login, post, rpc, tokenFor } from "../support";

/**
 * Every statement that the Worker sends, each as it was sent last: all methods, grants, the end of a socket and the cron, on a database that
 * holds the examples and what `more` adds.
 */
export async function everyStatement(
  more: () => Promise<unknown> = async () => {},
): Promise<Map<string, Asked>> {
  await emptyDatabase();
  const { DB, cost } = counted();
  const setup = { env: { DB, READ_AUTH_CACHE_SECONDS: "0" } };
  await call(
    "auth/createFirstApiKey",
    { initializationToken: INITIALIZATION_TOKEN, name: "first" },
    { setup },
  );
  await emptyDatabase();
  await seedExamples();
  await more();
  const token = await tokenFor();
  for (const method of METHODS as readonly Operation[]) {
    await rpc(method.name, await exampleParams(method), bearer(token, setup));
  }
  const key = await secretKey();
  await call("auth/token", await signedLogin(key), { setup });
  await rpc("auth/token", await signedLogin(key, { scope: ["user:read"] }), { setup });
  const { refreshToken } = await login(["session:named"]);
  for (let n = 0; n < 2; n++)
    await rpc("auth/token", { grantType: "refresh_token", refreshToken }, { setup });
  await rpc("pki/getHost", { hostUrl: "https://none.example.com" }, bearer(token, setup));
  const claim = { ...KEY_OWNER, userPubKey: USER_PUB_KEY, date: 1 };
  const batch = [1, 2].map((id) => ({ jsonrpc: "2.0", id, method: "pki/verifyKey", params: claim }));
  const authorization = await pmxHeader(key, JSON.stringify(batch));
  await post(batch, { headers: { authorization }, setup });
  const actor = { method: "websocket.close", requestId: "traffic", address: "" };
  const db = Database.open(DB, new Log("traffic"), Date.now).actingAs(actor);
  await db.run(hasSessions("a socket"));
  await db.run(endSessionsOfConnection("a socket"));
  for (const [date, later] of [
    [1, 0],
    [1, 0],
    [9e15, 2_000],
    [9e15, 20_000],
  ] as const) {
    const runtime = { now: () => Date.now() + later };
    await rpc("pki/verifyKey", { ...claim, date }, { setup: { env: { DB, PUBLIC_READ: "true" }, runtime } });
  }
  await sweep({ ...env, DB } as never, Date.now);
  return new Map(cost.asked.map((a) => [a.sql, a]));
}
