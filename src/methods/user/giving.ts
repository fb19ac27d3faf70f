import { type Caller, coversAddresses } from "../../auth/caller";
import { includes, type Scope } from "../../auth/scope";

/**
 * Whether the caller may give a key this scope: nobody gives more than the credential of the call has. A `maxScope`
 * cannot hold `connection`, so that a token for one connection alone could only give more.
 */
export const mayGive = (caller: Caller, scope: Scope): boolean =>
  !caller.connection &&
  includes(caller.permissions, scope.permissions) &&
  coversAddresses(caller, scope.ipAddrs);

/** A scope as a row of an API key holds it. */
export const scopeColumns = (scope: Scope) => ({
  maxScope: JSON.stringify(scope.entries),
  permissions: scope.permissions,
  ipAddrs: scope.ipAddrs && JSON.stringify(scope.ipAddrs),
});
