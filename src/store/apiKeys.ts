import { asc, eq } from "drizzle-orm";
import type { ApiKeyRow } from "../auth/apiKeyCheck";
import { type Query, query } from "./query";
import { apiKeys } from "./schema";
import { columns, statement } from "./statement";
import { bindTarget, type Target, type TargetArgs, targetUser, targetUserId } from "./targetUser";

/** Columns of an API key as its owner sees it, and what a check of its secret needs. */
export const apiKeyColumns = columns({
  apiKeyId: apiKeys.id,
  userId: apiKeys.userId,
  name: apiKeys.name,
  publicKey: apiKeys.publicKey,
  sealedSecret: apiKeys.sealedSecret,
  maxScope: apiKeys.maxScope,
  permissions: apiKeys.permissions,
  ipAddrs: apiKeys.ipAddrs,
  enabled: apiKeys.enabled,
});

export type StoredApiKey = ApiKeyRow & { readonly name: string };

const byId = statement<{ id: string }>()((db, $) =>
  db
    .select(apiKeyColumns)
    .from(apiKeys)
    .where(eq(apiKeys.id, $("id"))),
);

export const apiKey = (id: string): Query<StoredApiKey | undefined> => query([byId({ id })], ([row]) => row);

const keysOfTarget = statement<TargetArgs>()((db, $) =>
  db
    .select(apiKeyColumns)
    .from(apiKeys)
    .where(eq(apiKeys.userId, targetUserId($("userId"), $("callerKeyId"))))
    .orderBy(asc(apiKeys.createDate), asc(apiKeys.id)),
);

/** The user meant, undefined where there is none, and the keys of it. */
export function apiKeysOf(of: Target) {
  return query([targetUser(bindTarget(of)), keysOfTarget(bindTarget(of))], ([user], keys) => ({
    userId: user?.userId,
    keys,
  }));
}

/** The user meant and the key with that id, whoever's it is. */
export function apiKeyFor(of: Target, apiKeyId: string) {
  return query([targetUser(bindTarget(of)), byId({ id: apiKeyId })], ([user], [key]) => ({
    userId: user?.userId,
    key,
  }));
}
