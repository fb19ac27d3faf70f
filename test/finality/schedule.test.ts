import { describe, expect, inject, test } from "vitest";
import { BROKEN_RULES } from "./brokenRules";
import { RULE, run } from "./schedule";

/** 5,000 unless FINALITY_SCHEDULES says otherwise. */
const SCHEDULES = inject("schedules");

test(`no answer from memory is ever wrong, in ${SCHEDULES} schedules`, { timeout: 600_000 }, () => {
  let answers = 0;
  for (let seed = 0; seed < SCHEDULES; seed++) {
    const { answers: n, wrong } = run(RULE, seed);
    expect(wrong, `schedule ${seed}`).toEqual([]);
    answers += n;
  }
  console.log(`${SCHEDULES} schedules, ${answers} answers from memory, none wrong`);
  expect(answers).toBeGreaterThan(SCHEDULES);
});

describe("a broken rule is caught", () => {
  test.each(Object.entries(BROKEN_RULES))("%s", (_name, rule) => {
    for (let seed = 0; seed < 5_000; seed++) if (run(rule, seed).wrong.length > 0) return;
    expect.unreachable("no schedule shows that the rule is broken");
  });
});
