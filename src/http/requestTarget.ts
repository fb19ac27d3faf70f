const pathStart = (url: string): number => url.indexOf("/", "https://".length);

/**
 * Path and query exactly as on the request line, which is what a signature covers: a URL object would drop an empty query
 * and escape more than the client did.
 */
export const requestTarget = (url: string): string => url.slice(pathStart(url));

/** Scheme, host and port, as the platform writes the URL of a request. */
export const originOf = (url: string): string => url.slice(0, pathStart(url));
