import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { Failure } from "./failure.mjs";
import { wrangler } from "./wrangler.mjs";

/** What a deployment may weigh: it is loaded wherever the first request of a place comes in. */
export const MAX_BUNDLE_BYTES = 320 * 1024;
export const MAX_GZIP_BYTES = 96 * 1024;

/**
 * Builds the Worker as a deployment would and gives its code.
 *
 * @returns {Promise<string>}
 * @throws {Failure} if it does not build
 */
export async function buildWorker() {
  const directory = await mkdtemp(join(tmpdir(), "veridge-bundle-"));
  try {
    const { status, errors } = await wrangler(["deploy", "--dry-run", "--outdir", directory]);
    if (status !== 0) throw new Failure(`the Worker does not build:\n${errors}`);
    return await readFile(join(directory, "index.js"), "utf8");
  } finally {
    await rm(directory, { recursive: true });
  }
}

/**
 * @param {string} code
 * @returns {{ bytes: number, gzipBytes: number }}
 */
export const sizeOf = (code) => ({ bytes: Buffer.byteLength(code), gzipBytes: gzipSync(code).length });
