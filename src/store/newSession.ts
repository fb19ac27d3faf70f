import { eq, type Placeholder, sql } from "drizzle-orm";
import { KEPT_SESSIONS, MAX_SESSIONS } from "../limits";
import { isSpentBy, type SpentNonce, spend } from "./nonces";
import { countedChange, type Query } from "./query";
import { apiKeys, sessions } from "./schema";
import { endReused } from "./sessionChanges";
import { columns, statement } from "./statement";

export interface NewSession {
  readonly id: string;
  readonly apiKeyId: string;
  readonly name: string | null;
  /** JSON list */
  readonly scope: string;
  readonly permissions: number;
  /** JSON list */
  readonly ipAddrs: string | null;
  readonly connectionId: string | null;
  readonly accessMs: number;
  readonly accessExpires: number;
  readonly refreshExpires: number;
}

/** What must still hold when the session is made: a nonce not spent before, or a parent whose token is not spent. */
export interface SessionGuard {
  readonly nonce?: SpentNonce;
  readonly parent?: { readonly id: string; readonly generation: number };
}

type PruneArgs = { apiKeyId: string; name: string | null; parentId: string | null; now: number };

/** One of the new session's name is about to be replaced: it neither counts nor has to go here. */
const prune = statement<PruneArgs>()((db, $) =>
  db.delete(sessions).where(
    sql`${sessions.apiKeyId} = ${$("apiKeyId")} and ${sessions.accessExpires} <= ${$("now")}
      and ${sessions.id} is not ${$("parentId")}
      and ${sessions.id} in (select s.id from sessions s where s.apiKeyId = ${$("apiKeyId")}
        and coalesce(s.name <> ${$("name")}, 1) order by s.createDate desc, s.id limit -1 offset ${sql.raw(String(KEPT_SESSIONS - 1))})`,
  ),
);

type Guard = {
  nonceHash: string | null;
  nonceOwner: string | null;
  parentId: string | null;
  parentGeneration: number | null;
  now: number;
};
type GuardArgs = (name: keyof Guard | "apiKeyId") => Placeholder;

const isNonceOurs = ($: GuardArgs) =>
  sql`(${$("nonceHash")} is null or ${isSpentBy($("apiKeyId"), $("nonceHash"), $("nonceOwner"))})`;

const isParentUnspent = ($: GuardArgs) =>
  sql`(${$("parentId")} is null or exists (select 1 from sessions p where p.id = ${$("parentId")}
    and p.generation = ${$("parentGeneration")} and p.refreshExpires > ${$("now")}))`;

const insert = statement<{ [K in keyof NewSession]: NewSession[K] } & Guard>()((db, $) =>
  db
    .insert(sessions)
    .select(
      // Unnamed at first: an older session of that name still holds it.
      sql`select ${$("id")}, ${apiKeys.id}, null, ${$("scope")}, ${$("permissions")}, ${$("ipAddrs")}, ${$("connectionId")},
        ${$("accessMs")}, 1, ${$("accessExpires")}, ${$("refreshExpires")}, ${$("now")}
      from ${apiKeys} where ${apiKeys.id} = ${$("apiKeyId")} and ${apiKeys.enabled} = 1
        and (select count(*) from ${sessions} where ${sessions.apiKeyId} = ${$("apiKeyId")}
          and coalesce(${sessions.name} <> ${$("name")}, 1)) < ${sql.raw(String(MAX_SESSIONS))}
        and ${isNonceOurs($)} and ${isParentUnspent($)}`,
    )
    .returning(columns({ id: sessions.id })),
);

const replaceNamed = statement<{ id: string; apiKeyId: string; name: string | null }>()((db, $) =>
  db.delete(sessions).where(
    sql`${sessions.apiKeyId} = ${$("apiKeyId")} and ${sessions.name} = ${$("name")} and ${sessions.id} <> ${$("id")}
      and exists (select 1 from sessions made where made.id = ${$("id")})`,
  ),
);

const rename = statement<{ id: string; name: string | null }>()((db, $) =>
  db
    .update(sessions)
    .set({ name: sql`${$("name")}` })
    .where(eq(sessions.id, $("id"))),
);

const outcome = statement<{ id: string; apiKeyId: string } & Guard>()((db, $) =>
  db
    .select(
      columns({
        made: sql<number>`exists (select 1 from ${sessions} where ${sessions.id} = ${$("id")})`,
        good: sql<number>`${apiKeys.enabled} = 1 and ${isNonceOurs($)} and ${isParentUnspent($)}`,
      }),
    )
    .from(apiKeys)
    .where(eq(apiKeys.id, $("apiKeyId"))),
);

/** `refused`: the API key, the nonce or the parent is no longer good. */
export type SessionOutcome = "made" | "refused" | "tooMany";

/**
 * Makes a session in one transaction: old ones of the API key make room, the nonce is spent, a parent whose token was
 * spent meanwhile ends, one of the same name is replaced.
 */
export function createSession(
  made: NewSession,
  { nonce, parent }: SessionGuard,
  now: number,
): Query<SessionOutcome> {
  const { id, apiKeyId, name } = made;
  const guard = {
    nonceHash: nonce?.hash ?? null,
    nonceOwner: nonce?.owner ?? null,
    parentId: parent?.id ?? null,
    parentGeneration: parent?.generation ?? null,
    now,
  };
  const statements = [
    prune({ apiKeyId, name, parentId: guard.parentId, now }),
    ...(nonce ? [spend({ ...nonce })] : []),
    ...(parent ? [endReused(parent)] : []),
    insert({ ...made, ...guard }),
    replaceNamed({ id, apiKeyId, name }),
    rename({ id, name }),
  ];
  return countedChange([...statements, outcome({ id, apiKeyId, ...guard })], (...rows) => {
    const [found] = rows.at(-1) as { made: number; good: number }[];
    if (found?.made) return "made";
    return found?.good ? "tooMany" : "refused";
  });
}
