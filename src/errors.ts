/**
 * The table of errors: what a failure is called here, and what the wire says of it. Codes and messages are those of the
 * PrivMX PKI Server's API document to the letter, misspellings included. The table is keyed by name because the document
 * uses code 89 twice.
 */
export const ERRORS = {
  accessDenied: { code: 1, message: "Access denied" },
  invalidCredentials: { code: 12, message: "Invalid credentials" },
  unauthorized: { code: 14, message: "Unauthorized" },
  websocketOnly: { code: 59, message: "Method is callable with websocket only" },
  tooManyLogins: { code: 67, message: "Too many login attempts" },
  noApiKey: { code: 71, message: "Api key does not exist" },
  tooManyApiKeys: { code: 72, message: "Too many api keys" },
  insufficientScope: { code: 73, message: "Inssuficent scope" },
  noSession: { code: 74, message: "Session does not exist or exipred" },
  tokenExpired: { code: 75, message: "Token is expired or has been revoked" },
  tokenInvalid: { code: 76, message: "Token is invalid" },
  noUser: { code: 78, message: "User does not exist" },
  noKey: { code: 79, message: "No key for user" },
  noKeyAtTime: { code: 80, message: "No key for user at given time" },
  keyExists: { code: 81, message: "The key already exists" },
  noHost: { code: 82, message: "No host for given instanceId" },
  hostUrlExists: { code: 83, message: "Host URL already exists." },
  noHostUrl: { code: 84, message: "Host URL does not exist." },
  cannotAddHost: { code: 85, message: "Cannot add host." },
  cannotAddUrl: { code: 86, message: "Cannot add url to the given host." },
  noHostFound: { code: 87, message: "Cannot find host by given filter." },
  urlReserved: { code: 88, message: "Given URL already reserved." },
  hostExists: { code: 89, message: "Host Identity with the given public key already exists." },
  firstKeyExists: { code: 96, message: "First api key was already created" },
  invalidInitToken: { code: 97, message: "Initialization token is invalid or not set" },
  tooManyRequests: { code: 429, message: "Too Many Requests" },
  parseError: { code: -32700, message: "Parse error" },
  invalidRequest: { code: -32600, message: "Invalid request" },
  methodNotFound: { code: -32601, message: "Method not found" },
  invalidParams: { code: -32602, message: "Invalid params" },
  internalError: { code: -32603, message: "Internal error" },
  postOnly: { code: -32605, message: "Only post method allowed" },
} as const satisfies Record<string, { code: number; message: string }>;

export type ErrorName = keyof typeof ERRORS;

/** Errors that any call may meet, whatever its method: a declaration lists only what it adds to these. */
export const COMMON_ERRORS = [
  "unauthorized",
  "insufficientScope",
  "invalidParams",
  "internalError",
] as const satisfies readonly ErrorName[];

/** A foreseen refusal. `data` reaches the caller and never holds a value they sent; `reason` reaches the log alone. */
export class Failure extends Error {
  readonly error: ErrorName;
  readonly data: string | undefined;
  readonly reason: string | undefined;

  constructor(error: ErrorName, data?: string, reason?: string) {
    super(ERRORS[error].message);
    this.error = error;
    this.data = data;
    this.reason = reason;
  }
}
