import * as z from "zod/mini";
import { readMethod } from "../../operation";
import { apiKeysOf } from "../../store/apiKeys";
import { API_KEY_ID } from "../examples";
import { apiKeyInfo, targetUserId } from "../fields";
import { apiKeyInfoOf } from "./apiKeyInfo";

export const listApiKeys = readMethod({
  name: "user/listApiKeys",
  summary: "The user's API keys, oldest first",
  access: "user:read",
  params: z.strictObject({ userId: targetUserId }),
  result: z.strictObject({ list: z.array(apiKeyInfo) }),
  errors: ["noUser"],
  example: {
    params: {},
    result: { list: [{ apiKeyId: API_KEY_ID, name: "My ApiKey", enabled: true, maxScope: ["user:read"] }] },
  },
  read: {
    query: ({ userId }, by) => apiKeysOf({ userId, callerKeyId: by.apiKeyId }),
    async answer({ userId, keys }, _params, { caller, config, fail }) {
      if (userId === undefined) throw fail("noUser");
      return { list: await Promise.all(keys.map((key) => apiKeyInfoOf(key, caller, config.masters))) };
    },
  },
});
