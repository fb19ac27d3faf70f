import { createConnection, type Socket } from "node:net";

/** A request as bytes, so that the client costs next to nothing. */
export function encodeRequest(body: unknown, headers: Record<string, string> = {}): Buffer {
  const json = JSON.stringify(body);
  const all = {
    host: "localhost",
    "content-type": "application/json",
    "cf-connecting-ip": "192.0.2.7",
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(
    `POST /main HTTP/1.1\r\n${lines.join("")}content-length: ${Buffer.byteLength(json)}\r\n\r\n${json}`,
  );
}

const CONNECTIONS = 16;

/**
 * Sends requests over 16 connections for `ms`, each as soon as the one before is answered. `next` gives the bytes to
 * send, `check` gets every hundredth answer's text. Gives how many were answered.
 */
export async function load(
  port: number,
  ms: number,
  next: () => Buffer,
  check: (answer: string) => void,
): Promise<number> {
  let answered = 0;
  const end = performance.now() + ms;
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      const connection = await Connection.open(port);
      while (performance.now() < end) {
        const answer = await connection.send(next());
        answered += 1;
        if (answered % 100 === 1) check(answer);
      }
      connection.close();
    }),
  );
  return answered;
}

/** One keep-alive connection with one request at a time on it. */
export class Connection {
  readonly #socket: Socket;
  #text = "";
  #answered: { resolve: (text: string) => void; reject: (error: Error) => void } | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.setEncoding("latin1");
    socket.on("data", (chunk: string) => this.#receive(chunk));
    socket.on("error", (error) => this.#answered?.reject(error));
    socket.on("close", () => this.#answered?.reject(new Error("the connection was closed")));
  }

  static open(port: number): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const socket = createConnection({ host: "127.0.0.1", port });
      socket.once("error", reject);
      socket.once("connect", () => {
        socket.off("error", reject);
        resolve(new Connection(socket));
      });
    });
  }

  /** Gives the whole answer, head and body. */
  send(request: Buffer): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#answered = { resolve, reject };
      this.#socket.write(request);
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #receive(chunk: string): void {
    this.#text += chunk;
    const headEnd = this.#text.indexOf("\r\n\r\n");
    if (headEnd < 0) return;
    const length = /^content-length: (\d+)/im.exec(this.#text.slice(0, headEnd))?.[1];
    const whole =
      length === undefined
        ? this.#text.endsWith("\r\n0\r\n\r\n")
        : this.#text.length >= headEnd + 4 + Number(length);
    if (!whole) return;
    const answer = this.#text;
    this.#text = "";
    const answered = this.#answered;
    this.#answered = undefined;
    answered?.resolve(answer);
  }
}
