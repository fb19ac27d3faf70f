/** `npm run bench`: prints what docs/performance.md quotes, and writes bench/results.json and docs/performance.svg. */

import { writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import { join } from "node:path";
import { buildWorker, MAX_GZIP_BYTES, sizeOf } from "../scripts/lib/bundle.mjs";
import { ROOT } from "../scripts/lib/paths.mjs";
import { type Cost, costFigures, countCosts } from "./costs.ts";
import { addOldHand, cycle, fillTo, fresh, randomUser, setKey, verifyNow, verifyPast } from "./directory.ts";
import { atLeast, atMost, type Figure, table } from "./figures.ts";
import { compareFreshStarts } from "./freshStart.ts";
import { login, type Machine, migrate, startMachine } from "./machine.ts";
import { type Comparison, compare } from "./pairs.ts";
import { plot } from "./plot.ts";
import { dollarsPerMillion } from "./prices.ts";
import { writeReport } from "./report.ts";

const SIZES = [1_000, 10_000, 100_000, 1_000_000];
/** Users that one isolate is asked about while everything it needs is in its memory. */
const WARM_USERS = 200;
const KIB = 1024;

const anchors = ["noop", "query", "insert", "counted", "trace"];
const build = (name: string) => buildWorker(`bench/workers/${name}.ts`, "bench/wrangler.toml");

async function buildAll(): Promise<Record<string, string>> {
  const codes = await Promise.all([buildWorker(), ...anchors.map(build)]);
  return Object.fromEntries(["product", ...anchors].map((name, i) => [name, codes[i] as string]));
}

interface AtSize {
  readonly users: number;
  readonly bytesPerEntry: number;
  readonly fillMs: number;
  readonly warm: Comparison;
  readonly cold: Comparison;
  readonly costs: Map<string, Cost>;
}

/** Memory's answers against the no-op, and the database's against a bare query, with that many users. */
async function measureAt(users: number, machine: Machine, token: string): Promise<AtSize> {
  const start = performance.now();
  const bytesPerEntry = await fillTo(users, machine);
  const fillMs = performance.now() - start;
  const body = cycle(WARM_USERS, verifyPast);
  const right = '"result":true';
  const warm = await compare(
    machine,
    { worker: "product", next: body, expects: right },
    { worker: "noop", next: body, expects: "verifyKey" },
  );
  const cold = await compare(
    machine,
    { worker: "product", next: fresh(() => verifyNow(randomUser(users))), expects: right },
    { worker: "query", next: fresh(() => ({ id: `row ${randomUser(users)}` })), expects: "text" },
  );
  return { users, bytesPerEntry, fillMs, warm, cold, costs: await countCosts(machine, users, token) };
}

async function shareFromMemory(machine: Machine, isolates: number): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${machine.ports.get("trace")}/?isolates=${isolates}`);
  const { share, wrong } = (await response.json()) as { share: number; wrong: number };
  if (wrong > 0) throw new Error(`${wrong} wrong answers in the trace`);
  return share;
}

const codes = await buildAll();
const machine = await startMachine(codes);
await migrate(machine);
await addOldHand(machine);
const token = await login(machine);

const growth: AtSize[] = [];
for (const users of SIZES) growth.push(await measureAt(users, machine, token));
const [{ warm, cold, costs, bytesPerEntry }] = growth.slice(-1) as [AtSize];
const set = await compare(
  machine,
  { worker: "product", next: fresh(setKey, { authorization: `Bearer ${token}` }), expects: '"result":"OK"' },
  { worker: "insert", next: fresh((n) => ({ id: `new row ${n}`, text: "x".repeat(50) })), expects: "true" },
);
const share = await shareFromMemory(machine, 10);
const shareAlone = await shareFromMemory(machine, 1);
await machine.miniflare.dispose();
const start = await compareFreshStarts(codes.product as string, codes.noop as string);

const costOf = (name: string) => costs.get(name) as Cost;
const dollars = (name: string): number => dollarsPerMillion(costOf(name));
const perVerification =
  share * dollars("verifyKey, asked again") + (1 - share) * dollars("verifyKey, first question");

const figures: Figure[] = [
  atMost(1.5, {
    name: "CPU, verifyKey from memory / no-op Hono",
    value: warm.cpuRatio,
    anchor: warm.anchor.cpuUs,
    unit: "",
  }),
  atLeast(0.73, {
    name: "throughput, the same",
    value: warm.throughputRatio,
    anchor: warm.anchor.perSecond,
    unit: "",
  }),
  atMost(1.3, {
    name: "CPU, verifyKey from D1 / bare query",
    value: cold.cpuRatio,
    anchor: cold.anchor.cpuUs,
    unit: "",
  }),
  atLeast(0.7, {
    name: "throughput, setKey / bare insert",
    value: set.throughputRatio,
    anchor: set.anchor.perSecond,
    unit: "",
  }),
  atMost(1.5, {
    name: "first answer of a fresh workerd / Hono alone",
    value: start.ratio,
    anchor: start.anchor,
    unit: "",
  }),
  atLeast(93, { name: "trace answered without D1", value: 100 * share, anchor: null, unit: "%" }),
  atMost(MAX_GZIP_BYTES / KIB, {
    name: "bundle, gzip",
    value: sizeOf(codes.product as string).gzipBytes / KIB,
    anchor: null,
    unit: "KiB",
  }),
  ...costFigures(new Map(growth.map((at) => [at.users, at.costs]))),
];

console.log(`node ${process.version}, ${cpus().length} CPUs\n`);
console.log(table(figures));
console.log(
  `\nthe same trace in an isolate that alone moves the clock on: ${(100 * shareAlone).toFixed(1)} %`,
);
console.log(
  `dollars per million: verifyKey ${perVerification.toFixed(3)}, setKey ${dollars("setKey").toFixed(2)}\n`,
);
for (const { users, warm: w, cold: c, bytesPerEntry: bytes, fillMs } of growth) {
  console.log(
    `${users.toLocaleString("en").padStart(9)} users: memory ${w.product.cpuUs.toFixed(0)} µs (${w.cpuRatio.toFixed(2)}), D1 ${c.product.cpuUs.toFixed(0)} µs (${c.cpuRatio.toFixed(2)}), ${bytes.toFixed(0)} bytes an entry, filled in ${(fillMs / 1000).toFixed(1)} s`,
  );
}

const cpuOf = (pick: (at: AtSize) => number) => growth.map((at): [number, number] => [at.users, pick(at)]);
await writeFile(
  join(ROOT, "docs/performance.svg"),
  plot("CPU of workerd for one verifyKey, by the anchor's", "times the anchor", [
    { name: "from memory / no-op Hono", colour: "#1668b0", points: cpuOf((at) => at.warm.cpuRatio) },
    { name: "from D1 / a bare query", colour: "#b0561a", points: cpuOf((at) => at.cold.cpuRatio) },
    {
      name: "rows read",
      colour: "#2c7a3f",
      points: cpuOf((at) => at.costs.get("verifyKey, first question")?.rowsRead ?? 0),
    },
  ]),
);
const dollarsFor = { verifyKey: perVerification, setKey: dollars("setKey") };
await writeReport(join(ROOT, "docs/performance.md"), {
  machine: `Node ${process.version}, ${cpus().length} CPUs (${cpus()[0]?.model ?? "unknown"}), ${new Date().toISOString().slice(0, 10)}`,
  figures,
  sizes: growth.map(({ users, warm: w, cold: c, bytesPerEntry: bytes }) => ({
    users,
    warmUs: w.product.cpuUs,
    warmRatio: w.cpuRatio,
    coldUs: c.product.cpuUs,
    coldRatio: c.cpuRatio,
    bytesPerEntry: bytes,
  })),
  dollars: dollarsFor,
});
const results = {
  node: process.version,
  cpus: cpus().length,
  figures,
  dollarsPerMillion: dollarsFor,
  shareOfAnIsolateAlone: shareAlone,
  growth: growth.map(({ costs: c, ...at }) => ({ ...at, costs: Object.fromEntries(c) })),
  bytesPerEntry,
};
await writeFile(join(ROOT, "bench/results.json"), `${JSON.stringify(results, null, 2)}\n`);
if (figures.some((f) => !f.pass)) process.exitCode = 1;
