import { eq, sql } from "drizzle-orm";
import { type Query, query } from "./query";
import { apiKeys, installation, users } from "./schema";
import { columns, statement } from "./statement";

const find = statement()((db) =>
  db
    .select(columns({ ownerId: installation.ownerId }))
    .from(installation)
    .where(eq(installation.id, 1)),
);

/** Whether a first API key was ever made. */
export const isInstalled = (): Query<boolean> => query([find({})], (rows) => rows.length > 0);

const insertOwner = statement<{ userId: string; username: string; createDate: number }>()((db, $) =>
  db.insert(users).select(
    sql`select ${$("userId")}, ${$("username")}, ${$("createDate")}, '{}', ${$("userId")}, null, null
        where not exists (select 1 from ${installation})`,
  ),
);

const install = statement<{ userId: string; createDate: number }>()((db, $) =>
  db
    .insert(installation)
    .select(sql`select 1, ${users.id}, ${$("createDate")} from ${users} where ${users.id} = ${$("userId")}`),
);

const insertFirstKey = statement<{
  apiKeyId: string;
  userId: string;
  name: string;
  sealedSecret: string;
  maxScope: string;
  permissions: number;
  createDate: number;
}>()((db, $) =>
  db
    .insert(apiKeys)
    .select(
      sql`select ${$("apiKeyId")}, ${installation.ownerId}, ${$("name")}, null, ${$("sealedSecret")}, ${$("maxScope")},
        ${$("permissions")}, null, 1, ${$("createDate")}
      from ${installation} where ${installation.ownerId} = ${$("userId")}`,
    )
    .returning(columns({ apiKeyId: apiKeys.id })),
);

export type FirstApiKey = Parameters<typeof insertFirstKey>[0] & { username: string };

/** Makes the owner, the installation's row and the first key: all three, or nothing where there was one already. */
export const createFirstApiKey = (first: FirstApiKey): Query<boolean> =>
  query([insertOwner(first), install(first), insertFirstKey(first)], (_owner, _row, made) => made.length > 0);
