import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, parse } from "node:path";
import { gzipSync } from "node:zlib";
import { Failure } from "./failure.mjs";
import { wrangler } from "./wrangler.mjs";

/** What a deployment may weigh: it is loaded wherever the first request of a place comes in. */
export const MAX_BUNDLE_BYTES = 320 * 1024;
export const MAX_GZIP_BYTES = 96 * 1024;

/**
 * Builds a Worker as a deployment would and gives its code.
 *
 * @param {string} [entry] its module, from the root of the checkout; the product's by default
 * @returns {Promise<string>}
 * @throws {Failure} if it does not build
 */
export async function buildWorker(entry = "src/index.ts") {
  const directory = await mkdtemp(join(tmpdir(), "veridge-bundle-"));
  try {
    const { status, errors } = await wrangler(["deploy", entry, "--dry-run", "--outdir", directory]);
    if (status !== 0) throw new Failure(`the Worker does not build:\n${errors}`);
    return await readFile(join(directory, `${parse(entry).name}.js`), "utf8");
  } finally {
    await rm(directory, { recursive: true });
  }
}

/**
 * @param {string} code
 * @returns {{ bytes: number, gzipBytes: number }}
 */
export const sizeOf = (code) => ({ bytes: Buffer.byteLength(code), gzipBytes: gzipSync(code).length });
