import { ApiError, callMethod, isCode, type MethodName, type Params, type Result, UNAUTHORIZED } from "./api";

type Tokens = Result<"auth/token">;

/** The session has ended on the server's side: only signing in again helps. */
export class SessionEnded extends Error {}

/**
 * Who is signed in. The API key's secret is not kept, and the tokens live in this object only: a reload signs out. An
 * expired access token is refreshed once for all the calls that met it.
 */
export class Session {
  readonly apiKeyId: string;
  #tokens: Tokens;
  #refreshing: Promise<Tokens> | undefined;
  readonly #onEnd: () => void;

  private constructor(apiKeyId: string, tokens: Tokens, onEnd: () => void) {
    this.apiKeyId = apiKeyId;
    this.#tokens = tokens;
    this.#onEnd = onEnd;
  }

  /** Signs in with all that the API key may do. @throws ApiError, Unreachable */
  static async signIn(apiKeyId: string, secret: string, onEnd: () => void): Promise<Session> {
    const tokens = await callMethod("auth/token", {
      grantType: "client_credentials",
      clientId: apiKeyId,
      clientSecret: secret,
      scope: [],
    });
    return new Session(apiKeyId, tokens, onEnd);
  }

  get scope(): readonly string[] {
    return this.#tokens.scope;
  }

  /** @throws ApiError, Unreachable, SessionEnded */
  async call<N extends MethodName>(method: N, params: Params<N>): Promise<Result<N>> {
    try {
      return await callMethod(method, params, this.#tokens.accessToken);
    } catch (error) {
      if (!isCode(error, UNAUTHORIZED)) throw error;
    }
    await this.#refresh();
    return callMethod(method, params, this.#tokens.accessToken);
  }

  async #refresh(): Promise<void> {
    this.#refreshing ??= callMethod("auth/token", {
      grantType: "refresh_token",
      refreshToken: this.#tokens.refreshToken,
    }).finally(() => {
      this.#refreshing = undefined;
    });
    try {
      this.#tokens = await this.#refreshing;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.#onEnd();
      throw new SessionEnded();
    }
  }

  /** Ends the session on the server too, where the key may do that. */
  async signOut(): Promise<void> {
    const { list } = await this.call("user/listSessions", {});
    const current = list.find((s) => s.current);
    if (current) await this.call("user/deleteSession", { sessionId: current.sessionId });
  }
}
