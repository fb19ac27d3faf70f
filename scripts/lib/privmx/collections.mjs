import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "../failure.mjs";

/**
 * The collections of a PrivMX PKI Server as `mongoexport` writes them: one document a line, in MongoDB's Extended JSON (v2), in which a
 * number may be `{"$numberLong": "…"}` and an id `{"$oid": "…"}`.
 *
 * @typedef {{ _id: string, instanceId: string, hostPubKey: string, addresses: string[], createDate: number }} HostIdentity
 * @typedef {{ _id: string, instanceId: string, contextId: string, userId: string, userPubKey?: string | null, createDate: number }} UserIdentity
 * @typedef {{ _id: string, name: string, publicKey?: string | null, clientSecret: string, user: string, maxScope: string[],
 *   enabled: boolean }} ApiKey
 * @typedef {{ _id: string, createDate: number, enabled: boolean }} User
 * @typedef {{ hostidentity: HostIdentity[], useridentity: UserIdentity[], api_key: ApiKey[], user: User[] }} Collections
 */

const isText = (/** @type {unknown} */ value) => typeof value === "string";
const isTextOrNothing = (/** @type {unknown} */ value) =>
  value === undefined || value === null || isText(value);
const isDate = (/** @type {unknown} */ value) => Number.isSafeInteger(value) && Number(value) >= 0;
const isFlag = (/** @type {unknown} */ value) => typeof value === "boolean";
const isTexts = (/** @type {unknown} */ value) => Array.isArray(value) && value.every(isText);

/** What each field must be for anything to be made of a document. */
const SHAPES = /** @type {const} */ ({
  hostidentity: {
    _id: isText,
    instanceId: isText,
    hostPubKey: isText,
    addresses: isTexts,
    createDate: isDate,
  },
  useridentity: {
    _id: isText,
    instanceId: isText,
    contextId: isText,
    userId: isText,
    userPubKey: isTextOrNothing,
    createDate: isDate,
  },
  api_key: {
    _id: isText,
    name: isText,
    publicKey: isTextOrNothing,
    clientSecret: isTextOrNothing,
    user: isText,
    maxScope: isTexts,
    enabled: isFlag,
  },
  user: { _id: isText, createDate: isDate, enabled: isFlag },
});

/**
 * @param {string} directory that holds `NAME.json` for each collection
 * @returns {Collections} each in the order of dates, where they are equal of ids
 * @throws {Failure} that names the file and line
 */
export function readCollections(directory) {
  const entries = Object.entries(SHAPES).map(([name, shape]) => [
    name,
    read(join(directory, `${name}.json`), shape),
  ]);
  return Object.fromEntries(entries);
}

/**
 * @param {string} path
 * @param {Record<string, (value: unknown) => boolean>} shape
 */
function read(path, shape) {
  if (!existsSync(path)) throw new Failure(`${path} is missing: export that collection with mongoexport.`);
  const documents = readFileSync(path, "utf8")
    .split("\n")
    .flatMap((line, i) => (line.trim() === "" ? [] : [readDocument(line, `${path}, line ${i + 1}`, shape)]));
  return documents.toSorted((a, b) => (a.createDate ?? 0) - (b.createDate ?? 0) || (a._id < b._id ? -1 : 1));
}

/**
 * @param {string} line
 * @param {string} place
 * @param {Record<string, (value: unknown) => boolean>} shape
 * @returns {{ _id: string, createDate?: number }}
 */
function readDocument(line, place, shape) {
  let document;
  try {
    document = JSON.parse(line, plain);
  } catch {
    throw new Failure(`${place}: this is no JSON document.`);
  }
  const wrong = Object.keys(shape).find((field) => !shape[field]?.(Object(document)[field]));
  if (wrong !== undefined)
    throw new Failure(`${place}: ${wrong} is not what a PrivMX PKI Server writes there.`);
  return document;
}

/** @param {string} _key @param {unknown} value */
function plain(_key, value) {
  if (typeof value !== "object" || value === null) return value;
  const [[kind, inner] = [], ...others] = Object.entries(value);
  if (others.length > 0) return value;
  if (kind === "$oid") return inner;
  return kind === "$numberLong" || kind === "$numberInt" || kind === "$numberDouble" ? Number(inner) : value;
}
