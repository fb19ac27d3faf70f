import fc from "fast-check";
import type * as z from "zod/mini";
import { writeJson } from "../../src/client/message";

/** What an attacker puts where a value is expected. */

const nested = (depth: number, open: string, close: string): unknown =>
  JSON.parse(`${open.repeat(depth)}1${close.repeat(depth)}`);

const NAMES = ["__proto__", "constructor", "prototype", "toString", "hasOwnProperty", "", "$ref", "then"];
const TEXTS = [
  ...[
    ...NAMES,
    " ",
    "\0",
    "\n",
    "\u007f",
    "\ud800",
    "\udfff\ud800",
    "\u202e",
    "\ufeff",
    "\ufffd",
    "e\u0301",
    "ß",
  ],
  ...["null", "NaN", "-0", "' or 1=1 --", "%00", "../..", "a\r\nset-cookie: a=b", "\u{1f511}".repeat(128)],
  ...["A".repeat(1025), "A".repeat(65_536), "\u{1f511}".repeat(20_000), "1".repeat(5000), "Z".repeat(52)],
];
const NUMBERS = [0, -0, -1, 0.5, 2 ** 31, 2 ** 53, 2 ** 53 + 2, -(2 ** 63), 2 ** 64, 1e21, 1e308, 5e-324];

/** Any JSON value, mostly of the kind that breaks something. */
export const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(...TEXTS),
  fc.constantFrom<unknown>(...NUMBERS, null, true, false),
  fc.string({ unit: "binary", maxLength: 200 }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.jsonValue({ maxDepth: 4 }),
  fc.constantFrom<unknown>([], {}, [[]], nested(500, "[", "]"), nested(500, '{"a":', "}")),
  fc.constantFrom<unknown>(Array(300).fill("a"), Array(300).fill({}), Array(20_000).fill(0)),
);

/** Text for headers, paths and forms. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...TEXTS.filter((t) => t.length < 5000)),
  fc.string({ unit: "binary", maxLength: 100 }),
);

type Fields = Readonly<Record<string, unknown>>;
const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The objects that a schema of params takes: one, or those of a union. */
function shapesOf(schema: z.ZodMiniType): Readonly<Record<string, z.ZodMiniType>>[] {
  const def = schema._zod.def as { options?: z.ZodMiniType[]; shape?: Record<string, z.ZodMiniType> };
  return def.options?.flatMap(shapesOf) ?? (def.shape ? [def.shape] : []);
}

/** A value as the declaration has it: its literal, or what the example says. */
function usual(schema: z.ZodMiniType, example: unknown): unknown {
  const def = schema._zod.def as { values?: unknown[] };
  return def.values?.[0] ?? example;
}

/** A list or object with one place changed, and whatever else it is told as it was. */
function bent(value: unknown): fc.Arbitrary<unknown> {
  if (Array.isArray(value) && value.length > 0)
    return bent(value[0]).map((item) => [item, ...value.slice(1)]);
  if (!isFields(value) || Object.keys(value).length === 0) return hostileValue;
  return fc
    .constantFrom(...Object.keys(value))
    .chain((key) => fc.oneof(hostileValue, bent(value[key])).map((v) => ({ ...value, [key]: v })));
}

/** Params of a declaration: each field as it should be, hostile, or missing; now and then with a field too many. */
export function hostileParams(schema: z.ZodMiniType, example: unknown): fc.Arbitrary<unknown> {
  const examples = isFields(example) ? example : {};
  const records = shapesOf(schema).map((shape) => {
    const field = (name: string, of: z.ZodMiniType) =>
      fc.oneof(
        { weight: 5, arbitrary: fc.constant(usual(of, examples[name])) },
        { weight: 2, arbitrary: bent(examples[name]) },
        { weight: 1, arbitrary: fc.constant(undefined) },
      );
    const fields = Object.entries(shape).map(([name, of]) => [name, field(name, of)] as const);
    const extra = fc.option(fc.tuple(fc.constantFrom(...NAMES, "surprise"), hostileValue), { freq: 6 });
    return fc
      .tuple(fc.record(Object.fromEntries(fields)), extra)
      .map(([record, more]) => (more ? { ...record, ...Object.fromEntries([more]) } : record));
  });
  return fc.oneof(...records.map((arbitrary) => ({ weight: 8, arbitrary })), {
    weight: 1,
    arbitrary: hostileValue,
  });
}

/** JSON text of a value, in which keys may stand twice and numbers be larger than a double. */
export const rawJson = (value: unknown): fc.Arbitrary<string> => {
  const text = value === undefined ? "null" : writeJson(value);
  return fc
    .constantFrom<(t: string) => string>(
      (t) => t,
      (t) => t,
      (t) => t.replace(/^\{"(\w+)":/, '{"$1":null,"$1":'),
      (t) => t.replace(/\}$/, ',"__proto__":{"admin":true}}').replace("{,", "{"),
      (t) => t.replace(/:(\d+)/, ":9007199254740993"),
      (t) => t.replace(/:(\d+)/, ":1e400"),
      (t) => t.replace(/"/g, "\\u0022"),
      (t) => t.slice(0, -1),
    )
    .map((change) => change(text));
};
