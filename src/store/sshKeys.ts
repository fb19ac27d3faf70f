import { and, eq, type Placeholder, type SQL, sql } from "drizzle-orm";
import { DIRECTIONS, type Page, type PageArgs, pageArgs, sortColumn } from "./page";
import { type Query, query } from "./query";
import { users } from "./schema";
import { sshKeys } from "./sshSchema";
import { columns, type RowsOf, statement } from "./statement";
import { bindTarget, type Target, type TargetArgs, targetUser, targetUserId } from "./targetUser";

export const keyColumns = columns({
  id: sshKeys.id,
  userId: sshKeys.userId,
  username: users.username,
  name: sshKeys.name,
  comment: sshKeys.comment,
  algorithm: sshKeys.algorithm,
  publicKey: sshKeys.publicKey,
  fingerprint: sshKeys.fingerprint,
  notBefore: sshKeys.notBefore,
  notAfter: sshKeys.notAfter,
  sourceAddress: sshKeys.sourceAddress,
  interactive: sshKeys.interactive,
  createDate: sshKeys.createDate,
  author: sshKeys.author,
  updateDate: sshKeys.updateDate,
  updatedBy: sshKeys.updatedBy,
});

/** A key with its user's name. `sourceAddress` is a JSON list. */
export type StoredSshKey = RowsOf<typeof keyOfUser>;

/** True while the key is valid at a time in ms. */
const isValidAt = (now: unknown) =>
  sql`(${sshKeys.notBefore} is null or ${sshKeys.notBefore} <= ${now})
    and (${sshKeys.notAfter} is null or ${sshKeys.notAfter} > ${now})`;

export const keyOfUser = statement<TargetArgs & { id: string }>()((db, $) =>
  db
    .select(keyColumns)
    .from(sshKeys)
    .innerJoin(users, eq(users.id, sshKeys.userId))
    .where(and(eq(sshKeys.id, $("id")), eq(sshKeys.userId, targetUserId($("userId"), $("callerKeyId"))))),
);

/** That user's key of that id. */
export const sshKey = (of: Target, id: string): Query<StoredSshKey | undefined> =>
  query([keyOfUser({ ...bindTarget(of), id })], ([row]) => row);

const byFingerprint = statement<{ fingerprint: string; username: string | null; now: number }>()((db, $) =>
  db
    .select(keyColumns)
    .from(sshKeys)
    .innerJoin(users, eq(users.id, sshKeys.userId))
    .where(
      sql`${sshKeys.fingerprint} = ${$("fingerprint")} and ${isValidAt($("now"))}
        and (${$("username")} is null or ${users.username} = ${$("username")})`,
    ),
);

/** The key with that fingerprint that is valid now, of that username where one is given. */
export const validKey = (
  fingerprint: string,
  username: string | undefined,
  now: number,
): Query<StoredSshKey | undefined> =>
  query([byFingerprint({ fingerprint, username: username ?? null, now })], ([row]) => row);

const userByName = statement<{ username: string }>()((db, $) =>
  db
    .select(columns({ userId: users.id }))
    .from(users)
    .where(isNamed($("username"))),
);

/** Found by the index, which knows no case, and then compared byte for byte: Unix tells `root` from `Root`. */
const isNamed = (username: unknown) =>
  sql`${users.username} = ${username} collate nocase and ${users.username} = ${username}`;

const validOfName = statement<{ username: string; fingerprint: string | null; now: number }>()((db, $) =>
  db
    .select(keyColumns)
    .from(users)
    .innerJoin(sshKeys, eq(sshKeys.userId, users.id))
    .where(
      sql`${isNamed($("username"))} and ${isValidAt($("now"))}
        and (${$("fingerprint")} is null or ${sshKeys.fingerprint} = ${$("fingerprint")})`,
    )
    .orderBy(sshKeys.createDate, sshKeys.id),
);

/** The keys of a username that are valid now, or the one with that fingerprint; undefined where there is no such user. */
export function validKeysOf(username: string, fingerprint: string | undefined, now: number) {
  return query(
    [userByName({ username }), validOfName({ username, fingerprint: fingerprint ?? null, now })],
    ([user], keys): readonly StoredSshKey[] | undefined => (user ? keys : undefined),
  );
}

/** What a list can be sorted by. Every user here has the same source. */
const SORT_COLUMNS = {
  id: sshKeys.id,
  username: users.username,
  user_id: sshKeys.userId,
  source: sql`null`,
  name: sshKeys.name,
  comment: sshKeys.comment,
  public_key: sshKeys.publicKey,
  not_before: sshKeys.notBefore,
  not_after: sshKeys.notAfter,
  expires_in: sshKeys.notAfter,
  enable_interactive_auth: sshKeys.interactive,
  created: sshKeys.createDate,
  updated: sshKeys.updateDate,
  author: sshKeys.author,
  updated_by: sshKeys.updatedBy,
};
export const KEY_SORT_KEYS: readonly string[] = Object.keys(SORT_COLUMNS);

type ListArgs = TargetArgs & PageArgs;
type ListPlaceholder = (name: keyof ListArgs) => Placeholder;

/** A page of the keys for which the condition holds. */
const pageWhere = (condition: ($: ListPlaceholder) => SQL | undefined, direction: SQL) =>
  statement<ListArgs>()((db, $) =>
    db
      .select(keyColumns)
      .from(sshKeys)
      .innerJoin(users, eq(users.id, sshKeys.userId))
      .where(condition($))
      .orderBy(sql`${sortColumn($("sortkey"), SORT_COLUMNS)} ${direction}`, sshKeys.id)
      .limit($("limit"))
      .offset($("offset")),
  );

const isOfTarget = ($: (name: keyof TargetArgs) => Placeholder) =>
  eq(sshKeys.userId, targetUserId($("userId"), $("callerKeyId")));

const ofUser = {
  ascending: pageWhere(isOfTarget, DIRECTIONS.ascending),
  descending: pageWhere(isOfTarget, DIRECTIONS.descending),
};
const ofAll = {
  ascending: pageWhere(() => undefined, DIRECTIONS.ascending),
  descending: pageWhere(() => undefined, DIRECTIONS.descending),
};
const directionOf = ({ descending }: Page) => (descending ? "descending" : "ascending");

const countOfUser = statement<TargetArgs>()((db, $) =>
  db
    .select(columns({ count: sql<number>`count(*)` }))
    .from(sshKeys)
    .where(isOfTarget($)),
);
const countAll = statement()((db) => db.select(columns({ count: sql<number>`count(*)` })).from(sshKeys));

export interface KeyPage {
  /** Of all matches, whatever the page. */
  readonly count: number;
  readonly keys: readonly StoredSshKey[];
}

/** A page of a user's keys; undefined where there is no such user. */
export function sshKeysOf(of: Target, page: Page): Query<KeyPage | undefined> {
  const target = bindTarget(of);
  return query(
    [targetUser(target), countOfUser(target), ofUser[directionOf(page)]({ ...target, ...pageArgs(page) })],
    ([user], [counted], keys) => (user ? { count: counted?.count ?? 0, keys } : undefined),
  );
}

/** A page of everybody's keys. */
export function allSshKeys(page: Page): Query<KeyPage> {
  const args = { userId: null, callerKeyId: "", ...pageArgs(page) };
  return query([countAll({}), ofAll[directionOf(page)](args)], ([counted], keys) => ({
    count: counted?.count ?? 0,
    keys,
  }));
}
