import type { Granted } from "../../auth/issue";

/** What was granted, as the JSON-RPC methods answer it. */
export const tokensOf = ({ sessionName, scope, ...granted }: Granted) => ({
  ...granted,
  tokenType: "Bearer" as const,
  scope: [...scope],
  ...(sessionName !== null && { sessionName }),
});
