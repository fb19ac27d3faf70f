import type { openapi } from "../../src/docs/openapi";
import type { openrpc } from "../../src/docs/openrpc";

/** The two documents, as the reference reads them. */
export type OpenRpc = ReturnType<typeof openrpc>;
export type OpenApi = ReturnType<typeof openapi>;

export type Method = OpenRpc["methods"][number];
export type Errors = OpenRpc["components"]["errors"];
export type ErrorEntry = Errors[string];

/** Where the examples are sent, until the page knows its own origin. */
export const SAMPLE_ORIGIN = "http://localhost:8101";

/** Groups by what stands before the first slash or dot of a name, in the order of their first members. */
export const groupsOf = (methods: readonly Method[]): [string, Method[]][] => [
  ...Map.groupBy(methods, (m) => m.tags[0]?.name ?? "").entries(),
];
