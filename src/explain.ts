import type * as z from "zod/mini";

type Issue = z.core.$ZodIssue;

/**
 * One sentence for a person who sent params that do not fit: which field, and what is expected there. It never repeats a
 * value. Schemas put what they expect of a text or number into the messages of their checks.
 */
export function explain(issues: readonly Issue[], params: z.ZodMiniType): string {
  const [issue] = issues;
  if (!issue) return "params are not as expected";
  const path = issue.path.map(String);
  if (issue.code === "unrecognized_keys") {
    const place = path.length === 0 ? "params" : path.join(".");
    return `${place} has a field that is not known here${known(params, path)}`;
  }
  const field = path.length === 0 ? "params" : path.join(".");
  return `${field}: expected ${expectation(issue)}`;
}

function known(params: z.ZodMiniType, path: readonly string[]): string {
  const shape =
    path.length === 0 && "shape" in params._zod.def ? Object.keys(params._zod.def.shape as object) : [];
  return shape.length === 0 ? "" : `; the fields are ${shape.join(", ")}`;
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
