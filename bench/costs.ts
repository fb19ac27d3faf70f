import { getHistory, setKey, verifyClaims, verifyNow, verifyPast, verifyReplaced } from "./directory.ts";
import { atMost, type Figure } from "./figures.ts";
import type { Machine } from "./machine.ts";

/** What calls cost the database, counted exactly: round trips, statements, rows. */

export interface Cost {
  readonly trips: number;
  readonly statements: number;
  readonly rowsRead: number;
  readonly rowsWritten: number;
}

interface Case {
  readonly name: string;
  readonly bounds: Partial<Cost>;
  /** A call about users that were not asked about before: `last`, or those before it. With no `asks` it is the one before again. */
  body(last: number): unknown;
  /** How many, where it is not one. */
  readonly asks?: number;
  readonly writes?: true;
}

const WORDS: Record<keyof Cost, string> = {
  trips: "round trips",
  statements: "statements",
  rowsRead: "rows read",
  rowsWritten: "rows written",
};

const CASES: readonly Case[] = [
  { name: "verifyKey, first question", bounds: { trips: 1, rowsRead: 2 }, body: verifyPast },
  { name: "verifyKey, asked again", bounds: { trips: 0 }, body: (last) => verifyPast(last + 1), asks: 0 },
  { name: "verifyKey of the present", bounds: { trips: 1, rowsRead: 2 }, body: verifyNow },
  {
    name: "verifyKey of a key found to be replaced",
    bounds: { trips: 1, rowsRead: 3 },
    body: () => verifyReplaced(4),
  },
  { name: "verifyKey of a replaced key", bounds: { trips: 1, rowsRead: 2 }, body: () => verifyReplaced(6) },
  { name: "getKeyHistory of ten", bounds: { trips: 1, rowsRead: 12 }, body: getHistory },
  {
    name: "128 verifyKey in a batch",
    bounds: { trips: 1, statements: 1 },
    asks: 128,
    body: (last) => Array.from({ length: 128 }, (_, i) => verifyPast(last - i)),
  },
  {
    name: "verifyKeys of 256",
    bounds: { trips: 1, statements: 1 },
    asks: 256,
    body: (last) => verifyClaims(last - 255, 256),
  },
  { name: "setKey", bounds: { trips: 2, rowsWritten: 4 }, body: setKey, writes: true },
];

/** What each case costs at the present size of the directory, by name. `token` may do everything. */
export async function countCosts(machine: Machine, users: number, token: string): Promise<Map<string, Cost>> {
  const costs = new Map<string, Cost>();
  // What an isolate does once in a while beside an answer, it does now: follow changes, and move the clock on.
  await costOf(machine, verifyNow(0));
  let last = users - 1;
  for (const { name, body, writes, asks = 1 } of CASES) {
    costs.set(name, await costOf(machine, body(last), writes && token));
    last -= asks;
  }
  return costs;
}

async function costOf(machine: Machine, body: unknown, token?: string): Promise<Cost> {
  const response = await fetch(`http://127.0.0.1:${machine.ports.get("counted")}/main`, {
    method: "POST",
    headers: { "content-type": "application/json", ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify(body),
  });
  const answer = await response.text();
  if (answer.includes('"error"')) throw new Error(answer);
  return JSON.parse(response.headers.get("x-cost") ?? "");
}

/** The worst that each case cost at any size, against its bound. */
export const costFigures = (bySize: ReadonlyMap<number, ReadonlyMap<string, Cost>>): Figure[] =>
  CASES.flatMap(({ name, bounds }) =>
    (Object.entries(bounds) as [keyof Cost, number][]).map(([what, bound]) => {
      const worst = Math.max(...[...bySize.values()].map((costs) => costs.get(name)?.[what] ?? Number.NaN));
      return atMost(bound, { name, value: worst, anchor: null, unit: WORDS[what] });
    }),
  );
