import { eq, type Placeholder, sql } from "drizzle-orm";
import { MAX_SSH_KEYS } from "../limits";
import { countedChange, type Query } from "./query";
import { users } from "./schema";
import { sshCompromised, sshKeys } from "./sshSchema";
import { startSpans } from "./sshSpans";
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
/** Whether the user reported that public key as compromised. */
export const isCompromised = (userId: unknown, fingerprint: unknown) =>
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
  return countedChange(
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
