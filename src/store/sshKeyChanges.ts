import { and, eq, type Placeholder, sql } from "drizzle-orm";
import { countedChange, type Query } from "./query";
import { isCompromised, type NewSshKey } from "./sshKeyRegistration";
import { keyOfUser, type StoredSshKey } from "./sshKeys";
import { sshCompromised, sshKeys, sshSpanEnds } from "./sshSchema";
import { endOfSpans, startSpans } from "./sshSpans";
import { columns, statement } from "./statement";

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
  return countedChange(
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
  return countedChange(
    [endDeletedSpan(key), ...mark, deleteKey(key)],
    (...rows) => (rows.at(-1) ?? []).length > 0,
  );
}
