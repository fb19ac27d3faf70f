import { ERRORS, type ErrorName, REST_ONLY } from "../errors";
import type { Operation } from "../operation";
import { errorMeanings } from "./errorMeanings";
import { errorsOf } from "./operationErrors";
import { type JsonSchema, jsonSchema, type Parameter, parameters, variants } from "./schema";

/** What both documents say of this server. */
export interface About {
  readonly title: string;
  readonly version: string;
  readonly description: string;
}

/** The OpenRPC document (https://spec.open-rpc.org, version 1.3) of these methods. */
export function openrpc(methods: readonly Operation[], { title, version, description }: About) {
  return {
    openrpc: "1.3.2",
    info: { title, version, description, license: { name: "MIT" } },
    servers: [{ name: "main", url: "/main", summary: "JSON-RPC 2.0 over HTTP POST or a WebSocket" }],
    methods: methods.map(describe),
    components: {
      errors: Object.fromEntries(
        (Object.keys(ERRORS) as ErrorName[])
          .filter(isOfRpc)
          .map((name) => [
            name,
            { code: ERRORS[name].code, message: ERRORS[name].message, data: errorMeanings[name] },
          ]),
      ),
    },
  };
}

const isOfRpc = (name: ErrorName): boolean => ERRORS[name].code !== REST_ONLY;

function describe(method: Operation) {
  const schema = jsonSchema(method.params, "input");
  const [example, result] = [method.example.params as object, method.example.result];
  return {
    name: method.name,
    summary: method.summary,
    tags: [{ name: method.name.split(/[/.]/, 1)[0] }],
    paramStructure: "by-name",
    params: byName(schema).map(({ name, required, schema: field }) => ({
      name,
      required,
      ...(field.description !== undefined && { description: field.description }),
      schema: field,
    })),
    result: { name: "result", schema: jsonSchema(method.result, "output") },
    errors: errorsOf(method).map((name) => ({ $ref: `#/components/errors/${name}` })),
    examples: [
      {
        name: "example",
        params: Object.entries(example).map(([name, value]) => ({ name, value })),
        result: { name: "result", value: result },
      },
    ],
    "x-access": method.access,
    "x-public-read": method.publicRead ?? false,
    "x-writes": method.write !== undefined,
    "x-params": schema,
  };
}

/**
 * OpenRPC lists params one by one and knows no forms: a field of several forms takes any of its schemas and is required
 * where all of them require it. `x-params` has the exact schema.
 */
function byName(schema: JsonSchema): Parameter[] {
  const forms = variants(schema).map(parameters);
  const names = [...new Set(forms.flatMap((form) => form.map((p) => p.name)))];
  return names
    .map((name) => {
      const found = forms.flatMap((form) => form.filter((p) => p.name === name));
      const schemas = [...new Map(found.map((p) => [JSON.stringify(p.schema), p.schema])).values()];
      const [only, second] = schemas;
      return {
        name,
        required: found.length === forms.length && found.every((p) => p.required),
        schema: second === undefined ? (only as JsonSchema) : { anyOf: schemas },
      };
    })
    .sort((a, b) => Number(b.required) - Number(a.required));
}
