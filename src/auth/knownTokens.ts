import { makeRoom } from "../makeRoom";
import type { VerifiedToken } from "./accessToken";
import type { Masters } from "./secrets";

interface Known {
  readonly verified: VerifiedToken;
  readonly masters: Masters;
  readonly issuer: string;
}

/**
 * Access tokens whose signature this isolate verified, by their text: a signature that was good stays so, and checking it
 * costs more than all else of most calls. Whether a token is still in force is asked each time.
 */
export class KnownTokens {
  readonly #known = new Map<string, Known>();
  readonly #bound: number;

  constructor(bound: number) {
    this.#bound = bound;
  }

  /** What a token says that was verified under the same masters and issuer; `now` in ms. Undefined once it has expired. */
  find(token: string, masters: Masters, issuer: string, now: number): VerifiedToken | undefined {
    const known = this.#known.get(token);
    if (known?.masters !== masters || known.issuer !== issuer) return undefined;
    return known.verified.expires > now ? known.verified : undefined;
  }

  keep(token: string, masters: Masters, issuer: string, verified: VerifiedToken): void {
    makeRoom(this.#known, this.#bound);
    this.#known.set(token, { verified, masters, issuer });
  }
}
