/** What the REST API calls a refusal, by its HTTP status; PrivX's names where PrivX has one. */
export const REST_CODES = {
  400: "BAD_REQUEST",
  401: "UNAUTHORIZED",
  403: "PERMISSION_DENIED",
  404: "OBJECT_NOT_FOUND",
  405: "METHOD_NOT_ALLOWED",
  409: "DUPLICATE",
  413: "TOO_LARGE",
  429: "RATE_LIMITED",
  500: "GENERAL_ERROR",
  503: "SERVICE_UNAVAILABLE",
} as const;

/** The code of errors that only the REST API raises: JSON-RPC reserves it for servers. */
export const REST_ONLY = -32000;

/**
 * The table of errors: what a failure is called here, and what the wire says of it: `code` over JSON-RPC, `status` over
 * REST. Codes and messages are those of the PrivMX PKI Server's API document to the letter, misspellings included. The
 * table is keyed by name because the document uses code 89 twice.
 */
export const ERRORS = {
  accessDenied: { code: 1, status: 403, message: "Access denied" },
  invalidCredentials: { code: 12, status: 401, message: "Invalid credentials" },
  unauthorized: { code: 14, status: 401, message: "Unauthorized" },
  websocketOnly: { code: 59, status: 400, message: "Method is callable with websocket only" },
  tooManyLogins: { code: 67, status: 429, message: "Too many login attempts" },
  noApiKey: { code: 71, status: 404, message: "Api key does not exist" },
  tooManyApiKeys: { code: 72, status: 400, message: "Too many api keys" },
  insufficientScope: { code: 73, status: 403, message: "Inssuficent scope" },
  noSession: { code: 74, status: 404, message: "Session does not exist or exipred" },
  tokenExpired: { code: 75, status: 400, message: "Token is expired or has been revoked" },
  tokenInvalid: { code: 76, status: 400, message: "Token is invalid" },
  noUser: { code: 78, status: 404, message: "User does not exist" },
  noKey: { code: 79, status: 404, message: "No key for user" },
  noKeyAtTime: { code: 80, status: 404, message: "No key for user at given time" },
  keyExists: { code: 81, status: 409, message: "The key already exists" },
  noHost: { code: 82, status: 404, message: "No host for given instanceId" },
  hostUrlExists: { code: 83, status: 409, message: "Host URL already exists." },
  noHostUrl: { code: 84, status: 404, message: "Host URL does not exist." },
  cannotAddHost: { code: 85, status: 400, message: "Cannot add host." },
  cannotAddUrl: { code: 86, status: 400, message: "Cannot add url to the given host." },
  noHostFound: { code: 87, status: 404, message: "Cannot find host by given filter." },
  urlReserved: { code: 88, status: 409, message: "Given URL already reserved." },
  hostExists: { code: 89, status: 409, message: "Host Identity with the given public key already exists." },
  firstKeyExists: { code: 96, status: 409, message: "First api key was already created" },
  invalidInitToken: { code: 97, status: 403, message: "Initialization token is invalid or not set" },
  tooManyRequests: { code: 429, status: 429, message: "Too Many Requests" },
  unavailable: { code: 503, status: 503, message: "Service Unavailable" },
  parseError: { code: -32700, status: 400, message: "Parse error" },
  invalidRequest: { code: -32600, status: 400, message: "Invalid request" },
  methodNotFound: { code: -32601, status: 404, message: "Method not found" },
  invalidParams: { code: -32602, status: 400, message: "Invalid params" },
  internalError: { code: -32603, status: 500, message: "Internal error" },
  postOnly: { code: -32605, status: 405, message: "Only post method allowed" },
  notFound: { code: REST_ONLY, status: 404, message: "There is nothing under this path" },
  methodNotAllowed: { code: REST_ONLY, status: 405, message: "This path knows no such method" },
  tooLarge: { code: REST_ONLY, status: 413, message: "The body is too large" },
  noSshKey: { code: REST_ONLY, status: 404, message: "This user has no such key" },
  sshKeyTaken: { code: REST_ONLY, status: 409, message: "The public key is registered already" },
  usernameTaken: { code: REST_ONLY, status: 409, message: "Another user has this username" },
  ownerIsKept: { code: REST_ONLY, status: 403, message: "The owner of this server cannot be deleted" },
  invalidClient: { code: REST_ONLY, status: 401, message: "Unknown client, or wrong client secret" },
  invalidGrant: { code: REST_ONLY, status: 400, message: "What was shown is wrong, expired or used" },
  unsupportedGrant: { code: REST_ONLY, status: 400, message: "This grant_type is not known here" },
} as const satisfies Record<string, { code: number; status: keyof typeof REST_CODES; message: string }>;

export type ErrorName = keyof typeof ERRORS;

/** Errors that any call may meet, whatever its method: a declaration lists only what it adds to these. */
export const COMMON_ERRORS = [
  "unauthorized",
  "insufficientScope",
  "invalidParams",
  "internalError",
] as const satisfies readonly ErrorName[];

/** What is wrong with one field: where it stands, and a sentence that says what is expected there. */
export interface Detail {
  readonly property: string;
  readonly message: string;
}

/**
 * A foreseen refusal. `data` and `details` reach the caller and never hold a value they sent; `reason` reaches the log
 * alone.
 */
export class Failure extends Error {
  readonly error: ErrorName;
  readonly data: string | undefined;
  readonly reason: string | undefined;
  readonly details: readonly Detail[];

  constructor(error: ErrorName, data?: string, reason?: string, details: readonly Detail[] = []) {
    super(ERRORS[error].message);
    this.error = error;
    this.data = data;
    this.reason = reason;
    this.details = details;
  }
}
