/** Headers of every answer: nothing here is to be framed, sniffed, cached or referred to. */
const SECURITY_HEADERS = {
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "cross-origin-opener-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "strict-transport-security": "max-age=31536000; includeSubDomains",
  "x-content-type-options": "nosniff",
};

/** Adds what an answer does not set itself. */
export function addHeaders(headers: Headers, added: Record<string, string>): void {
  for (const [name, value] of Object.entries({ ...SECURITY_HEADERS, ...added })) {
    if (!headers.has(name)) headers.set(name, value);
  }
}
