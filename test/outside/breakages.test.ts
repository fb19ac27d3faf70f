import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { BREAKAGES } from "../../scripts/lib/breakages.mjs";

test.each(BREAKAGES)("`npm run break` can still $what", ({ file, find, tests }) => {
  expect(readFileSync(file, "utf8").split(find)).toHaveLength(2);
  expect(tests.filter((name) => !existsSync(name))).toEqual([]);
});
