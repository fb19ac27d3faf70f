import { sql } from "drizzle-orm";
import { type Query, query } from "./query";
import { nonces } from "./schema";
import { columns, statement } from "./statement";

export interface SpentNonce {
  readonly apiKeyId: string;
  readonly hash: string;
  /** Who spends it: a fresh random id. */
  readonly owner: string;
  /** ms */
  readonly expires: number;
}

/** Spends a nonce unless it is spent; its row then names the owner. */
export const spend = statement<{ apiKeyId: string; hash: string; owner: string; expires: number }>()(
  (db, $) =>
    db
      .insert(nonces)
      .values({ apiKeyId: $("apiKeyId"), hash: $("hash"), owner: $("owner"), expires: $("expires") } as never)
      .onConflictDoNothing()
      .returning(columns({ owner: nonces.owner })),
);

export const spendNonce = (nonce: SpentNonce): Query<boolean> =>
  query([spend({ ...nonce })], (rows) => rows.length > 0);

/** For guards of statements in the batch that spends the nonce: true where this owner got it. */
export const isSpentBy = (apiKeyId: unknown, hash: unknown, owner: unknown) =>
  sql`exists (select 1 from ${nonces} where ${nonces.apiKeyId} = ${apiKeyId} and ${nonces.hash} = ${hash}
    and ${nonces.owner} = ${owner})`;
