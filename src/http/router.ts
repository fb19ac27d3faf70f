import type { Result, Router } from "hono/router";
import { PatternRouter } from "hono/router/pattern-router";

type Found<T> = Extract<Result<T>, readonly [unknown]>;

/**
 * Hono's smallest router, asked only once for a path that was mounted as it stands: the busiest paths have no parameters, and a
 * walk through the patterns costs as much as parsing a request. What callers make up is not kept. Of the handlers that match
 * the first one answers, as there is no middleware. A path that ends with a slash is another path, which Hono's router does not say.
 */
export class PathRouter<T> implements Router<T> {
  readonly name = "PathRouter";
  readonly #patterns = new PatternRouter<T>();
  readonly #literal = new Set<string>();
  readonly #wild = new Set<T>();
  readonly #found = new Map<string, Found<T>>();

  add(method: string, path: string, handler: T): void {
    if (path.endsWith("*")) this.#wild.add(handler);
    else if (!path.includes(":")) this.#literal.add(path);
    this.#patterns.add(method, path, handler);
  }

  match(method: string, path: string): Found<T> {
    const key = `${method} ${path}`;
    const known = this.#found.get(key);
    if (known) return known;
    const [handlers] = this.#patterns.match(method, path) as Found<T>;
    const first = path.endsWith("/") ? handlers.find(([handler]) => this.#wild.has(handler)) : handlers[0];
    const found: Found<T> = [first ? [first] : []];
    if (this.#literal.has(path)) this.#found.set(key, found);
    return found;
  }
}
