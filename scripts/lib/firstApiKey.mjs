const FIRST_KEY_EXISTS = 96;

/**
 * Makes the directory's first API key over its own API. The secret is printed and kept nowhere.
 *
 * @param {string} origin of the local server
 * @param {string | undefined} initializationToken
 * @returns {Promise<string>} what to tell the person at the terminal
 */
export async function makeFirstApiKey(origin, initializationToken) {
  const answer = await fetch(`${origin}/main`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: rpc("auth/createFirstApiKey", { initializationToken, name: "owner" }),
  });
  if (!answer.ok) return `No API key was made: HTTP ${answer.status}.`;
  const { result, error } = /** @type {Answer} */ (await answer.json());
  if (result) return introduction(origin, result);
  if (error.code === FIRST_KEY_EXISTS) {
    return "The first API key exists. Its secret was shown once, when it was made; `npm run recover` makes a new key.";
  }
  return `No API key was made: ${error.message} (${error.code}).`;
}

/**
 * @typedef {{ apiKeyId: string, apiKeySecret: string }} ApiKey
 * @typedef {{ result: ApiKey, error?: never } | { result?: never, error: { code: number, message: string } }} Answer
 */

/**
 * @param {string} origin
 * @param {ApiKey} key
 */
function introduction(origin, { apiKeyId, apiKeySecret }) {
  const body = rpc("auth/token", {
    grantType: "client_credentials",
    clientId: apiKeyId,
    clientSecret: apiKeySecret,
    scope: ["user:read_write"],
  });
  return `The first API key. Its secret is shown only now.

  API key id:     ${apiKeyId}
  API key secret: ${apiKeySecret}

An access token for it:

  curl -sS ${origin}/main -H 'Content-Type: application/json' --data-binary '${body}'
`;
}

/**
 * @param {string} method
 * @param {object} params
 */
function rpc(method, params) {
  return JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
}
