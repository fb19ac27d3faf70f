/** Prints what a deployment weighs; fails where that is more than it may. */

import { buildWorker, MAX_BUNDLE_BYTES, MAX_GZIP_BYTES, sizeOf } from "./lib/bundle.mjs";
import { onWranglersNode } from "./lib/node.mjs";

await onWranglersNode();
const { bytes, gzipBytes } = sizeOf(await buildWorker());
const kib = (/** @type {number} */ n) => `${(n / 1024).toFixed(1)} KiB`;
console.log(
  `bundle: ${kib(bytes)} of ${kib(MAX_BUNDLE_BYTES)}, gzip ${kib(gzipBytes)} of ${kib(MAX_GZIP_BYTES)}`,
);
if (bytes > MAX_BUNDLE_BYTES || gzipBytes > MAX_GZIP_BYTES) process.exitCode = 1;
