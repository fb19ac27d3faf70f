import { defineConfig } from "vitest/config";

/** The tests of pure rules, which need no binding: in Node, where a run takes a fraction of a second. */
export default defineConfig({
  test: {
    include: [
      "test/auth/scopeRules.test.ts",
      "test/finality/{follower,history,knownHistories,schedule}.test.ts",
      "test/keys/*.test.ts",
    ],
    isolate: false,
    provide: { schedules: 200 },
  },
});
