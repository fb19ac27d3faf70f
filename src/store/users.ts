import { eq, type Placeholder, type SQL, sql } from "drizzle-orm";
import { DIRECTIONS, type Page, type PageArgs, pageArgs, sortColumn } from "./page";
import { type Query, query } from "./query";
import { users } from "./schema";
import { columns, type RowsOf, statement } from "./statement";
import { bindTarget, type Target, type TargetArgs, targetUserId } from "./targetUser";

export const userColumns = columns({
  id: users.id,
  username: users.username,
  profile: users.profile,
  createDate: users.createDate,
  author: users.author,
  updateDate: users.updateDate,
  updatedBy: users.updatedBy,
});

/** `profile` is a JSON object. */
export type StoredUser = RowsOf<typeof one>;

const one = statement<TargetArgs>()((db, $) =>
  db
    .select(userColumns)
    .from(users)
    .where(eq(users.id, targetUserId($("userId"), $("callerKeyId")))),
);

export const user = (of: Target): Query<StoredUser | undefined> =>
  query([one(bindTarget(of))], ([row]) => row);

/** What a list can be sorted by: columns, and fields of the profile. */
const profileField = (name: string) => sql`${users.profile} ->> ${sql.raw(`'$.${name}'`)}`;
const SORT_COLUMNS = {
  id: users.id,
  username: users.username,
  principal: users.username,
  created: users.createDate,
  updated: users.updateDate,
  author: users.author,
  updated_by: users.updatedBy,
  full_name: profileField("full_name"),
  email: profileField("email"),
};
export const USER_SORT_KEYS: readonly string[] = Object.keys(SORT_COLUMNS);

type Filter = { id: string | null; username: string | null; ids: string | null; keywords: string | null };
type Condition = ($: (name: keyof Filter) => Placeholder) => SQL;

/** The pages and the count of the users for which the condition holds. */
function listWhere(condition: Condition) {
  const page = (direction: SQL) =>
    statement<Filter & PageArgs>()((db, $) =>
      db
        .select(userColumns)
        .from(users)
        .where(condition($))
        .orderBy(sql`${sortColumn($("sortkey"), SORT_COLUMNS)} ${direction}`, users.id)
        .limit($("limit"))
        .offset($("offset")),
    );
  return {
    ascending: page(DIRECTIONS.ascending),
    descending: page(DIRECTIONS.descending),
    count: statement<Filter>()((db, $) =>
      db
        .select(columns({ count: sql<number>`count(*)` }))
        .from(users)
        .where(condition($)),
    ),
  };
}

/** PrivX's Python SDK sends filters in lower case, and usernames are unique without regard to case: so is the match. */
const hasName: Condition = ($) => sql`${users.username} = ${$("username")} collate nocase`;

const LISTS = {
  every: listWhere(() => sql`true`),
  named: listWhere(hasName),
  one: listWhere(($) => sql`${users.id} = ${$("id")} and (${$("username")} is null or ${hasName($)})`),
  found: listWhere(
    ($) => sql`(${$("ids")} is null or ${users.id} in (select value from json_each(${$("ids")})))
      and (${$("keywords")} is null or instr(lower(${users.username} || ' ' || ${sql.join(
        ["full_name", "display_name", "first_name", "last_name", "email"].map(
          (name) => sql`coalesce(${profileField(name)}, '')`,
        ),
        sql` || ' ' || `,
      )}), lower(${$("keywords")})) > 0)`,
  ),
};

export interface UserPage {
  /** Of all matches, whatever the page. */
  readonly count: number;
  readonly users: readonly StoredUser[];
}

function run(list: keyof typeof LISTS, filter: Partial<Filter>, page: Page): Query<UserPage> {
  const { ascending, descending, count } = LISTS[list];
  const args = { id: null, username: null, ids: null, keywords: null, ...filter };
  const rows = page.descending ? descending : ascending;
  return query([count(args), rows({ ...args, ...pageArgs(page) })], ([counted], found) => ({
    count: counted?.count ?? 0,
    users: found,
  }));
}

/** Users, all or those of an id, a username, or both. */
export function listUsers({ id, username }: { id?: string; username?: string }, page: Page): Query<UserPage> {
  if (id !== undefined) return run("one", { id, username: username ?? null }, page);
  return username === undefined ? run("every", {}, page) : run("named", { username }, page);
}

/** Users among these ids, where any are given, whose names or address hold the keywords. */
export function searchUsers(
  { ids, keywords }: { ids: readonly string[] | undefined; keywords: string | undefined },
  page: Page,
): Query<UserPage> {
  return run("found", { ids: ids ? JSON.stringify(ids) : null, keywords: keywords ?? null }, page);
}
