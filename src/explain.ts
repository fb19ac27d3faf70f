import type * as z from "zod/mini";
import type { Detail } from "./errors";

type Issue = z.core.$ZodIssue;

/** More of them than a person reads, and few enough for an answer. */
const MAX_DETAILS = 100;
/** A field's name is repeated only where it looks like one. */
const FIELD_NAME = /^[A-Za-z0-9_.-]{1,64}$/;

/**
 * What is wrong with params that do not fit, field by field, for a person: which field, and what is expected there. It
 * never repeats a value. Schemas put what they expect of a text or number into the messages of their checks.
 * @param skip how many elements at the start of each path the caller never wrote, such as `body`
 */
export function explain(issues: readonly Issue[], params: z.ZodMiniType, skip = 0): readonly Detail[] {
  const details = issues.slice(0, MAX_DETAILS).flatMap((issue): Detail[] => {
    const path = issue.path.map(String);
    const place = path.slice(skip);
    if (issue.code === "unrecognized_keys") return unknownFields(issue.keys, place, fieldsAt(params, path));
    const property = place.join(".");
    return [{ property, message: `${property || "params"}: expected ${expectation(issue)}` }];
  });
  return details.slice(0, MAX_DETAILS);
}

function unknownFields(
  keys: readonly string[],
  place: readonly string[],
  known: readonly string[],
): Detail[] {
  const list = known.length === 0 ? "" : `; the fields are ${known.join(", ")}`;
  const message = `${place.join(".") || "params"} has a field that is not known here${list}`;
  const named = keys.filter((key) => FIELD_NAME.test(key)).slice(0, MAX_DETAILS);
  const properties = named.length > 0 ? named.map((key) => [...place, key]) : [place];
  return properties.map((property) => ({ property: property.join("."), message }));
}

/** The names of the fields of the object at that path; none where it is no object with fixed fields. */
function fieldsAt(schema: z.ZodMiniType, path: readonly string[]): readonly string[] {
  const [next, ...rest] = path;
  const shape = "shape" in schema._zod.def ? (schema._zod.def.shape as Record<string, z.ZodMiniType>) : {};
  if (next === undefined) return Object.keys(shape);
  return shape[next] ? fieldsAt(shape[next], rest) : [];
}

function expectation(issue: Issue): string {
  switch (issue.code) {
    case "invalid_type":
      return TYPES[issue.expected] ?? article(issue.expected);
    case "invalid_value":
      return issue.values.map((v) => JSON.stringify(v)).join(" or ");
    case "too_small":
      return amount("at least", issue.minimum, issue.origin);
    case "too_big":
      return amount("at most", issue.maximum, issue.origin);
    case "invalid_union":
      return "options" in issue && Array.isArray(issue.options)
        ? issue.options.map((o) => JSON.stringify(o)).join(" or ")
        : "another form";
    default:
      return issue.message ?? "another form";
  }
}

const TYPES: Readonly<Record<string, string>> = { nonoptional: "a value", int: "a whole number" };

const amount = (bound: string, n: number | bigint, origin: string) =>
  origin === "array" ? `${bound} ${n} ${n === 1 ? "item" : "items"}` : `a number of ${bound} ${n}`;

const article = (type: string) => (/^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`);
