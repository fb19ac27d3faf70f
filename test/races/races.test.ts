import { beforeEach, describe, expect, test } from "vitest";
import { METHODS } from "../../src/methods";
import type { Operation } from "../../src/operation";
import { ROUTES } from "../../src/rest";
import { expectInvariants } from "../invariants";
import { emptyDatabase } from "../seed";
import { METHOD_RACES } from "./methodRaces";
import { RACERS, tally } from "./race";
import { ROUTE_RACES } from "./routeRaces";

beforeEach(emptyDatabase);

const writing = (operations: readonly Operation[]) => operations.filter((o) => o.write).map((o) => o.name);

describe.each([
  ["method", METHOD_RACES, writing(METHODS)],
  ["route", ROUTE_RACES, writing(ROUTES)],
])(`of ${RACERS} calls at once of a %s`, (_kind, races, names) => {
  test("the table has every one that writes", () => {
    expect(Object.keys(races).sort()).toEqual(names.sort());
  });

  const all = Object.entries(races).flatMap(([name, promises]) =>
    Object.entries(promises).map(([promise, prepare]) => ({ name, promise, prepare })),
  );
  test.each(all)("$name: $promise", async ({ prepare }) => {
    const race = await prepare();
    const outcomes = await Promise.all(Array.from({ length: RACERS }, (_, i) => race.call(i)));
    if (race.expected) expect(tally(outcomes)).toEqual(race.expected);
    await race.after?.(outcomes);
    await expectInvariants();
  });
});
