/**
 * `npm run recover`: makes a new API key for the owner, for who may deploy and so may write to the database. The key is
 * an Ed25519 pair: only its public half goes into the database, so that no secret of the Worker is needed.
 */

import { generateKeyPairSync, randomBytes, sign } from "node:crypto";
import { command } from "./lib/command.mjs";
import { execute, quote } from "./lib/d1.mjs";
import { Failure } from "./lib/failure.mjs";

/** Every bit of a scope, also of those to come: `ALL_PERMISSIONS` of src/auth/scope.ts. */
const ALL_PERMISSIONS = 2 ** 31 - 1;
const MAX_API_KEYS = 10;

/** @typedef {{ apiKeyId: string, name: string, enabled: number }} OwnersKey */

/**
 * @param {import("./lib/d1.mjs").Place} place
 * @param {string | undefined} replace id of a key of the owner that makes room
 */
async function recover(place, replace) {
  const [rows = []] = await execute(
    place,
    "SELECT k.id AS apiKeyId, k.name AS name, k.enabled AS enabled FROM installation i LEFT JOIN api_keys k ON k.userId = i.ownerId",
  );
  if (rows.length === 0)
    throw new Failure("no first API key was ever made: make it with auth/createFirstApiKey.");
  const keys = /** @type {OwnersKey[]} */ (rows.filter((row) => row.apiKeyId !== null));
  if (replace !== undefined && !keys.some((key) => key.apiKeyId === replace)) {
    throw new Failure("--replace names no API key of the owner.");
  }
  if (replace === undefined && keys.length >= MAX_API_KEYS) {
    const list = keys.map((key) => `${key.apiKeyId} (${key.enabled ? "enabled" : "disabled"})`).join(", ");
    throw new Failure(`the owner has ${MAX_API_KEYS} API keys; name one to go with --replace ID: ${list}`);
  }
  const pair = generateKeyPairSync("ed25519");
  const id = randomBytes(16).toString("hex");
  const publicKey = /** @type {string} */ (pair.publicKey.export({ type: "spki", format: "pem" }));
  await execute(
    place,
    `UPDATE clock SET last = max(last + 1, cast(unixepoch('subsec') * 1000 AS integer)), actor = '{"method":"recover"}';
    ${replace === undefined ? "" : `DELETE FROM api_keys WHERE id = ${quote(replace)};`}
    INSERT INTO api_keys (id, userId, name, publicKey, maxScope, permissions, enabled, createDate)
    SELECT ${quote(id)}, ownerId, 'recovered', ${quote(publicKey)}, '[]', ${ALL_PERMISSIONS}, 1, ${Date.now()} FROM installation;`,
  );
  return { id, privateKey: pair.privateKey };
}

/**
 * @param {{ id: string, privateKey: import("node:crypto").KeyObject }} key
 * @param {string} url
 */
function introduction({ id, privateKey }, url) {
  const timestamp = Date.now();
  const nonce = randomBytes(16).toString("hex");
  const signature = sign(null, Buffer.from(`${timestamp};${nonce};\n\n\n`), privateKey).toString("base64");
  const scope = ["user:read_write"];
  const params = { grantType: "client_signature", clientId: id, timestamp, nonce, signature, scope };
  const logIn = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "auth/token", params });
  const secret = randomBytes(32).toString("base64url");
  const added = { type: "secret", name: "owner", clientSecret: secret, maxScope: scope };
  const add = JSON.stringify({ jsonrpc: "2.0", id: 2, method: "user/addApiKey", params: added });
  return `A new API key of the owner, with every scope. Its private half is shown only now.

  API key id: ${id}

${privateKey.export({ type: "pkcs8", format: "pem" })}
An access token for it, signed already; good once and for ten minutes:

  curl -sS ${url}/main -H 'Content-Type: application/json' --data-binary '${logIn}'

With that token, an API key that has a secret:

  curl -sS ${url}/main -H 'Content-Type: application/json' -H 'Authorization: Bearer ACCESS_TOKEN' --data-binary '${add}'

Its secret would be: ${secret}`;
}

const OPTIONS = /** @type {const} */ ({
  replace: { type: "string" },
  url: { type: "string", default: "http://localhost:8101" },
});

await command(OPTIONS, async (place, { replace, url }) => {
  console.log(introduction(await recover(place, replace), url));
});
