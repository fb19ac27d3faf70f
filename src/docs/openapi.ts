import { ERRORS, type ErrorName, REST_CODES } from "../errors";
import type { Route } from "../rest/route";
import { errorMeanings } from "./errorMeanings";
import type { About } from "./openrpc";
import { errorsOf } from "./operationErrors";
import { PLAIN_PATHS } from "./plainPaths";
import { type JsonSchema, jsonSchema, parameters } from "./schema";

const MEDIA_TYPES = {
  json: "application/json",
  text: "text/plain",
  form: "application/x-www-form-urlencoded",
} as const;

const FAILURE: JsonSchema = { $ref: "#/components/schemas/Failure" };
const failureContent = { "application/json": { schema: FAILURE } };

/** The OpenAPI document (https://spec.openapis.org/oas/v3.1.0) of these routes and of the plain paths beside them. */
export function openapi(routes: readonly Route[], { title, version, description }: About) {
  const paths: Record<string, Record<string, PathOperation>> = { ...PLAIN_PATHS };
  for (const route of routes) {
    const { path, method } = route.http;
    paths[path] = { ...paths[path], [method.toLowerCase()]: describe(route) };
  }
  return {
    openapi: "3.1.0",
    info: { title, version, description, license: { name: "MIT", identifier: "MIT" } },
    servers: [{ url: "/" }],
    paths,
    components: {
      securitySchemes: {
        token: {
          type: "http",
          scheme: "bearer",
          bearerFormat: "JWT",
          description: "From /auth/api/v1/oauth/token",
        },
      },
      schemas: { Failure: failureSchema() },
    },
    "x-errors": failuresOf(routes),
  };
}

export type PathOperation = {
  readonly operationId: string;
  readonly summary: string;
  readonly responses: Readonly<Record<string, object>>;
  readonly security?: readonly object[];
  readonly parameters?: readonly ParameterEntry[];
  readonly requestBody?: { readonly required: boolean; readonly content: Readonly<Record<string, Content>> };
  readonly "x-access"?: string;
  readonly "x-example"?: RouteExample;
};

export interface ParameterEntry {
  readonly name: string;
  readonly in: "path" | "query";
  readonly required: boolean;
  readonly description?: string;
  readonly schema: JsonSchema;
}

interface Content {
  readonly schema: JsonSchema;
  readonly example?: unknown;
}

export interface RouteExample {
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string | number>>;
  readonly body?: unknown;
}

function describe(route: Route): PathOperation {
  const { http } = route;
  const { path, query, body } = jsonSchema(route.params, "input").properties ?? {};
  const example = route.example.params as RouteExample;
  return {
    operationId: route.name,
    summary: route.summary,
    ...(route.access !== "everyone" && { security: [{ token: [] }] }),
    parameters: [...entries(path, "path"), ...entries(query, "query")],
    ...(body && {
      requestBody: {
        required: true,
        content: { [MEDIA_TYPES[http.takes ?? "json"]]: { schema: body, example: example.body } },
      },
    }),
    responses: { [http.status ?? 200]: success(route), ...failures(route) },
    "x-access": route.access,
    "x-example": example,
  };
}

const entries = (schema: JsonSchema | undefined, place: "path" | "query"): ParameterEntry[] =>
  parameters(schema ?? {}).map(({ name, required, schema: field }) => ({
    name,
    in: place,
    required: place === "path" || required,
    ...(field.description !== undefined && { description: field.description }),
    schema: field,
  }));

function success({ http, result, example }: Route): object {
  switch (http.gives ?? "json") {
    case "json":
      return {
        description: "Success",
        content: { "application/json": { schema: jsonSchema(result, "output"), example: example.result } },
      };
    case "text":
      return {
        description: "Success",
        content: { "text/plain": { schema: { type: "string" }, example: example.result } },
      };
    case "redirect":
      return { description: "The place to go on", headers: { Location: { schema: { type: "string" } } } };
    case "nothing":
      return { description: "Success, with an empty body" };
  }
}

/** What any request may be answered with before or beside its route. */
const BESIDE_ROUTES = ["tooLarge", "tooManyRequests", "notFound", "methodNotAllowed"] as const;

/** One response for each status, naming the errors that have it. */
function failures(route: Route): Record<string, object> {
  const names = [...errorsOf(route), "tooLarge", "tooManyRequests", "unavailable"] satisfies ErrorName[];
  const byStatus = Map.groupBy(new Set(names), (name) => ERRORS[name].status);
  return Object.fromEntries(
    [...byStatus].map(([status, errors]) => [
      status,
      { description: errors.map((name) => ERRORS[name].message).join("; "), content: failureContent },
    ]),
  );
}

/** Every error of these routes, by status. */
const failuresOf = (routes: readonly Route[]) =>
  [...new Set([...routes.flatMap(errorsOf), ...BESIDE_ROUTES])]
    .map((name) => ({
      code: `${ERRORS[name].status} ${REST_CODES[ERRORS[name].status]}`,
      message: ERRORS[name].message,
      data: errorMeanings[name],
    }))
    .sort((a, b) => (a.code < b.code ? -1 : 1));

const failureSchema = (): JsonSchema => ({
  type: "object",
  required: ["error_code", "error_message"],
  properties: {
    error_code: { type: "string", enum: [...new Set(Object.values(REST_CODES))] },
    error_message: { type: "string" },
    property: { type: "string", description: "The field that is wrong" },
    details: { type: "array", items: { type: "object" }, description: "Every field that is wrong" },
    error: { type: "string", description: "RFC 6749's code, for logging in" },
    error_description: { type: "string" },
  },
});
