import type { openapi, PathOperation } from "../../src/docs/openapi";
import type { openrpc } from "../../src/docs/openrpc";

/** The two documents, as the reference reads them. */
export type OpenRpc = ReturnType<typeof openrpc>;
export type OpenApi = ReturnType<typeof openapi>;

export type Method = OpenRpc["methods"][number];
export type Errors = OpenRpc["components"]["errors"];
export interface ErrorEntry {
  /** A number of JSON-RPC, or the HTTP status with the REST API's name of it. */
  readonly code: number | string;
  readonly message: string;
  readonly data: string;
}

export interface RouteEntry {
  readonly method: string;
  readonly path: string;
  readonly operation: PathOperation;
}

/** The operations of the REST API in the order of its paths. */
export const routesOf = ({ paths }: OpenApi): RouteEntry[] =>
  Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      operation,
    })),
  );

/** Where the examples are sent, until the page knows its own origin. */
export const SAMPLE_ORIGIN = "http://localhost:8101";

/** Groups by what stands before the first slash or dot of a name, in the order of their first members. */
export const groupsOf = (methods: readonly Method[]): [string, Method[]][] => [
  ...Map.groupBy(methods, (m) => m.tags[0]?.name ?? "").entries(),
];
