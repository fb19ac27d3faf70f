import * as z from "zod/mini";
import { ALL_PERMISSIONS, SCOPE_NAMES } from "../../auth/scope";
import { equalSecrets, sealSecret } from "../../auth/secrets";
import { randomApiKeyId, randomSecret, randomUuid } from "../../ids";
import { writeMethod } from "../../operation";
import { createFirstApiKey as create, isInstalled } from "../../store/installation";
import { API_KEY_ID, SECRET } from "../examples";
import { apiKeyName, opaque } from "../fields";

const OWNER_NAME = "owner";

export const createFirstApiKey = writeMethod({
  name: "auth/createFirstApiKey",
  summary:
    "Makes the first API key, with every scope, for whoever knows the initialization token; works once",
  access: "everyone",
  changes: "credentials",
  checksSecret: true,
  params: z.strictObject({
    initializationToken: opaque(1, 1024, "The secret PMX_INITIALIZATION_TOKEN"),
    name: apiKeyName,
  }),
  result: z.strictObject({ apiKeyId: z.string(), apiKeySecret: z.string() }),
  errors: ["firstKeyExists", "invalidInitToken"],
  example: {
    params: { initializationToken: "some_secret_token", name: "name_for_api_key" },
    result: { apiKeyId: API_KEY_ID, apiKeySecret: SECRET },
  },
  async write({ initializationToken, name }, call) {
    const { db, config, random, now, fail } = call;
    if (await db.run(isInstalled())) throw fail("firstKeyExists");
    const expected = config.initializationToken;
    if (expected === undefined || !(await equalSecrets(config.masters, expected, initializationToken))) {
      throw fail("invalidInitToken");
    }
    const apiKeyId = randomApiKeyId(random);
    const apiKeySecret = randomSecret(random);
    const made = await db.run(
      create({
        apiKeyId,
        userId: randomUuid(random),
        username: OWNER_NAME,
        name,
        sealedSecret: await sealSecret(config.masters, apiKeyId, apiKeySecret, random),
        maxScope: JSON.stringify(SCOPE_NAMES),
        permissions: ALL_PERMISSIONS,
        createDate: now(),
      }),
    );
    if (!made) throw fail("firstKeyExists");
    return { apiKeyId, apiKeySecret };
  },
});
