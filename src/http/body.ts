import { concat } from "../bytes";
import { MAX_BODY_BYTES } from "../limits";

/** A body as UTF-8 text, or why there is none: undefined where it is of another media type, over 256 KiB or no UTF-8. */
interface Body {
  readonly text?: string | undefined;
  /** Where they were asked for. */
  readonly bytes?: ArrayBuffer | undefined;
}

/**
 * The body of a request of that media type (parameters allowed). No more than 256 KiB of it are read. Bytes cost as much as an
 * answer from memory. Without them the platform decodes a body of stated length, and U+FFFD itself is refused too.
 */
export async function readBody(request: Request, type: string, withBytes: boolean): Promise<Body> {
  if (mediaType(request) !== type) return {};
  const stated = withBytes ? null : request.headers.get("content-length");
  if (stated === null) {
    const bytes = await readBounded(request);
    return { bytes, text: bytes && decodeUtf8(bytes) };
  }
  const text = isBounded(stated) ? await request.text() : undefined;
  return { text: text === undefined || isMended(text) ? undefined : text };
}

/** Whether a stated length is within the bound; one that is no number is not. */
const isBounded = (stated: string): boolean => Number(stated) <= MAX_BODY_BYTES;

/** In lower case and without parameters. */
export const mediaType = (request: Request): string | undefined =>
  request.headers.get("content-type")?.split(";", 1)[0]?.trim().toLowerCase();

/**
 * Whether the platform may have mended a text: it puts U+FFFD for what is no UTF-8. JSON can write that character itself
 * as `\ufffd`.
 */
export const isMended = (decoded: string): boolean => decoded.includes("\ufffd");

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
  return isBounded(stated) ? request.arrayBuffer() : Promise.resolve(undefined);
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
