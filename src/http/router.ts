import type { Result, Router } from "hono/router";
import { TrieRouter } from "hono/router/trie-router";

/**
 * Hono's trie, asked only once for a path that was mounted as it stands: the busiest paths have no parameters, and a walk
 * costs as much as parsing a request. What callers make up is not kept.
 */
export class PathRouter<T> implements Router<T> {
  readonly name = "PathRouter";
  readonly #trie = new TrieRouter<T>();
  readonly #literal = new Set<string>();
  readonly #found = new Map<string, Result<T>>();

  add(method: string, path: string, handler: T): void {
    if (!/[:*]/.test(path)) this.#literal.add(path);
    this.#trie.add(method, path, handler);
  }

  match(method: string, path: string): Result<T> {
    const key = `${method} ${path}`;
    const known = this.#found.get(key);
    if (known) return known;
    const result = this.#trie.match(method, path);
    if (this.#literal.has(path)) this.#found.set(key, result);
    return result;
  }
}
