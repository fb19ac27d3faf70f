/** What the tests use of the package: the standard's class, and what only a program can do to a connection. */
declare module "ws" {
  export class WebSocket extends globalThis.WebSocket {
    constructor(url: string, options?: { headers?: Record<string, string>; origin?: string });
    once(event: "pong", listener: () => void): this;
    once(
      event: "unexpected-response",
      listener: (request: unknown, response: { statusCode: number }) => void,
    ): this;
    send(data: string | ArrayBufferLike | ArrayBufferView | Blob, options?: { binary: boolean }): void;
    ping(): void;
    /** Destroys the TCP connection without a close frame. */
    terminate(): void;
  }
}
