import { MAX_LOGGED_CHARS } from "./limits";

type Fields = Record<string, string | number | boolean | undefined>;

/** Writes one-line JSON logs of one request. Only what is passed here is logged: no body, header, query or secret. */
export class Log {
  readonly requestId: string;

  constructor(requestId: string) {
    this.requestId = requestId;
  }

  info(event: string, fields?: Fields): void {
    this.#write("info", event, fields);
  }

  warn(event: string, fields?: Fields): void {
    this.#write("warn", event, fields);
  }

  error(event: string, fields?: Fields): void {
    this.#write("error", event, fields);
  }

  #write(level: "info" | "warn" | "error", event: string, fields: Fields = {}): void {
    const cut = Object.entries(fields).map(([k, v]) => [
      k,
      typeof v === "string" ? v.slice(0, MAX_LOGGED_CHARS) : v,
    ]);
    console[level](JSON.stringify({ level, event, requestId: this.requestId, ...Object.fromEntries(cut) }));
  }
}

/** What an unforeseen exception may leave in the log: its kind and message, never values bound to a statement. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return "not an Error";
  return `${error.name}: ${error.message}`;
}
