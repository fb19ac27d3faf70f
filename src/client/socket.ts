import { NotConnectedError, RpcError } from "./errors";
import { Link, type WebSocketClass } from "./link";
import type { Call } from "./methods";

const ATTEMPTS = 6;
const FIRST_DELAY_MS = 250;
const MAX_DELAY_MS = 8000;

export interface SocketOptions {
  /** The server's origin, such as `https://keys.example.com`. */
  readonly url: string;
  /** Gives the newest access token, which each new connection is bound to. */
  readonly token?: () => string | Promise<string>;
  readonly WebSocket?: WebSocketClass;
  readonly wait?: (ms: number) => Promise<void>;
  /** From 0 to 1. */
  readonly random?: () => number;
}

export interface SocketClient {
  /**
   * Calls run side by side on one connection. It is opened by the first call, and by the next one after it broke.
   * @throws RpcError, NotConnectedError (did not run), ConnectionLostError (may have run)
   */
  readonly call: Call;
  /** Binds the newest access token: a refresh revokes the one before. @throws as `call` */
  bind(): Promise<void>;
  /** Ends the connection; calls under way fail with ConnectionLostError, later ones with NotConnectedError. */
  close(): void;
}

/** A client over one WebSocket that connects again, with back-off, and binds again. */
export function createSocketClient({
  url,
  token,
  WebSocket = globalThis.WebSocket,
  wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  random = Math.random,
}: SocketOptions): SocketClient {
  const endpoint = new URL("/main", url).href.replace(/^http/, "ws");
  let link: Link | undefined;
  let linking: Promise<Link> | undefined;
  let isClosed = false;

  const bindTo = async (to: Link) => {
    if (token) await to.call("auth/bindAccessToken", { accessToken: await token() });
  };

  const open = async (): Promise<Link> => {
    const opened = await Link.open(endpoint, WebSocket);
    try {
      await bindTo(opened);
      if (isClosed) throw new NotConnectedError("the client is closed");
      return opened;
    } catch (error) {
      opened.close();
      throw error;
    }
  };

  const connect = async (): Promise<Link> => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await open();
      } catch (error) {
        if (error instanceof RpcError) throw error;
        if (isClosed || attempt === ATTEMPTS) {
          throw new NotConnectedError("no connection could be made", { cause: error });
        }
        // Full jitter: clients that lost one server do not come back to it all at once.
        await wait(random() * Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** (attempt - 1)));
      }
    }
  };

  const linked = async (): Promise<Link> => {
    if (isClosed) throw new NotConnectedError("the client is closed");
    if (link?.isOpen) return link;
    linking ??= connect().finally(() => {
      linking = undefined;
    });
    link = await linking;
    return link;
  };

  const call = async (method: string, params: unknown = {}) => (await linked()).call(method, params);
  return {
    call: call as Call,
    bind: async () => bindTo(await linked()),
    close() {
      isClosed = true;
      link?.close();
    },
  };
}
