import type { JsonSchema } from "../../src/docs/schema";

const BOUNDS: readonly (readonly [keyword: string, words: (bound: unknown) => string])[] = [
  ["minLength", (n) => `at least ${n} characters`],
  ["maxLength", (n) => `at most ${n} characters`],
  ["minItems", (n) => `at least ${n} items`],
  ["maxItems", (n) => `at most ${n} items`],
  ["minimum", (n) => `from ${n}`],
  ["maximum", (n) => `to ${n}`],
];

/** A type as a person says it: `array of string`, `"OK"`, `string or null`. */
export function typeName(schema: JsonSchema): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((v) => JSON.stringify(v)).join(" or ");
  const forms = schema.oneOf ?? schema.anyOf;
  if (forms) return [...new Set(forms.map(typeName))].join(" or ");
  if (schema.type === "array") return schema.items ? `array of ${typeName(schema.items)}` : "array";
  return typeof schema.type === "string" ? schema.type : (schema.type?.join(" or ") ?? "any");
}

const isUnsafe = (bound: unknown) => Math.abs(Number(bound)) >= Number.MAX_SAFE_INTEGER;

/** The bounds of a field in words; empty where there are none. */
export const boundsOf = (schema: JsonSchema): string =>
  BOUNDS.filter(([keyword]) => schema[keyword] !== undefined && !isUnsafe(schema[keyword]))
    .map(([keyword, words]) => words(schema[keyword]))
    .join(", ");

export interface Line {
  readonly name: string;
  readonly depth: number;
  readonly required: boolean;
  readonly schema: JsonSchema;
}

/** The fields of an object or of the objects in an array, each followed by its own. */
export function linesOf(schema: JsonSchema, depth = 0): Line[] {
  const inner = schema.items ?? schema;
  return Object.entries(inner.properties ?? {}).flatMap(([name, field]) => [
    { name, depth, required: inner.required?.includes(name) ?? false, schema: field },
    ...linesOf(field, depth + 1),
  ]);
}
