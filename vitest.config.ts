import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";
import { buildPages } from "./scripts/build.mjs";

process.env.WRANGLER_LOG ??= "error";
await buildPages();

/** How many sequences of the model-based test, and which. */
const { VERIDGE_MODEL_RUNS, VERIDGE_MODEL_SEED } = process.env;
const model = {
  ...(VERIDGE_MODEL_RUNS && { VERIDGE_MODEL_RUNS }),
  ...(VERIDGE_MODEL_SEED && { VERIDGE_MODEL_SEED }),
};

export default defineConfig({
  test: {
    silent: "passed-only",
    projects: [
      {
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
                FINALITY_SCHEDULES: process.env.FINALITY_SCHEDULES ?? "5000",
              },
            },
          })),
        ],
        test: {
          name: "workerd",
          include: ["test/**/*.test.ts"],
          exclude: ["test/outside/**"],
          isolate: false,
          setupFiles: ["./test/setup.ts"],
        },
      },
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
    coverage: { provider: "istanbul", include: ["src/**/*.ts"], reporter: ["text", "json-summary"] },
  },
});
