import type { JsonSchema } from "../../src/docs/schema";

const BOUNDS = [
  ["minLength", "maxLength", " characters"],
  ["minItems", "maxItems", " items"],
  ["minimum", "maximum", ""],
] as const;

/** A type as a person says it: `array of string`, `"OK"`, `string or null`. */
export function typeName(schema: JsonSchema): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((v) => JSON.stringify(v)).join(" or ");
  const forms = schema.oneOf ?? schema.anyOf;
  if (forms) return [...new Set(forms.map(typeName))].join(" or ");
  if (schema.type === "array") return schema.items ? `array of ${typeName(schema.items)}` : "array";
  return typeof schema.type === "string" ? schema.type : (schema.type?.join(" or ") ?? "any");
}

/** A number that says something: zod bounds whole numbers by what a double holds exactly. */
const bound = (value: unknown): number | undefined =>
  typeof value === "number" && Math.abs(value) < Number.MAX_SAFE_INTEGER ? value : undefined;

/** The bounds of a field in words; empty where there are none. */
export const boundsOf = (schema: JsonSchema): string =>
  BOUNDS.flatMap(([least, most, unit]) => {
    const [from, to] = [bound(schema[least]), bound(schema[most])];
    if (from === undefined) return to === undefined ? [] : [`at most ${to}${unit}`];
    return [to === undefined ? `from ${from}${unit}` : `${from} to ${to}${unit}`];
  }).join(", ");

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
