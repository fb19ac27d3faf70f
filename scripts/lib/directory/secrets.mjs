import { createHash } from "node:crypto";
import { Failure } from "../failure.mjs";
import { openSecret, sealSecret } from "../source.mjs";

/** @typedef {import("../source.mjs").Masters} Masters */
/** @typedef {{ id: string, sealedSecret: string }} SealedKey */

/** @param {import("node:sqlite").DatabaseSync} db @returns {SealedKey[]} */
const sealedKeys = (db) =>
  /** @type {SealedKey[]} */ (
    db.prepare("SELECT id, sealedSecret FROM api_keys WHERE sealedSecret IS NOT NULL").all()
  );

/**
 * Proves that a deployment with these masters can open every secret in a directory.
 *
 * @param {import("node:sqlite").DatabaseSync} db
 * @param {Masters} masters
 * @throws {Failure}
 */
export async function assertOpens(db, masters) {
  for (const { id, sealedSecret } of sealedKeys(db)) {
    await open(masters, id, sealedSecret, "import with --master-from and that secret as MASTER_SECRET_FROM");
  }
}

/**
 * Seals every secret anew under the first of `to`.
 *
 * @param {import("node:sqlite").DatabaseSync} db is changed
 * @param {Masters} from
 * @param {Masters} to
 * @param {string} file the checksum of the file it was read from
 * @throws {Failure} if `from` does not open one
 */
export async function reseal(db, from, to, file) {
  const update = db.prepare("UPDATE api_keys SET sealedSecret = ? WHERE id = ?");
  for (const { id, sealedSecret } of sealedKeys(db)) {
    const secret = await open(from, id, sealedSecret, "MASTER_SECRET_FROM is not that one");
    // The same for the same file, so that an import that broke off goes on with equal rows. Each belongs to one secret.
    const iv = (/** @type {number} */ bytes) =>
      createHash("sha256").update(`${file};${id};${to[0].id}`).digest().subarray(0, bytes);
    update.run(await sealSecret(to, id, secret, iv), id);
  }
}

/**
 * @param {Masters} masters
 * @param {string} id
 * @param {string} sealed
 * @param {string} remedy
 */
async function open(masters, id, sealed, remedy) {
  return openSecret(masters, id, sealed).catch(() => {
    const [master] = sealed.split(".");
    throw new Failure(`a secret is sealed under master ${master}: ${remedy}.`);
  });
}
