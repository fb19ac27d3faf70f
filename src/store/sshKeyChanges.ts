import { and, eq, type Placeholder, sql } from "drizzle-orm";
import { MAX_SSH_KEYS } from "../limits";
import { type Query, query } from "./query";
import { users } from "./schema";
import { keyOfUser, type StoredSshKey } from "./sshKeys";
import { sshCompromised, sshKeys, sshSpanEnds } from "./sshSchema";
import { endOfSpans, startSpans } from "./sshSpans";
import { columns, statement } from "./statement";
import { targetUser } from "./targetUser";

/** A key to be registered. Times in ms. */
export interface NewSshKey {
  readonly id: string;
  readonly name: string;
  readonly comment: string | null;
  readonly algorithm: string;
  readonly publicKey: string;
  readonly fingerprint: string;
  readonly notBefore: number | null;
  readonly notAfter: number | null;
  readonly sourceAddress: readonly string[];
  readonly interactive: number | null;
}

/** `keys` is a JSON list of `NewSshKey`, each public key once. */
type RegisterArgs = { keys: string; userId: string; author: string; now: number };

const field = (name: keyof NewSshKey) => sql.raw(`given.value ->> '$.${name}'`);
const isCompromised = (userId: unknown, fingerprint: unknown) =>
  sql`exists (select 1 from ${sshCompromised} where ${sshCompromised.userId} = ${userId}
    and ${sshCompromised.fingerprint} = ${fingerprint})`;

/** Whether a key of the user itself, or one of another that has not expired, has the public key. */
const isHeld = (fingerprint: unknown, userId: unknown, now: unknown) =>
  sql`exists (select 1 from ssh_keys held where held.fingerprint = ${fingerprint}
    and (held.userId = ${userId} or held.notAfter is null or held.notAfter > ${now}))`;

/** Those given keys, as `given`, that the user may have; as many as there is room for, in the order given. */
const accepted = ($: (name: keyof RegisterArgs) => Placeholder) =>
  sql`from json_each(${$("keys")}) given
    where exists (select 1 from ${users} where ${users.id} = ${$("userId")})
      and not ${isHeld(field("fingerprint"), $("userId"), $("now"))}
      and not ${isCompromised($("userId"), field("fingerprint"))}
    order by given.key
    limit max(0, ${sql.raw(String(MAX_SSH_KEYS))} - (select count(*) from ssh_keys own where own.userId = ${$("userId")}))`;

const holders = statement<RegisterArgs>()((db, $) =>
  db
    .select(
      columns({
        item: sql<number>`given.key`,
        holder: sshKeys.userId,
        sourceAddress: sshKeys.sourceAddress,
        notAfter: sshKeys.notAfter,
        compromised: sql<number>`${isCompromised($("userId"), field("fingerprint"))}`,
      }),
    )
    .from(sql`json_each(${$("keys")}) given`)
    .leftJoin(sshKeys, eq(sshKeys.fingerprint, field("fingerprint")))
    .orderBy(sql`given.key`),
);

/** Takes over public keys that have expired at another user. Their spans end with them, as foreseen. */
const deleteExpired = statement<RegisterArgs>()((db, $) =>
  db
    .delete(sshKeys)
    .where(
      sql`${sshKeys.fingerprint} in (select fingerprint from (select ${field("fingerprint")} as fingerprint ${accepted($)}))`,
    ),
);

const insertKeys = statement<RegisterArgs>()((db, $) =>
  db
    .insert(sshKeys)
    .select(
      sql`select ${field("id")}, ${$("userId")}, ${field("name")}, ${field("comment")}, ${field("algorithm")},
          ${field("publicKey")}, ${field("fingerprint")}, ${field("notBefore")}, ${field("notAfter")},
          ${field("sourceAddress")}, ${field("interactive")}, ${$("now")}, ${$("author")}, null, null
        ${accepted($)}`,
    )
    .returning(columns({ id: sshKeys.id })),
);

/**
 * What became of a key: `known` is the user's already; `taken` another user's; `full` has no room; `compromised` was
 * reported as such by the user.
 */
export type Registration =
  | { readonly kind: "added" | "taken" | "full" | "compromised" }
  | { readonly kind: "known"; readonly sourceAddress: readonly string[]; readonly notAfter: number | null };

/** Registers keys of a user in one transaction; undefined where there is no such user. `now` in ms. */
export function registerKeys(
  userId: string,
  keys: readonly NewSshKey[],
  author: string,
  now: number,
): Query<readonly Registration[] | undefined> {
  const args = { keys: JSON.stringify(keys), userId, author, now };
  return query(
    [
      targetUser({ userId, callerKeyId: "" }),
      holders(args),
      deleteExpired(args),
      insertKeys(args),
      startSpans({ userId, now }),
    ],
    ([user], held, _taken, inserted) => {
      if (!user) return undefined;
      const added = new Set(inserted.map((row) => row.id));
      return held.map((row, i): Registration => {
        if (added.has(keys[i]?.id ?? "")) return { kind: "added" };
        if (row.holder === userId) {
          return { kind: "known", sourceAddress: JSON.parse(row.sourceAddress), notAfter: row.notAfter };
        }
        if (row.compromised) return { kind: "compromised" };
        const expired = row.holder === null || (row.notAfter !== null && row.notAfter <= now);
        return { kind: expired ? "full" : "taken" };
      });
    },
  );
}

/** What a change of a key puts in the place of what was there; `sourceAddress` is a JSON list. */
export type SshKeyChange = Omit<NewSshKey, "sourceAddress"> & {
  readonly userId: string;
  readonly sourceAddress: string;
  readonly updatedBy: string;
  readonly now: number;
};
type UpdateArgs = { [K in keyof SshKeyChange]: SshKeyChange[K] };
type UpdatePlaceholder = (name: keyof UpdateArgs) => Placeholder;

const isOwn = ($: (name: "id" | "userId") => Placeholder) =>
  and(eq(sshKeys.id, $("id")), eq(sshKeys.userId, $("userId")));

/** Whether nothing stands against the public key that a change names. */
const isFree = ($: UpdatePlaceholder) =>
  sql`not exists (select 1 from ssh_keys other where other.fingerprint = ${$("fingerprint")} and other.id <> ${$("id")})
    and not ${isCompromised($("userId"), $("fingerprint"))}`;

const factsForUpdate = statement<UpdateArgs>()((db, $) =>
  db
    .select(columns({ compromised: sql<number>`${isCompromised($("userId"), $("fingerprint"))}` }))
    .from(sshKeys)
    .where(isOwn($)),
);

const deleteExpiredForUpdate = statement<UpdateArgs>()((db, $) =>
  db.delete(sshKeys).where(
    sql`${sshKeys.fingerprint} = ${$("fingerprint")} and ${sshKeys.userId} <> ${$("userId")}
      and ${sshKeys.notAfter} <= ${$("now")} and not ${isCompromised($("userId"), $("fingerprint"))}
      and exists (select 1 from ssh_keys own where own.id = ${$("id")} and own.userId = ${$("userId")})`,
  ),
);

const endChangedSpan = statement<UpdateArgs>()((db, $) =>
  db.insert(sshSpanEnds).select(
    endOfSpans(
      $("now"),
      sql`${isOwn($)} and ${isFree($)} and (${sshKeys.fingerprint} <> ${$("fingerprint")}
        or ${sshKeys.notBefore} is not ${$("notBefore")} or ${sshKeys.notAfter} is not ${$("notAfter")})`,
    ),
  ),
);

const updateKey = statement<UpdateArgs>()((db, $) =>
  db
    .update(sshKeys)
    .set({
      name: sql`${$("name")}`,
      comment: sql`${$("comment")}`,
      algorithm: sql`${$("algorithm")}`,
      publicKey: sql`${$("publicKey")}`,
      fingerprint: sql`${$("fingerprint")}`,
      notBefore: sql`${$("notBefore")}`,
      notAfter: sql`${$("notAfter")}`,
      sourceAddress: sql`${$("sourceAddress")}`,
      interactive: sql`${$("interactive")}`,
      updateDate: sql`${$("now")}`,
      updatedBy: sql`${$("updatedBy")}`,
    })
    .where(sql`${isOwn($)} and ${isFree($)}`)
    .returning(columns({ id: sshKeys.id })),
);

/** Puts a change into a key of that user, in one transaction; gives the key as it is then, or why it stayed as it was. */
export function updateSshKey(change: SshKeyChange): Query<StoredSshKey | "noKey" | "taken" | "compromised"> {
  const { id, userId, now } = change;
  return query(
    [
      factsForUpdate(change),
      deleteExpiredForUpdate(change),
      endChangedSpan(change),
      updateKey(change),
      startSpans({ userId, now }),
      keyOfUser({ userId, callerKeyId: "", id }),
    ],
    ([own], _expired, _ends, updated, _starts, [key]) => {
      if (updated.length > 0 && key) return key;
      if (!own) return "noKey";
      return own.compromised ? "compromised" : "taken";
    },
  );
}

type DeleteArgs = { id: string; userId: string; now: number };

const endDeletedSpan = statement<DeleteArgs>()((db, $) =>
  db.insert(sshSpanEnds).select(endOfSpans($("now"), sql`${isOwn($)}`)),
);

const markCompromised = statement<DeleteArgs>()((db, $) =>
  db
    .insert(sshCompromised)
    .select(
      sql`select ${sshKeys.userId}, ${sshKeys.fingerprint}, ${$("now")} from ${sshKeys} where ${isOwn($)}`,
    ),
);

const deleteKey = statement<DeleteArgs>()((db, $) =>
  db
    .delete(sshKeys)
    .where(isOwn($))
    .returning(columns({ id: sshKeys.id })),
);

/** Deletes a key of that user; false where it has none of that id. A compromised one is remembered as such for good. */
export function deleteSshKey(key: DeleteArgs, compromised: boolean): Query<boolean> {
  const mark = compromised ? [markCompromised(key)] : [];
  return query([endDeletedSpan(key), ...mark, deleteKey(key)], (...rows) => (rows.at(-1) ?? []).length > 0);
}
