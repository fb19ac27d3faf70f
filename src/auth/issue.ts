import { type Context, issuerOf } from "../context";
import type { StoredSession } from "../store/sessions";
import { signAccessToken } from "./accessToken";
import { parseList } from "./caller";
import { signRefreshToken } from "./refreshToken";
import { isGranting } from "./scope";

/** A pair of tokens and what the session behind them is. Durations in ms. */
export interface Granted {
  readonly accessToken: string;
  readonly accessTokenExpiresIn: number;
  readonly refreshToken: string;
  readonly refreshTokenExpiresIn: number;
  readonly scope: readonly string[];
  readonly sessionName: string | null;
}

type Issued = Pick<
  StoredSession,
  | "sessionId"
  | "generation"
  | "apiKeyId"
  | "userId"
  | "name"
  | "scope"
  | "ipAddrs"
  | "connectionId"
  | "accessExpires"
  | "refreshExpires"
>;

/** Signs the tokens of a session as it now is; `issued` in ms. */
export async function issue(made: Issued, issued: number, context: Context): Promise<Granted> {
  const { config } = context;
  const { sessionId, generation, apiKeyId, userId, accessExpires, refreshExpires } = made;
  const entries = parseList(made.scope) ?? [];
  const bound = [
    ...(made.ipAddrs === null ? [] : ["ipAddr"]),
    ...(made.connectionId === null ? [] : ["connection"]),
  ];
  const issuer = issuerOf(context);
  const claims = { issuer, userId, apiKeyId, sessionId, generation, issued, expires: accessExpires, bound };
  return {
    accessToken: await signAccessToken(
      config.masters,
      { ...claims, scope: entries.filter(isGranting) },
      issued,
    ),
    accessTokenExpiresIn: accessExpires - issued,
    refreshToken: await signRefreshToken(config.masters, { sessionId, generation, expires: refreshExpires }),
    refreshTokenExpiresIn: refreshExpires - issued,
    scope: entries,
    sessionName: made.name,
  };
}
