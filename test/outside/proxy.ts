import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { onTestFinished } from "vitest";

export interface Proxy {
  /** Its origin: what is sent there reaches the server. */
  url: string;
  /** How many connections were ever made to it. */
  connections(): number;
  /** Lets no more answers through on the connections that are open. */
  holdAnswers(): void;
  /** Cuts all connections as a network does: without a word. */
  cut(): void;
  /** Cuts the next connections as soon as they are made. */
  refuse(times: number): void;
}

/** Stands between a client and the server until the test ends. */
export async function startProxy(serverUrl: string): Promise<Proxy> {
  const { hostname, port } = new URL(serverUrl);
  const pairs = new Set<{ near: Socket; far: Socket }>();
  let connections = 0;
  let refusals = 0;
  const proxy = createServer((near) => {
    connections += 1;
    if (refusals > 0) {
      refusals -= 1;
      near.destroy();
      return;
    }
    const far = connect(Number(port), hostname);
    near.pipe(far).pipe(near);
    for (const end of [near, far]) end.on("error", () => end.destroy());
    pairs.add({ near, far });
  });
  const cut = () => {
    for (const { near, far } of pairs) {
      near.destroy();
      far.destroy();
    }
    pairs.clear();
  };
  await once(proxy.listen(0, "127.0.0.1"), "listening");
  onTestFinished(() => {
    cut();
    proxy.close();
  });
  return {
    url: `http://127.0.0.1:${(proxy.address() as { port: number }).port}`,
    connections: () => connections,
    holdAnswers: () => {
      for (const { near, far } of pairs) far.unpipe(near);
    },
    cut,
    refuse: (times) => {
      refusals = times;
    },
  };
}
