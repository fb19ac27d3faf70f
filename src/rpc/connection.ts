import { DurableObject } from "cloudflare:workers";
import type { Credential } from "../auth/credential";
import { configure, type Env } from "../config";
import { makeContext, type Socket, world } from "../context";
import { describeError, Log } from "../log";
import { Database } from "../store/database";
import { endSessionsOfConnection } from "../store/sessionChanges";
import { hasSessions } from "../store/sessions";
import { CLOSE, type CloseReason, closeReply, readFrame } from "./frame";
import { FrameQueue } from "./frameQueue";
import { mayBind, type RpcRequest, readRequest, serve } from "./serve";
import { advance, recall, remember, takeOver } from "./socketMemory";

/** What the audit trail calls the end of a socket. */
const ENDING = "websocket.close";

/**
 * Holds one WebSocket with the hibernation API and does nothing else: frames go the way of `POST /main`. Between frames the
 * object sleeps; the platform answers pings without it. Its id is the connection's, and no other socket ever has it.
 */
export class Connection extends DurableObject<Env> {
  readonly #frames = new FrameQueue();
  readonly #id = this.ctx.id.toString();

  override async fetch(request: Request): Promise<Response> {
    const { 0: client, 1: server } = new WebSocketPair();
    const memory = takeOver(request);
    const { socketIdleMs } = await configure(this.env);
    await this.ctx.storage.setAlarm(memory.activeAt + socketIdleMs);
    this.ctx.acceptWebSocket(server);
    remember(server, memory);
    return new Response(null, { status: 101, webSocket: client });
  }

  override async webSocketMessage(ws: WebSocket, message: string | ArrayBuffer): Promise<void> {
    if (recall(ws).isClosed) return;
    const frame = readFrame(message);
    if ("refusal" in frame) return this.#close(ws, frame.refusal);
    if (!this.#frames.hasRoomFor(frame.bytes)) return this.#close(ws, "tryAgainLater");
    remember(ws, { ...recall(ws), activeAt: world.now() });
    const request = readRequest(frame.text);
    const { bytes } = frame;
    await this.#frames.add({ bytes, binds: mayBind(request) }, () => this.#answer(ws, request));
  }

  override async webSocketClose(ws: WebSocket, code: number, reason: string): Promise<void> {
    ws.close(closeReply(code), reason);
    await this.#end(recall(ws).address);
  }

  override async webSocketError(ws: WebSocket): Promise<void> {
    await this.#end(recall(ws).address);
  }

  /** Closes the socket once it is idle. Also cleans up after one that is gone without a word. */
  override async alarm(): Promise<void> {
    const ws = this.ctx.getWebSockets().find((socket) => socket.readyState === WebSocket.OPEN);
    const { socketIdleMs } = await configure(this.env);
    const idleAt = ws ? recall(ws).activeAt + socketIdleMs : 0;
    if (idleAt > world.now()) return this.ctx.storage.setAlarm(idleAt);
    if (ws) this.#close(ws, "goingAway");
    await this.ctx.storage.setAlarm(world.now() + socketIdleMs);
    await this.#end(ws ? recall(ws).address : "");
  }

  async #answer(ws: WebSocket, request: RpcRequest): Promise<void> {
    const requestId = crypto.randomUUID();
    try {
      const memory = recall(ws);
      const { address, origin, bookmark, bound } = memory;
      const socket: Socket = { id: this.#id, bound };
      const source = { requestId, address, origin, bookmark };
      const later = (work: Promise<unknown>) => this.ctx.waitUntil(work);
      const context = makeContext(this.env, await configure(this.env), source, world, later, socket);
      if (!(await context.limiter.countRequest())) return this.#close(ws, "tryAgainLater");
      const served = await serve({ request, credentialOf, mayWrite: () => true }, context);
      remember(ws, advance(recall(ws), memory, { bound: socket.bound, bookmark: context.db.bookmark }));
      if (served.kind === "limited" || served.kind === "unavailable") return this.#close(ws, "tryAgainLater");
      if (served.text !== undefined && ws.readyState === WebSocket.OPEN) ws.send(served.text);
    } catch (error) {
      new Log(requestId).error("unforeseen exception", { error: describeError(error) });
      this.#close(ws, "internalError");
    }
  }

  #close(ws: WebSocket, reason: CloseReason): void {
    remember(ws, { ...recall(ws), isClosed: true });
    ws.close(CLOSE[reason], reason);
  }

  /** Ends what ends with the connection, after the frames that came before. Should it fail, the alarm that is set tries again. */
  async #end(address: string): Promise<void> {
    await this.#frames.drained();
    const log = new Log(crypto.randomUUID());
    const db = Database.open(this.env.DB, log, world.now);
    try {
      // Most sockets have no session of their own: a look costs them less than an entry's stamp in the audit trail.
      if (await db.run(hasSessions(this.#id))) {
        const actor = { method: ENDING, requestId: log.requestId, address };
        await db.actingAs(actor).run(endSessionsOfConnection(this.#id));
      }
      await this.ctx.storage.deleteAlarm();
      await this.ctx.storage.deleteAll();
    } catch (error) {
      log.error("the end of a connection failed", { error: describeError(error) });
    }
  }
}

/** A frame has no header: a call shows a token of its own, or has the rights of the one bound to the socket. */
const credentialOf = (tokenField: string | undefined): Credential =>
  tokenField === undefined ? { kind: "none" } : { kind: "token", token: tokenField };
