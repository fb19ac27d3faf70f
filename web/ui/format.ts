const DATE = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });

/** A timestamp (ms) in the reader's zone and language. */
export const formatDate = (ms: number): string => DATE.format(ms);

/** The start and the end of a key, for where its whole length only disturbs. */
export const shortKey = (key: string): string =>
  key.length <= 16 ? key : `${key.slice(0, 8)}…${key.slice(-6)}`;

const pad = (n: number) => String(n).padStart(2, "0");

/** A timestamp (ms) as an `<input type="datetime-local">` takes it, with seconds. */
export function toLocalInput(ms: number): string {
  const d = new Date(ms);
  const day = `${d.getFullYear()}-${pad(d.getMonth() + 1)}-${pad(d.getDate())}`;
  return `${day}T${pad(d.getHours())}:${pad(d.getMinutes())}:${pad(d.getSeconds())}`;
}
