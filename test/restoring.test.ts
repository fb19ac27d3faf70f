import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { sweep } from "../src/jobs/sweep";
import { isUserPubKey } from "../src/keys/userPubKey";
import { basicHeader } from "./signing";
import { bearer, call, freshPubKey, ownerKey, post, send, tokenFor } from "./support";

/** While `restoring` is set, nothing is read from half a directory and nothing is written into it. */

const setRestoring = (value: 0 | 1) => env.DB.prepare("update clock set restoring = ?1").bind(value).run();
const body = (method: string, params: object) => ({ jsonrpc: "2.0", id: 1, method, params });

let token: string;
let key: { instanceId: string; contextId: string; userId: string; userPubKey: string };

beforeEach(async () => {
  token = await tokenFor("pki:read", "pki:write");
  key = {
    instanceId: freshPubKey(isUserPubKey),
    contextId: "context",
    userId: "user",
    userPubKey: freshPubKey(isUserPubKey),
  };
  await setRestoring(1);
});
afterEach(() => setRestoring(0));

describe("a deployment that is being restored", () => {
  it("answers a read with 503 and no result", async () => {
    const question = body("pki/getCurrentKey", {
      instanceId: key.instanceId,
      contextId: "context",
      userId: "user",
    });
    for (const setup of [{}, { env: { PUBLIC_READ: "true" } }]) {
      const credential = setup.env ? { setup } : bearer(token);
      const answer = await post(question, credential);
      expect(answer.status).toBe(503);
      expect(await answer.json()).toEqual({
        jsonrpc: "2.0",
        id: null,
        error: { code: 503, message: "Service Unavailable" },
      });
    }
  });

  it("answers no batch, also where a question in it needs no row", async () => {
    await setRestoring(0);
    const { apiKeyId, apiKeySecret } = await ownerKey();
    await setRestoring(1);
    const headers = { authorization: basicHeader(apiKeyId, apiKeySecret) };
    const unsound = { ...key, userId: "x", date: 1 };
    const { userPubKey: _, ...owner } = key;
    const batch = [body("pki/verifyKeys", { keys: [unsound] }), body("pki/getCurrentKey", owner)];
    expect((await post(batch, { headers })).status).toBe(503);
    expect((await post(batch[0], { headers })).status).toBe(503);
  });

  it("refuses a write, which leaves no trace", async () => {
    expect((await post(body("pkiAdmin/setKey", key), bearer(token))).status).toBe(503);
    await setRestoring(0);
    const { userPubKey: _, ...owner } = key;
    expect(await call("pki/getKeyHistory", owner, bearer(token))).toEqual([]);
  });

  it("logs nobody in", async () => {
    const { apiKeyId, apiKeySecret } = await ownerKey();
    const params = {
      grantType: "client_credentials",
      clientId: apiKeyId,
      clientSecret: apiKeySecret,
      scope: [],
    };
    expect((await post(body("auth/token", params))).status).toBe(503);
  });

  it("is alive, but not ready", async () => {
    expect((await send("/health")).status).toBe(200);
    expect(await (await send("/ready")).json()).toEqual({ status: "not ready", failed: ["database"] });
  });

  it("leaves the clock as the restore set it", async () => {
    const last = () => env.DB.prepare("select last from clock").first("last");
    const before = await last();
    await sweep(env as never, Date.now);
    expect(await last()).toBe(before);
  });
});
