import { expect, test } from "vitest";
import { buildWorker, sizeOf } from "../../scripts/lib/bundle.mjs";

test("a deployment weighs at most 320 KiB, 96 KiB of them over the wire", async () => {
  const { bytes, gzipBytes } = sizeOf(await buildWorker());
  expect(bytes).toBeLessThanOrEqual(320 * 1024);
  expect(gzipBytes).toBeLessThanOrEqual(96 * 1024);
});
