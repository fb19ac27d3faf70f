import { Connection, load } from "./load.ts";
import type { Machine } from "./machine.ts";

/** One side of a comparison: requests to a Worker, and a text that every right answer holds. */
export interface Side {
  readonly worker: string;
  readonly next: () => Buffer;
  readonly expects: string;
}

export interface Cost {
  /** Of workerd, in microseconds for a request. */
  readonly cpuUs: number;
  readonly perSecond: number;
}

/** What both sides cost, and the product's cost by the anchor's: medians over all pairs. */
export interface Comparison {
  readonly product: Cost;
  readonly anchor: Cost;
  readonly cpuRatio: number;
  readonly throughputRatio: number;
}

export const PAIRS = 15;
const RUN_MS = 500;
/** Until V8 has compiled what is measured, and an isolate knows what it will be asked. */
const WARM_UP_MS = 1_500;
const WARM_UP_REQUESTS = 200;

export const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] as number;

/** Runs both sides alternately: single figures move by 15 % on a shared machine, ratios of neighbours far less. */
export async function compare(machine: Machine, product: Side, anchor: Side): Promise<Comparison> {
  for (const side of [anchor, product]) {
    const connection = await Connection.open(machine.ports.get(side.worker) as number);
    for (let n = 0; n < WARM_UP_REQUESTS; n++) await connection.send(side.next());
    connection.close();
    await measure(machine, side, WARM_UP_MS);
  }
  const pairs: { product: Cost; anchor: Cost }[] = [];
  for (let n = 0; n < PAIRS; n++) {
    const before = await measure(machine, anchor, RUN_MS);
    pairs.push({ anchor: before, product: await measure(machine, product, RUN_MS) });
  }
  const medianOf = (pick: (pair: { product: Cost; anchor: Cost }) => number) => median(pairs.map(pick));
  const costOf = (side: "product" | "anchor"): Cost => ({
    cpuUs: medianOf((p) => p[side].cpuUs),
    perSecond: medianOf((p) => p[side].perSecond),
  });
  return {
    product: costOf("product"),
    anchor: costOf("anchor"),
    cpuRatio: medianOf((p) => p.product.cpuUs / p.anchor.cpuUs),
    throughputRatio: medianOf((p) => p.product.perSecond / p.anchor.perSecond),
  };
}

async function measure(machine: Machine, { worker, next, expects }: Side, ms: number): Promise<Cost> {
  const port = machine.ports.get(worker) as number;
  const [cpu, start] = [machine.cpuSeconds(), performance.now()];
  const answered = await load(port, ms, next, (answer) => {
    if (!answer.includes(expects)) throw new Error(`${worker} answered wrongly:\n${answer}`);
  });
  const seconds = (performance.now() - start) / 1_000;
  return { cpuUs: ((machine.cpuSeconds() - cpu) / answered) * 1e6, perSecond: answered / seconds };
}
