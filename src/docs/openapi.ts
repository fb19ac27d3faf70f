import type { About } from "./openrpc";

/** The OpenAPI document (version 3.1) of everything that is no JSON-RPC method. */
export function openapi({ title, version, description }: About) {
  return {
    openapi: "3.1.0",
    info: { title, version, description, license: { name: "MIT", identifier: "MIT" } },
    servers: [{ url: "/" }],
    paths: {},
  };
}
