import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fillTo, verifyNow } from "./directory.ts";
import { Connection, encodeRequest } from "./load.ts";
import { migrate, startMachine } from "./machine.ts";
import { median, PAIRS } from "./pairs.ts";

/** Milliseconds from the start of workerd to its first answer: the product's, which is the database's, and Hono's alone. */
export async function compareFreshStarts(product: string, noop: string) {
  const directory = await mkdtemp(join(tmpdir(), "veridge-bench-"));
  try {
    const machine = await startMachine({ product }, directory);
    await migrate(machine);
    await fillTo(1_000, machine);
    await machine.miniflare.dispose();
    const pairs: { product: number; anchor: number }[] = [];
    for (let n = 0; n < PAIRS; n++) {
      const anchor = await firstAnswer({ noop }, directory);
      pairs.push({ anchor, product: await firstAnswer({ product }, directory) });
    }
    return {
      product: median(pairs.map((p) => p.product)),
      anchor: median(pairs.map((p) => p.anchor)),
      ratio: median(pairs.map((p) => p.product / p.anchor)),
    };
  } finally {
    await rm(directory, { recursive: true });
  }
}

async function firstAnswer(worker: Record<string, string>, directory: string): Promise<number> {
  const [name] = Object.keys(worker) as [string];
  const start = performance.now();
  const machine = await startMachine(worker, directory);
  const ready = performance.now();
  const connection = await Connection.open(machine.ports.get(name) as number);
  const answer = await connection.send(encodeRequest(verifyNow(1)));
  const time = performance.now() - start;
  if (process.env.FRESH)
    console.log(name, (ready - start).toFixed(1), (performance.now() - ready).toFixed(1));
  connection.close();
  await machine.miniflare.dispose();
  if (!answer.startsWith("HTTP/1.1 200")) throw new Error(answer);
  return time;
}
