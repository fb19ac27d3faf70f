import { eq, sql } from "drizzle-orm";
import type { ApiKeyRow } from "../auth/apiKeyCheck";
import { apiKeyColumns } from "./apiKeys";
import { countedChange, type Query, query } from "./query";
import { apiKeys, nonces, oauthCodes, sessions } from "./schema";
import { columns, type RowsOf, statement } from "./statement";

/** A code, hashed, with what it was given for. */
type CodeArgs = {
  hash: string;
  tokenHash: string;
  apiKeyId: string;
  clientId: string;
  redirectUri: string;
  challenge: string;
  scope: string;
  expires: number;
};

const insert = statement<CodeArgs>()((db, $) =>
  db
    .insert(oauthCodes)
    .select(
      sql`select ${$("hash")}, ${$("tokenHash")}, ${apiKeys.id}, ${$("clientId")}, ${$("redirectUri")}, ${$("challenge")},
        ${$("scope")}, ${$("expires")}
      from ${apiKeys} where ${apiKeys.id} = ${$("apiKeyId")} and ${apiKeys.enabled} = 1
        and not exists (select 1 from ${oauthCodes} where ${oauthCodes.tokenHash} = ${$("tokenHash")})`,
    )
    .returning(columns({ hash: oauthCodes.hash })),
);

/** Keeps a new code; false where its login token gave one before. */
export const addCode = (code: CodeArgs): Query<boolean> => query([insert(code)], (rows) => rows.length > 0);

/** The session that the code gave: the owner of the nonce that its use spent. */
const sessionOfCode = (hash: unknown) =>
  sql`(select ${nonces.owner} from ${nonces} join ${oauthCodes} on ${nonces.apiKeyId} = ${oauthCodes.apiKeyId}
    and ${nonces.hash} = ${oauthCodes.hash} where ${oauthCodes.hash} = ${hash})`;

const byHash = statement<{ hash: string }>()((db, $) =>
  db
    .select(
      columns({
        apiKeyId: oauthCodes.apiKeyId,
        clientId: oauthCodes.clientId,
        redirectUri: oauthCodes.redirectUri,
        challenge: oauthCodes.challenge,
        scope: oauthCodes.scope,
        expires: oauthCodes.expires,
        usedFor: sql<string | null>`${sessionOfCode($("hash"))}`,
      }),
    )
    .from(oauthCodes)
    .where(eq(oauthCodes.hash, $("hash"))),
);

const keyOfCode = statement<{ hash: string }>()((db, $) =>
  db
    .select(apiKeyColumns)
    .from(apiKeys)
    .where(
      sql`${apiKeys.id} = (select ${oauthCodes.apiKeyId} from ${oauthCodes} where ${oauthCodes.hash} = ${$("hash")})`,
    ),
);

/** `usedFor` is the session that the code gave, null before its use. */
export type StoredCode = RowsOf<typeof byHash>;

/** A code with the API key that logged in for it. */
export const codeWithKey = (hash: string): Query<{ code: StoredCode; key: ApiKeyRow } | undefined> =>
  query([byHash({ hash }), keyOfCode({ hash })], ([code], [key]) =>
    code && key ? { code, key } : undefined,
  );

const endOfCode = statement<{ hash: string }>()((db, $) =>
  db
    .delete(sessions)
    .where(sql`${sessions.id} = ${sessionOfCode($("hash"))}`)
    .returning(columns({ id: sessions.id })),
);

/** Ends the session that a code gave, since the code was shown again. */
export const endSessionOfCode = (hash: string): Query<boolean> =>
  countedChange([endOfCode({ hash })], (rows) => rows.length > 0);
