import { vi } from "vitest";

export type LogLine = Record<string, unknown> & { level: string; event: string; requestId: string };

/** Runs `act` and gives the log lines that it wrote. Every line must be JSON. */
export async function logsOf(act: () => Promise<unknown>): Promise<LogLine[]> {
  const lines: LogLine[] = [];
  const keep = (line: string) => {
    lines.push(JSON.parse(line));
  };
  const spies = (["info", "warn", "error"] as const).map((level) =>
    vi.spyOn(console, level).mockImplementation(keep),
  );
  try {
    await act();
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
  return lines;
}
