import { openSecret, sealSecret } from "../auth/secrets";
import { configure, type Env } from "../config";
import type { Runtime } from "../context";
import { describeError, Log } from "../log";
import { Database } from "../store/database";
import { type Resealed, replaceSealed, secretsSealedUnder } from "../store/sealedSecrets";

/**
 * While the master secret is being rotated, seals API keys' secrets that are still under the previous one anew under the
 * current one, a bounded number a run. The secrets themselves stay as they are, so nobody notices.
 */
export async function reseal(env: Env, { now, random }: Runtime): Promise<void> {
  const { masters } = await configure(env);
  const [, previous] = masters;
  if (!previous) return;
  const log = new Log(crypto.randomUUID());
  const db = Database.open(env.DB, log, now);
  const found = await db.run(secretsSealedUnder(previous.id));
  const resealed: Resealed[] = [];
  for (const { apiKeyId, sealedSecret } of found) {
    try {
      const secret = await openSecret(masters, apiKeyId, sealedSecret);
      resealed.push({ apiKeyId, sealedSecret, anew: await sealSecret(masters, apiKeyId, secret, random) });
    } catch (error) {
      log.error("API key secret does not open", { apiKeyId, error: describeError(error) });
    }
  }
  if (resealed.length > 0) log.info("resealed", { count: await db.run(replaceSealed(resealed, now())) });
}
