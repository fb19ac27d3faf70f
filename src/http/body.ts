import { concat } from "../bytes";
import { MAX_BODY_BYTES } from "../limits";

/**
 * The body of a request of that media type (parameters allowed), as bytes and as UTF-8 text. Undefined where the type is
 * another, the body is over 256 KiB (no more than that is read), or it is no UTF-8.
 */
export async function readBody(
  request: Request,
  type: string,
): Promise<{ bytes: ArrayBuffer; text: string } | undefined> {
  if (mediaType(request) !== type) return undefined;
  const bytes = await readBounded(request);
  const text = bytes && decodeUtf8(bytes);
  return bytes && text !== undefined ? { bytes, text } : undefined;
}

/** In lower case and without parameters. */
export const mediaType = (request: Request): string | undefined =>
  request.headers.get("content-type")?.split(";", 1)[0]?.trim().toLowerCase();

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false });

/** Undefined where the bytes are no UTF-8. A byte order mark is left out. */
export function decodeUtf8(bytes: ArrayBuffer): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}

/** The body, empty where there is none; undefined where it is over 256 KiB, of which no more is read. */
export function readBounded(request: Request): Promise<ArrayBuffer | undefined> {
  const stated = request.headers.get("content-length");
  if (stated === null) return readCounted(request);
  // A body that states its length ends there (RFC 9112, section 6.3): only one that does not needs counting as it comes.
  return Number(stated) > MAX_BODY_BYTES ? Promise.resolve(undefined) : request.arrayBuffer();
}

async function readCounted(request: Request): Promise<ArrayBuffer | undefined> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of request.body ?? []) {
    length += chunk.length;
    if (length > MAX_BODY_BYTES) return undefined;
    chunks.push(chunk);
  }
  return concat(...chunks).buffer;
}
