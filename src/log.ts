import { MAX_LOGGED_CHARS } from "./limits";

type Fields = Record<string, string | number | boolean | undefined>;

/** Writes one-line JSON logs of one request. Only what is passed here is logged: no body, header, query or secret. */
export interface Log {
  readonly requestId: string;
  info(event: string, fields?: Fields): void;
  warn(event: string, fields?: Fields): void;
  error(event: string, fields?: Fields): void;
}

export function requestLog(requestId: string): Log {
  const line = (level: string, event: string, fields: Fields = {}) => {
    const cut = Object.entries(fields).map(([k, v]) => [
      k,
      typeof v === "string" ? v.slice(0, MAX_LOGGED_CHARS) : v,
    ]);
    return JSON.stringify({ level, event, requestId, ...Object.fromEntries(cut) });
  };
  return {
    requestId,
    info: (event, fields) => console.log(line("info", event, fields)),
    warn: (event, fields) => console.warn(line("warn", event, fields)),
    error: (event, fields) => console.error(line("error", event, fields)),
  };
}

/** What an unforeseen exception may leave in the log: its kind and message, never values bound to a statement. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return "not an Error";
  return `${error.name}: ${error.message}`;
}
