import * as z from "zod/mini";
import { readMethod } from "../../operation";
import { apiKeyFor } from "../../store/apiKeys";
import { API_KEY_ID } from "../examples";
import { apiKeyId, apiKeyInfo, targetUserId } from "../fields";
import { apiKeyInfoOf } from "./apiKeyInfo";

export const getApiKey = readMethod({
  name: "user/getApiKey",
  summary: "One of the user's API keys",
  access: "user:read",
  params: z.strictObject({ apiKeyId, userId: targetUserId }),
  result: z.strictObject({ apiKey: apiKeyInfo }),
  errors: ["noApiKey", "accessDenied", "noUser"],
  example: {
    params: { apiKeyId: API_KEY_ID },
    result: { apiKey: { apiKeyId: API_KEY_ID, name: "My ApiKey", enabled: true, maxScope: ["user:read"] } },
  },
  read: {
    query: ({ apiKeyId: id, userId }, by) => apiKeyFor({ userId, callerKeyId: by.apiKeyId }, id),
    async answer({ userId, key }, _params, { caller, config, fail }) {
      if (userId === undefined) throw fail("noUser");
      if (!key) throw fail("noApiKey");
      if (key.userId !== userId) throw fail("accessDenied");
      return { apiKey: await apiKeyInfoOf(key, caller, config.masters) };
    },
  },
});
