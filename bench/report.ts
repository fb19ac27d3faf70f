import { readFile, writeFile } from "node:fs/promises";
import { type Figure, round } from "./figures.ts";

/** One size of the directory, as the document shows it. */
export interface Size {
  readonly users: number;
  readonly warmUs: number;
  readonly warmRatio: number;
  readonly coldUs: number;
  readonly coldRatio: number;
  readonly bytesPerEntry: number;
}

export interface Report {
  /** What it ran on. */
  readonly machine: string;
  readonly figures: readonly Figure[];
  readonly sizes: readonly Size[];
  /** Dollars for a million calls, by method. */
  readonly dollars: Readonly<Record<string, number>>;
}

/** What a D1 database may hold (developers.cloudflare.com/d1/platform/limits). */
const MAX_DATABASE_BYTES = 10e9;

const [BEGIN, END] = ["<!-- npm run bench writes from here -->", "<!-- to here -->"];

/** Puts what was measured into a document, between its two marks. @throws Error where they are missing */
export async function writeReport(path: string, report: Report): Promise<void> {
  const text = await readFile(path, "utf8");
  const [begin, end] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`${path} has no place for the figures`);
  await writeFile(path, `${text.slice(0, begin + BEGIN.length)}\n\n${markdown(report)}\n${text.slice(end)}`);
}

function markdown({ machine, figures, sizes, dollars }: Report): string {
  const largest = sizes.at(-1) as Size;
  return [
    `${machine}.`,
    "",
    ...table(
      ["figure", "measured", "target", "met"],
      figures.map((f) => [
        f.name,
        `${round(f.value)} ${f.unit}`.trim(),
        `${f.bound} ${f.target}`,
        f.pass ? "yes" : "**no**",
      ]),
    ),
    "",
    ...table(
      ["users", "from memory", "by the no-op's", "from D1", "by a bare query's", "bytes an entry"],
      sizes.map((s) => [
        s.users.toLocaleString("en"),
        `${round(s.warmUs)} µs`,
        s.warmRatio.toFixed(2),
        `${round(s.coldUs)} µs`,
        s.coldRatio.toFixed(2),
        s.bytesPerEntry.toFixed(0),
      ]),
    ),
    "",
    `At ${largest.bytesPerEntry.toFixed(0)} bytes an entry, ${MAX_DATABASE_BYTES / 1e9} GB hold ${round(MAX_DATABASE_BYTES / largest.bytesPerEntry / 1e6)} million entries.`,
    "",
    ...table(
      ["a million calls of", "dollars"],
      Object.entries(dollars).map(([method, price]) => [method, price.toFixed(3)]),
    ),
    "",
  ].join("\n");
}

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string[] =>
  [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`);
