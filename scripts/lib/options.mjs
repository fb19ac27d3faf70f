import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { Failure } from "./failure.mjs";
import { ROOT } from "./paths.mjs";

/**
 * The arguments of `npm run dev` and `npm start`, named as those of `wrangler dev`.
 *
 * @typedef {object} Options
 * @property {number} port to listen on; 0 takes any free one
 * @property {string} ip address to listen on; `localhost` means 127.0.0.1
 * @property {string} persistTo absolute path of the directory that keeps D1 and KV
 * @property {Record<string, string>} vars from `--var NAME:VALUE`, which may come several times
 */

/**
 * @param {string[]} args
 * @returns {Options}
 * @throws {Failure} that names the bad argument
 */
export function parseOptions(args) {
  const { port, ip, "persist-to": persistTo, var: pairs } = parse(args);
  return {
    port: parsePort(port),
    ip,
    persistTo: persistTo === undefined ? resolve(ROOT, ".wrangler/state") : resolve(persistTo),
    vars: Object.fromEntries(pairs.map(parseVar)),
  };
}

/** @param {string[]} args */
function parse(args) {
  try {
    return parseArgs({
      args,
      options: {
        port: { type: "string", default: "8101" },
        ip: { type: "string", default: "localhost" },
        "persist-to": { type: "string" },
        var: { type: "string", multiple: true, default: [] },
      },
    }).values;
  } catch (error) {
    throw new Failure(/** @type {Error} */ (error).message.replaceAll("\n", " "));
  }
}

/** @param {string} text */
function parsePort(text) {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65535)
    throw new Failure(`--port is a number from 0 to 65535, not '${text}'.`);
  return port;
}

/**
 * @param {string} text
 * @returns {[string, string]}
 */
function parseVar(text) {
  const colon = text.indexOf(":");
  if (colon < 1) throw new Failure("--var is written NAME:VALUE.");
  return [text.slice(0, colon), text.slice(colon + 1)];
}
