import { evictDurableObject, listDurableObjectIds, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { type RpcAnswer, send } from "./support";

export const upgrade = (headers: Record<string, string> = {}, setup: Parameters<typeof send>[2] = {}) =>
  send("/main", { headers: { upgrade: "websocket", ...headers } }, setup);

/** A client's end of a WebSocket, and the object that holds the other one. */
export class TestSocket {
  readonly stub: DurableObjectStub;
  readonly closed: Promise<{ code: number; reason: string }>;
  readonly #ws: WebSocket;
  readonly #answers = new Map<unknown, (answer: RpcAnswer) => void>();
  #unclaimed: ((text: string) => void)[] = [];
  #lastId = 0;

  private constructor(ws: WebSocket, stub: DurableObjectStub) {
    this.#ws = ws;
    this.stub = stub;
    ws.addEventListener("message", ({ data }) => this.#receive(data as string));
    this.closed = new Promise((resolve) => {
      ws.addEventListener("close", ({ code, reason }) => resolve({ code, reason }));
    });
    ws.accept();
  }

  static async open(headers: Record<string, string> = {}): Promise<TestSocket> {
    const before = new Set((await listDurableObjectIds(env.CONNECTION)).map(String));
    const { webSocket, status } = await upgrade(headers);
    if (!webSocket) throw new Error(`no WebSocket: ${status}`);
    const [id] = (await listDurableObjectIds(env.CONNECTION)).filter((i) => !before.has(String(i)));
    return new TestSocket(webSocket, env.CONNECTION.get(id as DurableObjectId));
  }

  send(frame: string | ArrayBuffer | Uint8Array): void {
    this.#ws.send(frame);
  }

  close(code?: number, reason?: string): void {
    this.#ws.close(code, reason);
  }

  /** Sends one call and gives its answer. `token` is the request object's own member. */
  rpc(method: string, params: unknown = {}, token?: string): Promise<RpcAnswer> {
    const id = ++this.#lastId;
    const answer = new Promise<RpcAnswer>((resolve) => this.#answers.set(id, resolve));
    this.send(JSON.stringify({ jsonrpc: "2.0", id, method, params, token }));
    return answer;
  }

  /** The code that one call answers with; 0 where it succeeds. */
  async code(method: string, params: unknown = {}, token?: string): Promise<number> {
    return (await this.rpc(method, params, token)).error?.code ?? 0;
  }

  bind(accessToken: string): Promise<number> {
    return this.code("auth/bindAccessToken", { accessToken });
  }

  /** Sends a frame as it is and gives the next one that answers no call of `rpc`. */
  exchange(frame: string | Uint8Array): Promise<string> {
    const answer = new Promise<string>((resolve) => this.#unclaimed.push(resolve));
    this.send(frame);
    return answer;
  }

  /** Takes the object out of memory, as the platform does with one that has nothing to do. */
  evict(): Promise<void> {
    return evictDurableObject(this.stub);
  }

  /** What the platform keeps for the object: its sockets' attachments and its storage. */
  kept(): Promise<{ attachments: unknown[]; stored: number; alarm: number | null }> {
    return runInDurableObject(this.stub, async (_object, state) => ({
      attachments: state.getWebSockets().map((ws) => ws.deserializeAttachment()),
      stored: (await state.storage.list()).size,
      alarm: await state.storage.getAlarm(),
    }));
  }

  #receive(text: string): void {
    const { id } = JSON.parse(text) as RpcAnswer;
    const resolve = this.#answers.get(id);
    if (resolve) resolve(JSON.parse(text));
    else this.#unclaimed.shift()?.(text);
    this.#answers.delete(id);
  }
}
