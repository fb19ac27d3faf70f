import { firstSecond, formatOpensshTime, lastSecond } from "./opensshTime";

/** A span of time in which a key was a user's, in ms since the epoch. */
export interface SignerSpan {
  readonly principal: string;
  readonly algorithm: string;
  readonly base64: string;
  /** The first moment with the key. */
  readonly from: number;
  /** The first moment without it; undefined: still valid. */
  readonly until: number | undefined;
}

/** Usernames only: any other character could be a pattern, a list, a quotation or a comment in the file. */
const PRINCIPAL = /^[A-Za-z0-9._@+-]+$/;

/**
 * One line, without its line feed, of the file that `ssh-keygen -Y verify` and git read (ssh-keygen(1), ALLOWED
 * SIGNERS). ssh-keygen counts in whole seconds and includes both that the line names, so these are the first and last
 * that lie wholly in the span. Any namespace.
 * @returns undefined for a span without two such seconds, which the format cannot express
 * @throws RangeError if the principal is no username, or a time is outside the years 1970 to 9999
 */
export function allowedSignersLine({
  principal,
  algorithm,
  base64,
  from,
  until,
}: SignerSpan): string | undefined {
  if (!PRINCIPAL.test(principal)) throw new RangeError("a principal that is no username");
  const first = firstSecond(from);
  const last = until === undefined ? undefined : lastSecond(until);
  if (last !== undefined && last <= first) return undefined;
  const options = [`valid-after="${formatOpensshTime(first)}"`];
  if (last !== undefined) options.push(`valid-before="${formatOpensshTime(last)}"`);
  return `${principal} ${options.join(",")} ${algorithm} ${base64}`;
}
