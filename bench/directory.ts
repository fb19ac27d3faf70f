import { createECDH, createHash } from "node:crypto";
import bs58 from "bs58";
import { encodeRequest } from "./load.ts";
import type { Machine } from "./machine.ts";

/** A directory of users with one key each, and the requests that are made of it. */

const KEYS = 1_000;
/** When `user 0` got its key; the others follow, a millisecond each. */
const FIRST_DATE = 1_700_000_000_000;

function newPubKey(): string {
  const ecdh = createECDH("secp256k1");
  ecdh.generateKeys();
  const point = Buffer.from(ecdh.getPublicKey("hex", "compressed"), "hex");
  const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest();
  return bs58.encode(Buffer.concat([point, sha256(sha256(point)).subarray(0, 4)]));
}

const keys = Array.from({ length: KEYS }, newPubKey);
const instanceId = newPubKey();
const keyOf = (user: number): string => keys[user % KEYS] as string;
const ownerOf = (userId: string) => ({ instanceId, contextId: "context", userId });

/** Lets the directory have that many users, and the bare routes' table as many rows; gives the bytes that each new user's entry took. */
export async function fillTo(users: number, { miniflare }: Machine): Promise<number> {
  const db = await miniflare.getD1Database("DB", "product");
  const before = await db
    .prepare("select count(*) as users from key_history where instanceId = ?1 and userId like 'user %'")
    .bind(instanceId)
    .all<{ users: number }>();
  const results = await db.batch([
    db.prepare("create table if not exists bench_keys (i integer primary key, userPubKey text)"),
    db
      .prepare("insert or ignore into bench_keys select key, value from json_each(?1)")
      .bind(JSON.stringify(keys)),
    db.prepare("update clock set restoring = 1"),
    db
      .prepare(
        `insert into key_history (instanceId, contextId, userId, createDate, userPubKey, entry)
          with recursive n(i) as (select (select count(*) from key_history where instanceId = ?1 and userId like 'user %')
            union all select i + 1 from n where i + 1 < ?2)
          select ?1, 'context', 'user ' || n.i, ?3 + n.i, k.userPubKey, 1 from n join bench_keys k on k.i = n.i % ?4`,
      )
      .bind(instanceId, users, FIRST_DATE, KEYS),
    db.prepare(`update clock set restoring = 0, epoch = lower(hex(randomblob(16))),
      last = max(last + 1, cast(unixepoch('subsec') * 1000 as integer))`),
  ]);
  const filled = results.at(-1)?.meta.size_after ?? Number.NaN;
  await db
    .prepare(
      `insert into bench with recursive n(i) as (select (select count(*) from bench where id like 'row %')
            union all select i + 1 from n where i + 1 < ?1)
          select 'row ' || n.i, k.userPubKey from n join bench_keys k on k.i = n.i % ?2`,
    )
    .bind(users, KEYS)
    .run();
  return (filled - before.meta.size_after) / (users - (before.results[0]?.users ?? 0));
}

/** Gives one user ten keys, set a second apart, the last of them long past. */
export async function addOldHand({ miniflare }: Machine): Promise<void> {
  const db = await miniflare.getD1Database("DB", "product");
  const entries = Array.from({ length: 10 }, (_, i) => [FIRST_DATE + i * 1_000, keyOf(i)]);
  await db.batch([
    db.prepare("update clock set restoring = 1"),
    db
      .prepare(
        `insert into key_history (instanceId, contextId, userId, createDate, userPubKey, entry)
          select ?1, 'context', 'old hand', value->>0, value->>1, key + 1 from json_each(?2)`,
      )
      .bind(instanceId, JSON.stringify(entries)),
    db.prepare("update clock set restoring = 0, epoch = lower(hex(randomblob(16)))"),
  ]);
}

const rpc = <P>(method: string, params: P) => ({ jsonrpc: "2.0", id: 1, method, params });

/** Whether that user's key was the user's at a date long past. */
export const verifyPast = (user: number) =>
  rpc("pki/verifyKey", { ...ownerOf(`user ${user}`), userPubKey: keyOf(user), date: FIRST_DATE + 1e9 });

/** Whether it is now, which only the database knows. */
export const verifyNow = (user: number) =>
  rpc("pki/verifyKey", {
    ...ownerOf(`user ${user}`),
    userPubKey: keyOf(user),
    date: Number.MAX_SAFE_INTEGER,
  });

/** Whether that one of ten keys was theirs when it was set. */
export const verifyReplaced = (n: number) =>
  rpc("pki/verifyKey", { ...ownerOf("old hand"), userPubKey: keyOf(n), date: FIRST_DATE + n * 1_000 });

export const getHistory = () => rpc("pki/getKeyHistory", ownerOf("old hand"));

export const verifyClaims = (from: number, count: number) =>
  rpc("pki/verifyKeys", {
    keys: Array.from({ length: count }, (_, i) => verifyPast(from + i).params),
  });

/** Sets the first key of a user who had none; no two calls have the same number. */
export const setKey = (user: number) =>
  rpc("pkiAdmin/setKey", { ...ownerOf(`new user ${user}`), userPubKey: keyOf(user) });

/** Bytes of one request after the other, again from the first after the last. */
export function cycle(
  count: number,
  make: (n: number) => unknown,
  headers?: Record<string, string>,
): () => Buffer {
  const requests = Array.from({ length: count }, (_, n) => encodeRequest(make(n), headers));
  let next = 0;
  return () => requests[next++ % count] as Buffer;
}

/** A request of its own each time. */
export function fresh(make: (n: number) => unknown, headers?: Record<string, string>): () => Buffer {
  let next = 0;
  return () => encodeRequest(make(next++), headers);
}

export const randomUser = (users: number): number => Math.floor(Math.random() * users);
