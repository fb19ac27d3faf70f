import { defineConfig } from "vitest/config";
import { workerd } from "../vitest.config";

/** The tests of key histories as they are stored, on a real D1. */
export default defineConfig({
  test: {
    projects: [
      workerd([
        "test/registry.test.ts",
        "test/restoring.test.ts",
        "test/store/{keyHistory,keyReading}.test.ts",
        "test/finality/roundTrips.test.ts",
        "test/methods/pki/*.test.ts",
        "test/methods/pkiAdmin/listKeys.test.ts",
      ]),
    ],
  },
});
