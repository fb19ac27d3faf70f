/**
 * Path and query exactly as on the request line, which is what a signature covers: a URL object would drop an empty query
 * and escape more than the client did.
 */
export const requestTarget = (url: string): string => url.slice(url.indexOf("/", "https://".length));
