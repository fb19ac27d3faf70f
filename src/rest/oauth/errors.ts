import { ERRORS, type ErrorName, type Failure, type REST_CODES } from "../../errors";

/** The `error` of RFC 6749, section 5.2, that each failure is; `invalid_request` where none is named. */
const OAUTH_ERRORS: Partial<Record<ErrorName, string>> = {
  invalidClient: "invalid_client",
  invalidCredentials: "invalid_grant",
  invalidGrant: "invalid_grant",
  tokenExpired: "invalid_grant",
  tokenInvalid: "invalid_grant",
  unauthorized: "invalid_grant",
  insufficientScope: "invalid_scope",
  unsupportedGrant: "unsupported_grant_type",
  accessDenied: "access_denied",
  tooManyLogins: "temporarily_unavailable",
  tooManyRequests: "temporarily_unavailable",
  internalError: "server_error",
};

/** These are a 400 of the token endpoint, whatever they are elsewhere. */
const REFUSED_GRANTS: ReadonlySet<string> = new Set(["invalid_grant", "invalid_scope"]);

export function oauthErrorOf(failure: Failure): { error: string; status: keyof typeof REST_CODES } {
  const error =
    failure.details[0]?.property === "scope"
      ? "invalid_scope"
      : (OAUTH_ERRORS[failure.error] ?? "invalid_request");
  return { error, status: REFUSED_GRANTS.has(error) ? 400 : ERRORS[failure.error].status };
}
