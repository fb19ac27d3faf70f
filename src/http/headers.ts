/** Headers of every answer: nothing here is to be framed, sniffed, cached or referred to. */
const SECURITY_HEADERS = {
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "referrer-policy": "no-referrer",
  "strict-transport-security": "max-age=31536000; includeSubDomains",
  "x-content-type-options": "nosniff",
};

/** Those, for answers of one content type. Made once, since setting each of them on each answer costs as much as the answer. */
export const headersOf = (contentType: string): Headers =>
  new Headers({ ...SECURITY_HEADERS, "content-type": contentType });

/** Adds the headers of every answer to one that was made without them. */
export function addSecurityHeaders(headers: Headers): void {
  if (headers.has("x-content-type-options")) return;
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) {
    if (!headers.has(name)) headers.set(name, value);
  }
}
