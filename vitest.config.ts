import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-plugin";
import { defineConfig, type TestProjectInlineConfiguration } from "vitest/config";
import { buildPages } from "./scripts/build.mjs";

process.env.WRANGLER_LOG ??= "error";
await buildPages();

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
    setupFiles: ["./test/setup.ts"],
    provide: { schedules: Number(process.env.FINALITY_SCHEDULES ?? 5000) },
  },
});

export default defineConfig({
  test: {
    silent: "passed-only",
    projects: [
      workerd(["test/**/*.test.ts"]),
      {
        test: {
          name: "outside",
          include: ["test/outside/**/*.test.ts"],
          environment: "node",
          testTimeout: 60_000,
          hookTimeout: 120_000,
          fileParallelism: false,
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
