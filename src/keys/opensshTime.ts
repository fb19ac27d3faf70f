import { KeyError } from "./keyError";

const SECOND_MS = 1000;
/** 9999-12-31T23:59:59Z: OpenSSH's years have four digits. */
const LAST_SECOND = 253_402_300_799;
const TIME = /^(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d)?)?(Z?)$/i;

/** The first second since the epoch that begins not before `ms`, in ms since the epoch. */
export function firstSecond(ms: number): number {
  return Math.ceil(ms / SECOND_MS);
}

/**
 * The last second since the epoch that is over at `ms`, in ms since the epoch. OpenSSH takes `expiry-time` and
 * `valid-before` to include the whole second they name, so no later one keeps a key from outliving its end.
 */
export function lastSecond(ms: number): number {
  return Math.floor(ms / SECOND_MS) - 1;
}

/**
 * `YYYYMMDDHHMMSSZ`, the UTC form of sshd(8) and ssh-keygen(1).
 * @param second since the epoch
 * @throws RangeError outside the years 1970 to 9999, and for 0, which OpenSSH refuses
 */
export function formatOpensshTime(second: number): string {
  if (!(second >= 1 && second <= LAST_SECOND)) throw new RangeError("a time that OpenSSH cannot express");
  return new Date(second * SECOND_MS).toISOString().replace(/[-:T]|\.000/g, "");
}

/**
 * Parses `YYYYMMDDZ` or `YYYYMMDDHHMM[SS]Z`. Without the Z it is a local time of the host that reads the file, which
 * nobody else knows: refused.
 * @returns ms since the epoch
 * @throws KeyError
 */
export function parseOpensshTime(text: string): number {
  const [, year, month, day, hour = "00", minute = "00", second = "00", utc] = TIME.exec(text) ?? [];
  if (utc === "") {
    throw new KeyError(
      "The time is a local one of the host it was written for: state it in UTC, with a Z at its end.",
    );
  }
  const ms = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  // Date.parse, like OpenSSH, lets February have 31 days.
  const isReal =
    ms > 0 && formatOpensshTime(ms / SECOND_MS) === `${year}${month}${day}${hour}${minute}${second}Z`;
  if (!isReal) throw new KeyError("The time must be YYYYMMDDZ, YYYYMMDDHHMMZ or YYYYMMDDHHMMSSZ.");
  return ms;
}
