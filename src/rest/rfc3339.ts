const DATE_TIME = /^(\d{4}-\d\d-\d\d)[Tt](\d\d:\d\d:\d\d)(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)$/;
const MINUTE_MS = 60_000;

/** 9999-12-31T23:59:59.999Z: RFC 3339 has years of four digits. */
export const LAST_DATE_MS = 253_402_300_799_999;
const FIRST_DATE_MS = -62_167_219_200_000;

/**
 * Parses a `date-time` of RFC 3339. What is finer than a millisecond is cut off; leap seconds, of which a clock that
 * counts milliseconds since 1970 knows none, are refused.
 * @returns ms since 1970, or undefined where the text is none
 */
export function parseDateTime(text: string): number | undefined {
  const [, date, time, fraction = "", zone] = DATE_TIME.exec(text) ?? [];
  if (zone === undefined) return undefined;
  const local = Date.parse(`${date}T${time}${fraction.slice(0, 4)}Z`);
  // Date.parse lets February have 31 days.
  if (Number.isNaN(local) || !new Date(local).toISOString().startsWith(`${date}T${time}`)) return undefined;
  const offset = offsetOf(zone);
  if (offset === undefined) return undefined;
  const ms = local - offset;
  return ms >= FIRST_DATE_MS && ms <= LAST_DATE_MS ? ms : undefined;
}

function offsetOf(zone: string): number | undefined {
  if (zone.toUpperCase() === "Z") return 0;
  const [hours = 0, minutes = 0] = zone.slice(1).split(":").map(Number);
  if (hours > 23 || minutes > 59) return undefined;
  return (zone.startsWith("-") ? -1 : 1) * (hours * 60 + minutes) * MINUTE_MS;
}

/** RFC 3339 in UTC, with milliseconds only where there are any. */
export const formatDateTime = (ms: number): string => new Date(ms).toISOString().replace(".000Z", "Z");
