import { registerHooks } from "node:module";
import { pathToFileURL } from "node:url";
import { ROOT } from "./paths.mjs";

/**
 * What commands use of the Worker's own code: the same rules and the same cryptography, not a copy. Node runs the TypeScript as it is,
 * and only has to be told that `./x` means `./x.ts` there.
 */

const SRC = pathToFileURL(`${ROOT}src/`).href;

registerHooks({
  resolve: (specifier, context, next) =>
    specifier.startsWith(".") && context.parentURL?.startsWith(SRC) && !/\.\w+$/.test(specifier)
      ? next(`${specifier}.ts`, context)
      : next(specifier, context),
});

/**
 * @template T
 * @param {string} path in src, without its extension
 * @returns {Promise<T>} the module
 */
const load = (path) => import(`${SRC}${path}.ts`);

/** @typedef {{ readonly id: string }} Master keys derived from one master secret; see src/auth/master.ts */
/** @typedef {readonly [Master, ...Master[]]} Masters */
/** @typedef {(bytes: number) => Uint8Array} Random */

/** @type {{ deriveMaster(secret: string): Promise<Master> }} */
export const { deriveMaster } = await load("auth/master");

/**
 * @type {{
 *   sealSecret(masters: Masters, apiKeyId: string, secret: string, random: Random): Promise<string>,
 *   openSecret(masters: Masters, apiKeyId: string, sealed: string): Promise<string>,
 * }}
 */
export const { sealSecret, openSecret } = await load("auth/secrets");

/** @typedef {{ safeParse(value: unknown): { success: boolean } }} Schema */

/**
 * @type {Record<"instanceId" | "contextId" | "userId" | "userPubKey" | "hostUrl" | "apiKeyId" | "apiKeyName" | "clientSecret" |
 *   "clientPubKey" | "maxScope", Schema>}
 */
export const fields = await load("methods/fields");

/**
 * @type {{
 *   parseMaxScope(list: readonly string[]): { entries: readonly string[], permissions: number, ipAddrs: readonly string[] | null },
 *   isGranting(entry: string): boolean,
 *   ALL_PERMISSIONS: number,
 *   SCOPE_NAMES: readonly string[],
 * }}
 */
export const { parseMaxScope, isGranting, ALL_PERMISSIONS, SCOPE_NAMES } = await load("auth/scope");

/** @type {{ MAX_API_KEYS: number, MAX_HISTORY_ENTRIES: number, MAX_HOSTS: number, MAX_HOST_URLS: number }} */
export const { MAX_API_KEYS, MAX_HISTORY_ENTRIES, MAX_HOSTS, MAX_HOST_URLS } = await load("limits");

/** @type {{ configure(env: object): Promise<unknown> }} */
export const { configure } = await load("config");
