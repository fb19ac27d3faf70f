import * as z from "zod/mini";

/** A JSON Schema (draft 2020-12), as far as the documents and pages look into one. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly oneOf?: readonly JsonSchema[];
  readonly anyOf?: readonly JsonSchema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly [keyword: string]: unknown;
}

/** What a declared schema takes (`input`) or gives (`output`), without zod's own `$schema` line. */
export function jsonSchema(schema: z.ZodMiniType, io: "input" | "output"): JsonSchema {
  const { $schema, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: "any" });
  return rest as JsonSchema;
}

/** The forms that params may take: one, or several told apart by a field such as `grantType`. */
export const variants = (schema: JsonSchema): readonly JsonSchema[] =>
  schema.oneOf ?? schema.anyOf ?? [schema];

export interface Parameter {
  readonly name: string;
  readonly required: boolean;
  readonly schema: JsonSchema;
}

/** The fields of one form of params, in the order of their declaration. */
export const parameters = ({ properties = {}, required = [] }: JsonSchema): Parameter[] =>
  Object.entries(properties).map(([name, schema]) => ({ name, required: required.includes(name), schema }));
