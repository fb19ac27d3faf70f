import { expect, test } from "vitest";
import { ERRORS } from "../src/errors";

/** The API document's tables, to the letter, for every error that this server has. */
const DOCUMENT: Record<string, [number, string]> = {
  accessDenied: [1, "Access denied"],
  invalidCredentials: [12, "Invalid credentials"],
  unauthorized: [14, "Unauthorized"],
  websocketOnly: [59, "Method is callable with websocket only"],
  tooManyLogins: [67, "Too many login attempts"],
  noApiKey: [71, "Api key does not exist"],
  tooManyApiKeys: [72, "Too many api keys"],
  insufficientScope: [73, "Inssuficent scope"],
  noSession: [74, "Session does not exist or exipred"],
  tokenExpired: [75, "Token is expired or has been revoked"],
  tokenInvalid: [76, "Token is invalid"],
  noUser: [78, "User does not exist"],
  noKey: [79, "No key for user"],
  noKeyAtTime: [80, "No key for user at given time"],
  keyExists: [81, "The key already exists"],
  noHost: [82, "No host for given instanceId"],
  hostUrlExists: [83, "Host URL already exists."],
  noHostUrl: [84, "Host URL does not exist."],
  cannotAddHost: [85, "Cannot add host."],
  cannotAddUrl: [86, "Cannot add url to the given host."],
  noHostFound: [87, "Cannot find host by given filter."],
  urlReserved: [88, "Given URL already reserved."],
  hostExists: [89, "Host Identity with the given public key already exists."],
  firstKeyExists: [96, "First api key was already created"],
  invalidInitToken: [97, "Initialization token is invalid or not set"],
  tooManyRequests: [429, "Too Many Requests"],
  parseError: [-32700, "Parse error"],
  invalidRequest: [-32600, "Invalid request"],
  methodNotFound: [-32601, "Method not found"],
  invalidParams: [-32602, "Invalid params"],
  internalError: [-32603, "Internal error"],
  postOnly: [-32605, "Only post method allowed"],
};

test("codes and messages are those of the API document", () => {
  const said = Object.entries(ERRORS).map(([name, { code, message }]) => [name, [code, message]]);
  expect(Object.fromEntries(said)).toMatchObject(DOCUMENT);
});
