import { and, eq, gte, lt, sql } from "drizzle-orm";
import { RESEAL_CHUNK_ROWS } from "../limits";
import { heartbeat } from "./clock";
import { type Query, query } from "./query";
import { apiKeys } from "./schema";
import { columns, type RowsOf, statement } from "./statement";

/** Scans: it is asked once a minute, and only while a rotation of the master secret is under way. */
const sealedUnder = statement<{ from: string; to: string }>()((db, $) =>
  db
    .select(columns({ apiKeyId: apiKeys.id, sealedSecret: sql<string>`${apiKeys.sealedSecret}` }))
    .from(apiKeys)
    .where(and(gte(apiKeys.sealedSecret, $("from")), lt(apiKeys.sealedSecret, $("to"))))
    .limit(RESEAL_CHUNK_ROWS),
);

export type SealedSecret = RowsOf<typeof sealedUnder>;

/** Some of the API keys whose secret is sealed under that master: their text begins with its id and a dot. */
export const secretsSealedUnder = (masterId: string): Query<readonly SealedSecret[]> =>
  query([sealedUnder({ from: `${masterId}.`, to: `${masterId}/` })], (rows) => rows);

const replace = statement<{ id: string; old: string; sealedSecret: string }>()((db, $) =>
  db
    .update(apiKeys)
    .set({ sealedSecret: sql`${$("sealedSecret")}` })
    .where(and(eq(apiKeys.id, $("id")), eq(apiKeys.sealedSecret, $("old"))))
    .returning(columns({ apiKeyId: apiKeys.id })),
);

export interface Resealed extends SealedSecret {
  /** The same secret, sealed anew. */
  readonly anew: string;
}

/** Puts each in the place of what was read, unless that changed meanwhile. Gives how many did. `now` in ms. */
export const replaceSealed = (resealed: readonly Resealed[], now: number): Query<number> =>
  query(
    [
      heartbeat({ now }),
      ...resealed.map((r) => replace({ id: r.apiKeyId, old: r.sealedSecret, sealedSecret: r.anew })),
    ],
    (_clock, ...replaced) => replaced.flat().length,
  );
