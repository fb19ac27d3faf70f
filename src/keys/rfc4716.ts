import { KeyError } from "./keyError";

const BEGIN = "---- BEGIN SSH2 PUBLIC KEY ----";
const END = "---- END SSH2 PUBLIC KEY ----";
/** A tag of 64 bytes, a colon, a space, a value of 1024 bytes (RFC 4716 section 3.3), and two quotation marks. */
const MAX_HEADER = 64 + 2 + 1024 + 2;

/** Whether the text starts like the public key file format of RFC 4716. */
export function isRfc4716(text: string): boolean {
  return text.startsWith(BEGIN);
}

/**
 * Takes one RFC 4716 public key file apart. Headers other than Comment are skipped, as the RFC says.
 * @param text without white space around it; lines end in CR, LF or CR LF
 * @throws KeyError
 */
export function parseRfc4716(text: string): { base64: string; comment: string | undefined } {
  const [begin, ...lines] = text.split(/\r\n|\r|\n/);
  if (begin !== BEGIN || lines.pop() !== END || lines.some((line) => line.startsWith("----"))) {
    throw new KeyError("The text must hold exactly one key, from its BEGIN line to its END line.");
  }
  const { headers, body } = splitHeaders(lines);
  return { base64: body.join(""), comment: unquote(headers.get("comment") ?? "") || undefined };
}

/** Headers come first: `tag: value`, tags in any case; a line that ends in a backslash goes on in the next. */
function splitHeaders(lines: readonly string[]): { headers: Map<string, string>; body: readonly string[] } {
  const headers = new Map<string, string>();
  let next = 0;
  for (let line = lines[next]; line?.includes(":"); line = lines[next]) {
    next += 1;
    while (line.endsWith("\\") && next < lines.length) {
      line = line.slice(0, -1) + lines[next];
      next += 1;
      if (line.length > MAX_HEADER) throw new KeyError("A header of the RFC 4716 text is too long.");
    }
    const colon = line.indexOf(":");
    const tag = line.slice(0, colon).toLowerCase();
    if (headers.has(tag)) throw new KeyError("A header stands twice in the RFC 4716 text.");
    headers.set(tag, line.slice(colon + 1).trim());
  }
  return { headers, body: lines.slice(next) };
}

/** RFC 4716 section 3.3.2: quotation marks around a comment are not part of it. */
function unquote(comment: string): string {
  return /^".*"$/s.test(comment) ? comment.slice(1, -1) : comment;
}
