import { and, eq, sql } from "drizzle-orm";
import { PERMISSIONS } from "../auth/scope";
import { MAX_API_KEYS } from "../limits";
import { countedChange, type Query } from "./query";
import { apiKeys, installation, sessions, users } from "./schema";
import { columns, statement } from "./statement";
import { targetUser } from "./targetUser";

const insertKey = statement<{
  id: string;
  userId: string;
  name: string;
  publicKey: string | null;
  sealedSecret: string | null;
  maxScope: string;
  permissions: number;
  ipAddrs: string | null;
  createDate: number;
}>()((db, $) =>
  db
    .insert(apiKeys)
    .select(
      sql`select ${$("id")}, ${users.id}, ${$("name")}, ${$("publicKey")}, ${$("sealedSecret")}, ${$("maxScope")},
        ${$("permissions")}, ${$("ipAddrs")}, 1, ${$("createDate")}
      from ${users} where ${users.id} = ${$("userId")}
        and (select count(*) from ${apiKeys} where ${apiKeys.userId} = ${$("userId")}) < ${sql.raw(String(MAX_API_KEYS))}`,
    )
    .returning(columns({ apiKeyId: apiKeys.id })),
);

export type NewApiKey = Parameters<typeof insertKey>[0];

/** Adds a key unless its user has ten or does not exist. */
export function addApiKey(key: NewApiKey) {
  return countedChange(
    [insertKey(key), targetUser({ userId: key.userId, callerKeyId: "" })],
    ([added], [user]) => (added ? "added" : user ? "tooMany" : "noUser") as "added" | "tooMany" | "noUser",
  );
}

/** True where the row is the owner's last enabled key that may manage users: without it nobody could get in. */
const manages = sql.raw(String(PERMISSIONS["user:write"]));
const isLastOwnerKey = sql`(${apiKeys.userId} = (select ${installation.ownerId} from ${installation} where ${installation.id} = 1)
  and ${apiKeys.enabled} = 1 and (${apiKeys.permissions} & ${manages}) <> 0
  and not exists (select 1 from api_keys other where other.userId = ${apiKeys.userId} and other.id <> ${apiKeys.id}
    and other.enabled = 1 and (other.permissions & ${manages}) <> 0))`;

/** True where the row grants no more than the caller's permissions and addresses. */
const isCovered = (permissions: unknown, addresses: unknown) =>
  sql`((${apiKeys.permissions} & ~${permissions}) = 0 and (${addresses} is null or (${apiKeys.ipAddrs} is not null
    and not exists (select 1 from json_each(${apiKeys.ipAddrs}) given
      where given.value not in (select held.value from json_each(${addresses}) held)))))`;

const known = sql.raw(String(Object.values(PERMISSIONS).reduce((sum, bit) => sum | bit, 0)));

/** True where the row has a permission of today, or lets in from an address, that is not among these. */
const isNarrowed = (permissions: unknown, addresses: unknown) =>
  sql`((${apiKeys.permissions} & ${known} & ~${permissions}) <> 0 or (${addresses} is not null
    and (${apiKeys.ipAddrs} is null or exists (select 1 from json_each(${apiKeys.ipAddrs}) held
      where held.value not in (select given.value from json_each(${addresses}) given)))))`;

export interface ApiKeyChange {
  readonly name: string | null;
  readonly enabled: number | null;
  /** JSON list; null leaves scope, permissions and addresses as they are. */
  readonly maxScope: string | null;
  readonly permissions: number | null;
  readonly ipAddrs: string | null;
}

type UpdateArgs = Readonly<Record<keyof ApiKeyChange, string | number | null>> & {
  id: string;
  userId: string;
  callerPermissions: number;
  callerAddrs: string | null;
};

const factsForUpdate = statement<UpdateArgs>()((db, $) =>
  db
    .select(
      columns({
        userId: apiKeys.userId,
        covered: sql<number>`${isCovered($("callerPermissions"), $("callerAddrs"))}`,
      }),
    )
    .from(apiKeys)
    .where(eq(apiKeys.id, $("id"))),
);

const updateKey = statement<UpdateArgs>()((db, $) =>
  db
    .update(apiKeys)
    .set({
      name: sql`coalesce(${$("name")}, ${apiKeys.name})`,
      enabled: sql`coalesce(${$("enabled")}, ${apiKeys.enabled})`,
      maxScope: sql`coalesce(${$("maxScope")}, ${apiKeys.maxScope})`,
      permissions: sql`coalesce(${$("permissions")}, ${apiKeys.permissions})`,
      ipAddrs: sql`iif(${$("maxScope")} is null, ${apiKeys.ipAddrs}, ${$("ipAddrs")})`,
    })
    .where(
      and(
        eq(apiKeys.id, $("id")),
        eq(apiKeys.userId, $("userId")),
        // Switching a key on again gives what it may do, as adding it would.
        sql`(coalesce(${$("enabled")}, 0) = 0 or ${apiKeys.enabled} = 1 or ${$("maxScope")} is not null
          or ${isCovered($("callerPermissions"), $("callerAddrs"))})`,
        sql`(not ${isLastOwnerKey} or (coalesce(${$("enabled")}, 1) = 1
          and (${$("maxScope")} is null or not ${isNarrowed($("permissions"), $("ipAddrs"))})))`,
      ),
    )
    .returning(columns({ apiKeyId: apiKeys.id })),
);

const endSessionsOfDisabled = statement<{ id: string }>()((db, $) =>
  db
    .delete(sessions)
    .where(
      and(
        eq(sessions.apiKeyId, $("id")),
        sql`(select ${apiKeys.enabled} from ${apiKeys} where ${apiKeys.id} = ${$("id")}) = 0`,
      ),
    ),
);

export type ChangeOutcome = "done" | "noUser" | "noApiKey" | "notOwned" | "notCovered" | "lastOwnerKey";

interface Caller {
  readonly callerPermissions: number;
  readonly callerAddrs: string | null;
}

/** Changes a key of that user; a disabled one loses its sessions in the same transaction. */
export function updateApiKey(
  id: string,
  userId: string,
  change: ApiKeyChange,
  by: Caller,
): Query<ChangeOutcome> {
  const args = { id, userId, ...change, ...by };
  const user = targetUser({ userId, callerKeyId: "" });
  return countedChange(
    [user, factsForUpdate(args), updateKey(args), endSessionsOfDisabled({ id })],
    ([found], [key], [changed]) => {
      if (changed) return "done";
      const refusal = refuse(userId, found, key);
      if (refusal) return refusal;
      const enables = change.enabled === 1 && change.maxScope === null;
      return enables && key?.covered === 0 ? "notCovered" : "lastOwnerKey";
    },
  );
}

const ownerOf = statement<{ id: string }>()((db, $) =>
  db
    .select(columns({ userId: apiKeys.userId }))
    .from(apiKeys)
    .where(eq(apiKeys.id, $("id"))),
);

const deleteKey = statement<{ id: string; userId: string }>()((db, $) =>
  db
    .delete(apiKeys)
    .where(and(eq(apiKeys.id, $("id")), eq(apiKeys.userId, $("userId")), sql`not ${isLastOwnerKey}`))
    .returning(columns({ apiKeyId: apiKeys.id })),
);

/** Deletes a key of that user; its sessions go with it (a foreign key cascades). */
export function deleteApiKey(id: string, userId: string): Query<ChangeOutcome> {
  const user = targetUser({ userId, callerKeyId: "" });
  return countedChange([user, ownerOf({ id }), deleteKey({ id, userId })], ([found], [key], [deleted]) =>
    deleted ? "done" : (refuse(userId, found, key) ?? "lastOwnerKey"),
  );
}

function refuse(
  userId: string,
  user: unknown,
  key: { userId: string } | undefined,
): ChangeOutcome | undefined {
  if (!user) return "noUser";
  if (!key) return "noApiKey";
  return key.userId === userId ? undefined : "notOwned";
}
