import { ConnectionLostError, NotConnectedError } from "./errors";
import { readAnswer, resultOf, writeCall } from "./message";

export type WebSocketClass = new (url: string) => WebSocket;

/** `WebSocket.OPEN` of the standard. */
const OPEN = 1;

interface Waiting {
  resolve(result: unknown): void;
  reject(error: unknown): void;
}

/** One open WebSocket with the calls under way on it. */
export class Link {
  readonly #ws: WebSocket;
  readonly #waiting = new Map<number | null, Waiting>();
  #lastId = 0;

  private constructor(ws: WebSocket) {
    this.#ws = ws;
    ws.addEventListener("message", ({ data }) => this.#receive(String(data)));
    ws.addEventListener("close", () => this.#end());
  }

  /** @throws NotConnectedError */
  static open(url: string, WebSocket: WebSocketClass): Promise<Link> {
    const ws = new WebSocket(url);
    return new Promise((resolve, reject) => {
      ws.addEventListener("open", () => resolve(new Link(ws)));
      ws.addEventListener("error", () => reject(new NotConnectedError("the WebSocket did not open")));
      ws.addEventListener("close", () => reject(new NotConnectedError("the WebSocket did not open")));
    });
  }

  get isOpen(): boolean {
    return this.#ws.readyState === OPEN;
  }

  /** @throws RpcError, NotConnectedError, ConnectionLostError */
  call(method: string, params: unknown): Promise<unknown> {
    if (!this.isOpen) return Promise.reject(new NotConnectedError("the connection is closing"));
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#ws.send(writeCall(id, method, params));
    });
  }

  close(): void {
    this.#ws.close(1000);
    this.#end();
  }

  #end(): void {
    for (const { reject } of this.#waiting.values()) {
      reject(new ConnectionLostError("the connection ended before the answer"));
    }
    this.#waiting.clear();
  }

  #receive(text: string): void {
    const answer = readAnswer(text);
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    try {
      waiting?.resolve(resultOf(answer));
    } catch (error) {
      waiting?.reject(error);
    }
  }
}
