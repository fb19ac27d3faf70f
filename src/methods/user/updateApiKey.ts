import * as z from "zod/mini";
import { parseMaxScope } from "../../auth/scope";
import { writeMethod } from "../../operation";
import { updateApiKey as update } from "../../store/apiKeyChanges";
import { API_KEY_ID } from "../examples";
import { apiKeyId, apiKeyName, maxScope, ok, targetUserId } from "../fields";
import { mayGive, scopeColumns } from "./giving";
import { refusalOf } from "./refusal";

const UNCHANGED = { maxScope: null, permissions: null, ipAddrs: null };

export const updateApiKey = writeMethod({
  name: "user/updateApiKey",
  summary: "Changes an API key's name, scope, or whether it works; disabling it ends its sessions",
  access: "user:write",
  changes: "credentials",
  params: z.strictObject({
    apiKeyId,
    name: z.optional(apiKeyName),
    enabled: z.optional(z.boolean().check(z.meta({ description: "Whether the API key works" }))),
    maxScope: z.optional(maxScope),
    userId: targetUserId,
  }),
  result: ok,
  errors: ["noApiKey", "accessDenied", "noUser"],
  example: {
    params: { apiKeyId: API_KEY_ID, name: "new name", enabled: true, maxScope: ["user:read"] },
    result: "OK",
  },
  async write(params, call) {
    const { caller, db, fail } = call;
    const scope = params.maxScope && parseMaxScope(params.maxScope);
    if (scope && !mayGive(caller, scope)) throw fail("insufficientScope");
    const change = {
      name: params.name ?? null,
      enabled: params.enabled === undefined ? null : Number(params.enabled),
      ...(scope ? scopeColumns(scope) : UNCHANGED),
    };
    const by = {
      // A token for one connection alone gives nothing, so it covers no key that it would switch on.
      callerPermissions: caller.connection ? 0 : caller.permissions,
      callerAddrs: caller.ipAddrs && JSON.stringify(caller.ipAddrs),
    };
    const outcome = await db.run(update(params.apiKeyId, params.userId ?? caller.userId, change, by));
    if (outcome !== "done") throw fail(refusalOf(outcome));
    return "OK" as const;
  },
});
