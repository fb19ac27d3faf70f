import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { DATABASE_LIMIT_MS } from "../../src/limits";
import { expectInvariants } from "../invariants";
import { type LogLine, logsOf } from "../logs";
import { type Act, CASES, type Came, type Case } from "./acts";
import { difference, dump } from "./dump";
import { type Faulty, faulty } from "./faulty";

/** Whatever statement or batch of whatever call fails or hangs: all of the change is there, or none of it. */

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Acts on a database with a fault; where a batch hangs, the time limit passes. */
async function actWith(act: Act, { DB, hanging }: Faulty): Promise<{ came: Came; lines: LogLine[] }> {
  let came: Came | undefined;
  const lines = await logsOf(async () => {
    const acting = act(DB);
    void hanging.then(() => vi.advanceTimersByTimeAsync(DATABASE_LIMIT_MS));
    came = await acting;
  });
  return { came: came as Came, lines };
}

/** The caller got an id and nothing else; the log says under that id what happened. */
function expectUnforeseen({ came, lines }: { came: Came; lines: LogLine[] }, reason: RegExp): void {
  expect(came).toEqual({ code: 500, said: expect.any(String) });
  const unforeseen = lines.filter((line) => line.event === "unforeseen exception");
  expect(unforeseen).toMatchObject([
    { level: "error", requestId: came.said, error: expect.stringMatching(reason) },
  ]);
}

/** The same call again, on a database that works: never an unforeseen error, and the invariants hold. */
async function retry(act: Act): Promise<number> {
  const { code } = await act();
  expect(code).not.toBe(500);
  await expectInvariants();
  return code;
}

const SPENT = 75;
const isEmpty = (change: object) => Object.keys(change).length === 0;
const numbersTo = (n: number) => Array.from({ length: n }, (_, i) => i);

test.each(CASES.map((c) => [c.name, c] as const))("%s", async (_name, { prepare, operation }) => {
  let act = await prepare();
  let before = await dump();
  const again = async () => {
    act = await prepare();
    before = await dump();
  };
  const { DB, counts } = faulty();
  const { code } = await act(DB);
  const { statements, batches } = counts;
  const change = difference(before, await dump());
  if (operation.write) expect([0, SPENT]).toContain(code);
  expect(isEmpty(change)).toBe(operation.read !== undefined || operation.name === "authorize");
  if (!isEmpty(change)) await again();

  for (const statement of numbersTo(statements)) {
    expectUnforeseen(await actWith(act, faulty({ statement })), /integer overflow/);
    expect(difference(before, await dump()), `statement ${statement} failed`).toEqual({});
  }
  for (const batch of numbersTo(batches)) {
    const fault = { batch, when: "before" } as const;
    expectUnforeseen(await actWith(act, faulty({ ...fault, how: "rejects" })), /connection lost/);
    expectUnforeseen(await actWith(act, faulty({ ...fault, how: "hangs" })), /outcome unknown/);
    expect(difference(before, await dump()), `batch ${batch} did not run`).toEqual({});
  }
  expect(await retry(act)).toBe(code);

  if (!isEmpty(change)) await again();
  for (const batch of numbersTo(batches)) {
    for (const how of ["rejects", "hangs"] as const) {
      expectUnforeseen(await actWith(act, faulty({ batch, how, when: "after" })), /lost|outcome unknown/);
      // The last batch is the one that changes anything.
      const made = difference(before, await dump());
      expect(made, `the answer of batch ${batch} was lost`).toEqual(batch === batches - 1 ? change : {});
      if (isEmpty(made)) continue;
      await retry(act);
      await again();
    }
  }
});

test("a refresh whose answer was lost ends its session when it is tried again", async () => {
  const refresh = CASES.find((c) => c.name === "auth/token by refresh token") as Case;
  for (const how of ["rejects", "hangs"] as const) {
    const act = await refresh.prepare();
    await actWith(act, faulty({ batch: 1, how, when: "after" }));
    expect(await retry(act)).toBe(SPENT);
  }
});
