import type { PathOperation } from "./openapi";

const json = (description: string) => ({
  description,
  content: { "application/json": { schema: { type: "object" } } },
});

const read = (operationId: string, summary: string, more: Readonly<Record<string, object>> = {}) => ({
  get: { operationId, summary, responses: { 200: json("Success"), ...more }, "x-example": {} },
});

/** What stands beside methods and routes and is open to all. */
export const PLAIN_PATHS: Readonly<Record<string, Record<string, PathOperation>>> = {
  "/health": read("getHealth", "Whether the server answers"),
  "/ready": read("getReadiness", "Whether secrets, database and cache are in order", {
    503: json("What is not in order"),
  }),
  "/.well-known/jwks.json": read("getKeySet", "The keys that access tokens are signed with (RFC 7517)"),
  "/openrpc.json": read("getOpenRpc", "The OpenRPC document of the methods on POST /main"),
  "/openapi.json": read("getOpenApi", "This document"),
};
