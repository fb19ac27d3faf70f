import { DAY_MS } from "../../limits";
import { LAST_DATE_MS } from "../rfc3339";

/** What a request says of a key's validity: ms since 1970, and seconds from now. */
export interface StatedValidity {
  readonly notBefore: number | undefined;
  readonly notAfter: number | undefined;
  readonly expiresIn: number | undefined;
}

/** What is kept of it. null: without that bound. */
export interface Validity {
  readonly notBefore: number | null;
  readonly notAfter: number | null;
}

/** Why a validity is refused. */
export interface Refusal {
  readonly property: "not_after" | "expires_in";
  readonly sentence: string;
}

/**
 * When a key is valid. `expiresIn` counts only where both dates are absent, and 0 of it is none.
 * @param maxMs the longest validity, and the one of a key that states no end; undefined: any
 */
export function validityOf(
  { notBefore, notAfter, expiresIn }: StatedValidity,
  now: number,
  maxMs: number | undefined,
): Validity | Refusal {
  const start = Math.max(notBefore ?? now, now);
  const counts =
    notBefore === undefined && notAfter === undefined && expiresIn !== undefined && expiresIn > 0;
  const property = counts ? "expires_in" : "not_after";
  const stated = counts ? now + expiresIn * 1000 : notAfter;
  const end = stated ?? (maxMs === undefined ? undefined : start + maxMs);
  if (notBefore !== undefined && end !== undefined && end <= notBefore) {
    return { property, sentence: `${property}: expected a time after not_before` };
  }
  if (end !== undefined && end > LAST_DATE_MS) {
    return { property, sentence: `${property}: expected an end before the year 10000` };
  }
  if (maxMs !== undefined && end !== undefined && end - start > maxMs) {
    return { property, sentence: `${property}: expected a validity of at most ${maxMs / DAY_MS} days` };
  }
  return { notBefore: notBefore ?? null, notAfter: end ?? null };
}
