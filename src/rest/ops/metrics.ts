import * as z from "zod/mini";
import { databaseState, type State } from "../../store/metrics";
import { readRoute } from "../route";

export const metrics = readRoute({
  name: "getMetrics",
  summary: "What the database knows of itself at this moment, as Prometheus reads it",
  http: { method: "GET", path: "/metrics", gives: "text" },
  access: "ops:read",
  params: z.strictObject({}),
  result: z.string(),
  errors: [],
  example: {
    params: {},
    result:
      '# HELP veridge_rows Rows of a table.\n# TYPE veridge_rows gauge\nveridge_rows{table="hosts"} 2\n',
  },
  read: {
    query: (_params, { now }) => databaseState(now),
    answer: (state) => write(gaugesOf(state)),
  },
});

interface Gauge {
  readonly name: string;
  readonly help: string;
  /** Values by the text of their labels, which is empty for one value alone. */
  readonly values: readonly (readonly [labels: string, value: number])[];
}

const seconds = (ms: number): number => ms / 1000;

const one = (name: string, help: string, value: number): Gauge => ({ name, help, values: [["", value]] });

const gaugesOf = ({ tables, last, sweptAt, databaseNow, schema, expiring }: State): Gauge[] => [
  {
    name: "rows",
    help: "Rows of a table.",
    values: tables.map(({ tableName, rows }) => [`{table="${tableName}"}`, rows]),
  },
  one(
    "clock_age_seconds",
    "How far the newest stamp is behind the database's time.",
    seconds(databaseNow - last),
  ),
  one("sweep_age_seconds", "How long ago the cron last did its work.", seconds(databaseNow - sweptAt)),
  one("ssh_keys_expiring", "Authorized SSH keys that expire within seven days, up to 1000.", expiring),
  {
    name: "schema_info",
    help: "The newest migration that is applied.",
    values: [[`{migration="${schema}"}`, 1]],
  },
];

/** Prometheus' text format (https://prometheus.io/docs/instrumenting/exposition_formats/). */
const write = (gauges: readonly Gauge[]): string =>
  gauges
    .map(({ name, help, values }) => {
      const samples = values.map(([labels, value]) => `veridge_${name}${labels} ${value}\n`).join("");
      return `# HELP veridge_${name} ${help}\n# TYPE veridge_${name} gauge\n${samples}`;
    })
    .join("");
