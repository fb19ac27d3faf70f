import * as z from "zod/mini";
import { parseMaxScope } from "../../auth/scope";
import { sealSecret } from "../../auth/secrets";
import { randomApiKeyId } from "../../ids";
import { writeMethod } from "../../operation";
import { addApiKey as add } from "../../store/apiKeyChanges";
import { API_KEY_ID, SECRET } from "../examples";
import { apiKeyName, clientPubKey, clientSecret, maxScope, targetUserId } from "../fields";
import { mayGive, scopeColumns } from "./giving";

export const addApiKey = writeMethod({
  name: "user/addApiKey",
  summary: "Adds an API key that proves itself by a secret or an Ed25519 key; ten a user at most",
  access: "user:write",
  changes: "credentials",
  params: z.discriminatedUnion("type", [
    z.strictObject({
      type: z.literal("pubKey"),
      name: apiKeyName,
      clientPubKey,
      maxScope,
      userId: targetUserId,
    }),
    z.strictObject({
      type: z.literal("secret"),
      name: apiKeyName,
      clientSecret,
      maxScope,
      userId: targetUserId,
    }),
  ]),
  result: z.strictObject({ apiKeyId: z.string() }),
  errors: ["tooManyApiKeys", "noUser"],
  example: {
    params: { type: "secret", name: "My ApiKey", clientSecret: SECRET, maxScope: ["user:read"] },
    result: { apiKeyId: API_KEY_ID },
  },
  async write(params, { caller, config, db, random, now, fail }) {
    const scope = parseMaxScope(params.maxScope);
    if (!mayGive(caller, scope)) throw fail("insufficientScope");
    const id = randomApiKeyId(random);
    const proof =
      params.type === "pubKey"
        ? { publicKey: params.clientPubKey, sealedSecret: null }
        : {
            publicKey: null,
            sealedSecret: await sealSecret(config.masters, id, params.clientSecret, random),
          };
    const userId = params.userId ?? caller.userId;
    const key = { id, userId, name: params.name, ...proof, ...scopeColumns(scope), createDate: now() };
    const outcome = await db.run(add(key));
    if (outcome === "noUser") throw fail("noUser");
    if (outcome === "tooMany") throw fail("tooManyApiKeys");
    return { apiKeyId: id };
  },
});
