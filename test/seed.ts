import { applyD1Migrations, reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import bs58 from "bs58";
import { fromBase64Url } from "../src/bytes";
import type { Runtime } from "../src/context";
import { isUserPubKey } from "../src/keys/userPubKey";
import {
  API_KEY_ID,
  AUDIT_ENTRY,
  CREATE_DATE,
  HOST_PUB_KEY,
  HOST_URL,
  KEY_OWNER,
  SECRET,
  USER_PUB_KEY,
} from "../src/methods/examples";
import type { Operation } from "../src/operation";
import { bearer, call, forgetOwner, freshIsolate, freshPubKey, login, loginWith, tokenFor } from "./support";

/** The session that the examples speak of. */
export const SESSION_ID = "VGhlIG5hbWUgb2YgaXQuLg";

/** Runs SQL past the Worker. */
export const sql = (text: string, ...args: unknown[]) =>
  env.DB.prepare(text)
    .bind(...args)
    .run();

const RESETS = 10;

const isEmpty = async () =>
  (await env.DB.prepare("select name from sqlite_master where name = 'users'").first()) === null;

/** The runtime's reset leaves a database that was busy a moment ago as it was, once in some hundred times: so it is looked at. */
async function emptyStorage(): Promise<void> {
  for (let n = 0; n < RESETS; n++) {
    await reset();
    if (await isEmpty()) return;
  }
  throw new Error("the storage of the test before could not be emptied");
}

/** An empty database with every migration applied. */
export async function emptyDatabase(): Promise<void> {
  await emptyStorage();
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
  forgetOwner();
}

/** Lets history be written as an import does: with dates of its own, and a new epoch above all of them. */
export async function restoring(write: () => Promise<unknown>): Promise<void> {
  await sql("update clock set restoring = 1");
  await write();
  await sql(`update clock set restoring = 0, epoch = lower(hex(randomblob(16))),
    last = max(last + 1, (select coalesce(max(createDate), 0) from key_history))`);
  await sql("update row_counts set countedTo = (select last from clock)");
  freshIsolate();
}

/** Fills the directory up to `rows` entries: users `user 0`, `user 1`, … of one context, ten keys each, set a second apart. */
export const fillTo = (rows: number, instanceId: string, userPubKey: string) =>
  restoring(() =>
    sql(
      `insert into key_history (instanceId, contextId, userId, createDate, userPubKey, entry)
        with recursive n(i) as (select (select count(*) from key_history) union all select i + 1 from n where i + 1 < ?3)
        select ?1, 'context', 'user ' || (i / 10), 1000000 + (i % 10) * 1000, iif(i % 2, ?2, null), i % 10 + 1 from n`,
      instanceId,
      userPubKey,
      rows,
    ),
  );

type Owner = { instanceId: string; contextId: string; userId: string };

/** Writes a whole history with dates of its own, oldest first. */
export const seedHistory = (owner: Owner, entries: readonly (readonly [number, string | null])[]) =>
  restoring(() =>
    sql(
      `insert into key_history (instanceId, contextId, userId, createDate, userPubKey, entry)
       select ?1, ?2, ?3, value->>0, value->>1, key + 1 from json_each(?4)`,
      owner.instanceId,
      owner.contextId,
      owner.userId,
      JSON.stringify(entries),
    ),
  );

/** Randomness whose first 16 bytes make that id. */
export const randomOnce = (id: Uint8Array): Runtime["random"] => {
  let used = false;
  return (n) => {
    if (n !== id.length || used) return crypto.getRandomValues(new Uint8Array(n));
    used = true;
    return Uint8Array.from(id);
  };
};

/** Registers everything that the declarations' examples speak of, through the front door where it can be. */
export async function seedExamples(): Promise<void> {
  const token = await tokenFor();
  await call("pkiAdmin/setHost", { hostPubKey: HOST_PUB_KEY, hostUrl: HOST_URL }, bearer(token));
  await seedHistory(KEY_OWNER, [[CREATE_DATE, USER_PUB_KEY]]);
  const key = { type: "secret", name: "My ApiKey", clientSecret: SECRET, maxScope: ["user:read_write"] };
  const keyIds = { runtime: { random: randomOnce(bs58.decode(API_KEY_ID)) } };
  await call("user/addApiKey", key, bearer(token, keyIds));
  const sessionIds = { runtime: { random: randomOnce(fromBase64Url(SESSION_ID) as Uint8Array) } };
  await loginWith({ apiKeyId: API_KEY_ID, apiKeySecret: SECRET }, ["user:read"], sessionIds);
  const { date, part, method, action, subject, apiKeyId } = AUDIT_ENTRY;
  await sql(
    "insert into audit (stamp, part, method, action, subject, apiKeyId) values (?1, ?2, ?3, ?4, ?5, ?6)",
    ...[date, part, method, action, JSON.stringify(subject), apiKeyId],
  );
}

/** A declaration's example params, with what no example can hold: a refresh token of this server. */
export async function exampleParams({ name, example }: Operation): Promise<unknown> {
  if (name !== "auth/forkToken") return example.params;
  return { ...(example.params as object), refreshToken: (await login()).refreshToken };
}

/** A key as PrivMX writes it, never seen before. */
export const newPubKey = (): string => freshPubKey(isUserPubKey);
