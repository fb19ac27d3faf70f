import { type Call, RpcError } from "../../src/client";
import { call, clientOf, isCode, type Result, SessionEnded, UNAUTHORIZED } from "./api";

type Tokens = Result<"auth/token">;

/**
 * Who is signed in. The API key's secret is not kept, and the tokens live in this object only: a reload signs out. An
 * expired access token is refreshed once for all the calls that met it.
 */
export class Session {
  readonly apiKeyId: string;
  /** As the typed client's; it throws SessionEnded too. */
  readonly call: Call;
  #tokens: Tokens;
  #refreshing: Promise<Tokens> | undefined;
  readonly #onEnd: () => void;

  private constructor(apiKeyId: string, tokens: Tokens, onEnd: () => void) {
    this.apiKeyId = apiKeyId;
    this.#tokens = tokens;
    this.#onEnd = onEnd;
    const authorized = clientOf(() => this.#tokens.accessToken);
    this.call = (async (...args: Parameters<Call>) => {
      try {
        return await authorized(...args);
      } catch (error) {
        if (!isCode(error, UNAUTHORIZED)) throw error;
      }
      await this.#refresh();
      return authorized(...args);
    }) as Call;
  }

  /** Signs in with all that the API key may do. @throws RpcError, HttpError, Unreachable */
  static async signIn(apiKeyId: string, secret: string, onEnd: () => void): Promise<Session> {
    const tokens = await call("auth/token", {
      grantType: "client_credentials",
      clientId: apiKeyId,
      clientSecret: secret,
      scope: [],
    });
    return new Session(apiKeyId, tokens, onEnd);
  }

  async #refresh(): Promise<void> {
    const { refreshToken } = this.#tokens;
    this.#refreshing ??= call("auth/token", { grantType: "refresh_token", refreshToken }).finally(() => {
      this.#refreshing = undefined;
    });
    try {
      this.#tokens = await this.#refreshing;
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
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
