import { type Call, RpcError } from "../../src/client";
import { call, clientOf, isUnauthorized, type Result, SessionEnded } from "./api";
import { type Rest, restOf } from "./rest";

type Tokens = Result<"auth/token">;

/**
 * Who is signed in. The API key's secret is not kept, and the tokens live in this object only: a reload signs out. An
 * expired access token is refreshed once for all the calls that met it.
 */
export class Session {
  readonly apiKeyId: string;
  /** As the typed client's; it throws SessionEnded too. */
  readonly call: Call;
  /** As `restOf` gives it; it throws SessionEnded too. */
  readonly rest: Rest;
  #tokens: Tokens;
  #refreshing: Promise<Tokens> | undefined;
  readonly #onEnd: () => void;

  private constructor(apiKeyId: string, tokens: Tokens, onEnd: () => void) {
    this.apiKeyId = apiKeyId;
    this.#tokens = tokens;
    this.#onEnd = onEnd;
    const token = () => this.#tokens.accessToken;
    const authorized = clientOf(token);
    this.call = ((...args: Parameters<Call>) => this.#again(() => authorized(...args))) as Call;
    const rest = restOf(token);
    this.rest = (...args) => this.#again(() => rest(...args));
  }

  /** Runs a call, and once more with a new access token where the first was refused for its own. */
  async #again<T>(run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (error) {
      if (!isUnauthorized(error)) throw error;
    }
    await this.#refresh();
    return run();
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
