import { eq, type Placeholder, sql } from "drizzle-orm";
import { countedChange, type Query } from "./query";
import { installation, users } from "./schema";
import { sshKeys, sshSpanEnds } from "./sshSchema";
import { endOfSpans, startSpans } from "./sshSpans";
import { columns, statement } from "./statement";
import { targetUser } from "./targetUser";
import { type StoredUser, userColumns } from "./users";

type NamedUser = { id: string; username: string };

/** Whether no other user has the username; usernames are unique without regard to case. */
const isNameFree = ($: (name: keyof NamedUser) => Placeholder) =>
  sql`not exists (select 1 from users other where other.username = ${$("username")} collate nocase
    and other.id <> ${$("id")})`;

const insertUser = statement<NamedUser & { profile: string; author: string; now: number }>()((db, $) =>
  db
    .insert(users)
    .select(
      sql`select ${$("id")}, ${$("username")}, ${$("now")}, ${$("profile")}, ${$("author")}, null, null
        where ${isNameFree($)}`,
    )
    .returning(columns({ id: users.id })),
);

/** Adds a user; false where the username is taken. `profile` is a JSON object, `now` in ms. */
export const addUser = (user: Parameters<typeof insertUser>[0]): Query<boolean> =>
  countedChange([insertUser(user)], (rows) => rows.length > 0);

type UpdateArgs = NamedUser & { profile: string; updatedBy: string; now: number };

const endRenamedSpans = statement<UpdateArgs>()((db, $) =>
  db.insert(sshSpanEnds).select(
    endOfSpans(
      $("now"),
      sql`${sshKeys.userId} = ${$("id")} and ${isNameFree($)}
        and (select ${users.username} from ${users} where ${users.id} = ${$("id")}) <> ${$("username")}`,
    ),
  ),
);

const update = statement<UpdateArgs>()((db, $) =>
  db
    .update(users)
    .set({
      username: sql`${$("username")}`,
      profile: sql`${$("profile")}`,
      updateDate: sql`${$("now")}`,
      updatedBy: sql`${$("updatedBy")}`,
    })
    .where(sql`${users.id} = ${$("id")} and ${isNameFree($)}`)
    .returning(userColumns),
);

/** Puts a change into a user; a new name ends the spans of the old one. Gives the user as it is then. */
export function updateUser(change: UpdateArgs): Query<StoredUser | "noUser" | "taken"> {
  const { id, now } = change;
  const found = targetUser({ userId: id, callerKeyId: "" });
  return countedChange(
    [found, endRenamedSpans(change), update(change), startSpans({ userId: id, now })],
    ([user], _ends, [updated]) => updated ?? (user ? "taken" : "noUser"),
  );
}

const isNotOwner = ($: (name: "id") => Placeholder) =>
  sql`not exists (select 1 from ${installation} where ${installation.id} = 1 and ${installation.ownerId} = ${$("id")})`;

const endDeletedSpans = statement<{ id: string; now: number }>()((db, $) =>
  db
    .insert(sshSpanEnds)
    .select(endOfSpans($("now"), sql`${sshKeys.userId} = ${$("id")} and ${isNotOwner($)}`)),
);

const remove = statement<{ id: string; now: number }>()((db, $) =>
  db
    .delete(users)
    .where(sql`${eq(users.id, $("id"))} and ${isNotOwner($)}`)
    .returning(columns({ id: users.id })),
);

/** Deletes a user with keys, API keys and sessions (foreign keys cascade). The owner stays. */
export function deleteUser(id: string, now: number): Query<"deleted" | "noUser" | "owner"> {
  const found = targetUser({ userId: id, callerKeyId: "" });
  return countedChange(
    [found, endDeletedSpans({ id, now }), remove({ id, now })],
    ([user], _ends, deleted) => {
      if (deleted.length > 0) return "deleted";
      return user ? "owner" : "noUser";
    },
  );
}
