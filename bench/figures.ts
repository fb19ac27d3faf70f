/** One figure of the benchmark. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  /** What the anchor measured, in the unit of the value; null where the value is compared with the target alone. */
  readonly anchor: number | null;
  readonly unit: string;
  readonly target: number;
  readonly bound: "at most" | "at least";
  readonly pass: boolean;
}

type Measured = Omit<Figure, "target" | "bound" | "pass">;

export const atMost = (target: number, measured: Measured): Figure => ({
  ...measured,
  target,
  bound: "at most",
  pass: measured.value <= target,
});

export const atLeast = (target: number, measured: Measured): Figure => ({
  ...measured,
  target,
  bound: "at least",
  pass: measured.value >= target,
});

const COLUMNS = ["figure", "value", "anchor", "target", ""];

/** A table for people to read. */
export function table(figures: readonly Figure[]): string {
  const rows = figures.map((f) => [
    f.name,
    `${round(f.value)} ${f.unit}`,
    f.anchor === null ? "" : `${round(f.anchor)}`,
    `${f.bound} ${f.target}`,
    f.pass ? "pass" : "FAIL",
  ]);
  const widths = COLUMNS.map((title, i) =>
    Math.max(title.length, ...rows.map((row) => (row[i] ?? "").length)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join("  ")
      .trimEnd();
  return [COLUMNS, widths.map((w) => "-".repeat(w)), ...rows].map(line).join("\n");
}

/** Three digits that count. */
export const round = (value: number): number => Number(value.toPrecision(3));
