import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-plugin";
import { defineConfig, type TestProjectInlineConfiguration } from "vitest/config";
import { buildPages } from "./scripts/build.mjs";
import { localSecrets } from "./scripts/lib/secrets.mjs";
import { LongestFirst } from "./test/outside/longestFirst.ts";
import { spareTheMachine } from "./test/outside/machine.ts";

process.env.WRANGLER_LOG ??= "error";
spareTheMachine();
await buildPages();
localSecrets(".dev.vars"); // two servers that start at the same time would each make their own

/** One more than a small machine has cores: half of the tests wait for processes most of the time. */
const WORKERS = 4;

/** How many sequences of the model-based test, and which. */
const { VERIDGE_MODEL_RUNS, VERIDGE_MODEL_SEED } = process.env;
const model = {
  ...(VERIDGE_MODEL_RUNS && { VERIDGE_MODEL_RUNS }),
  ...(VERIDGE_MODEL_SEED && { VERIDGE_MODEL_SEED }),
};

/** The tests that run inside workerd, on real bindings; `include` are patterns of their files. */
export const workerd = (include: string[]): TestProjectInlineConfiguration => ({
  plugins: [
    cloudflareTest(async () => ({
      wrangler: { configPath: "./wrangler.toml" },
      miniflare: {
        bindings: {
          TEST_MIGRATIONS: await readD1Migrations("./migrations"),
          MASTER_SECRET: "dGVzdCBtYXN0ZXIgc2VjcmV0LCAzMiBieXRlcyBvciBtb3JlIQ==",
          PMX_INITIALIZATION_TOKEN: "test-initialization-token",
          RATE_LIMIT: "off",
          CHECK_RESULTS: "true",
          ...model,
        },
      },
    })),
  ],
  test: {
    name: "workerd",
    include,
    exclude: ["test/outside/**"],
    isolate: false,
    testTimeout: 60_000,
    setupFiles: ["./test/setup.ts"],
    provide: { schedules: Number(process.env.FINALITY_SCHEDULES ?? 5000) },
  },
});

export default defineConfig({
  test: {
    silent: "passed-only",
    maxWorkers: WORKERS,
    sequence: { sequencer: LongestFirst },
    projects: [
      workerd(["test/**/*.test.ts"]),
      {
        test: {
          name: "outside",
          include: ["test/outside/**/*.test.ts"],
          environment: "node",
          testTimeout: 120_000,
          hookTimeout: 240_000,
          expect: { poll: { timeout: 30_000 } },
        },
      },
    ],
    coverage: {
      provider: "istanbul",
      include: ["src/**/*.ts"],
      // Runs where the pages are built, before any test; test/outside/documents.test.ts looks at what it wrote.
      exclude: ["src/docs/**"],
      reporter: [["text", { skipFull: true }], "json-summary"],
      thresholds: { lines: 95 },
    },
  },
});
