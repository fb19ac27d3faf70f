import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import type * as z from "zod/mini";
import { COMMON_ERRORS, ERRORS, REST_CODES } from "../../src/errors";
import { ROUTES } from "../../src/rest";
import { oauthErrorOf } from "../../src/rest/oauth/errors";
import type { Route } from "../../src/rest/route";
import { expectInvariants } from "../invariants";
import { basic, rest } from "../rest/support";
import { ownerKey } from "../support";
import { digest } from "./digest";
import { hostileParams, hostileText, rawJson } from "./hostile";
import { hostileSshText } from "./hostileSsh";

let headers: Record<string, string>;

beforeAll(async () => {
  headers = basic(await ownerKey());
});

type Parts = Readonly<Record<string, z.ZodMiniType | undefined>>;
type Example = Readonly<Record<string, unknown>>;

const ESCAPES = ["%", "%zz", "%00", "%C0%AF", "%ED%A0%80", "%2F..%2F", "%E0%A4%A", "current", ";", "@"];
const segment = fc.oneof(
  fc.constantFrom(...ESCAPES),
  hostileText.map((t) => encodeURIComponent(t.toWellFormed())),
);

const pathOf = (path: string, examples: Example): fc.Arbitrary<string> =>
  fc
    .array(fc.oneof(fc.constant(undefined), segment), { minLength: 2, maxLength: 2 })
    .map((segments) =>
      path.replaceAll(/\{(\w+)\}/g, (_, name: string) => segments.pop() || String(examples[name])),
    );

const pairs = (schema: z.ZodMiniType | undefined, example: unknown): fc.Arbitrary<string> =>
  schema
    ? hostileParams(schema, example).map((fields) =>
        Object.entries(typeof fields === "object" && fields !== null ? fields : { fields })
          .filter(([, value]) => value !== undefined)
          .map(([name, value]) => [name, typeof value === "string" ? value : JSON.stringify(value)])
          .map((pair) => pair.map((t = "") => encodeURIComponent(t.toWellFormed())).join("="))
          .join("&"),
      )
    : fc.constant("");

const bodyOf = ({ http }: Route, schema: z.ZodMiniType | undefined, example: unknown) => {
  if (!schema) return fc.constant(undefined);
  if (http.takes === "text") return hostileSshText;
  return http.takes === "form" ? pairs(schema, example) : hostileParams(schema, example).chain(rawJson);
};

const TYPES = { json: "application/json", text: "text/plain", form: "application/x-www-form-urlencoded" };

describe("whatever the path, query and body, a request ends as documented and changes nothing where it fails", () => {
  const routes: readonly Route[] = ROUTES;
  test.each(routes.map((r) => [`${r.http.method} ${r.http.path}`, r] as const))(
    "%s",
    async (_name, route) => {
      const { http, params, errors } = route;
      const parts = (params._zod.def as unknown as { shape: Parts }).shape;
      const { path = {}, query, body } = route.example.params as Record<string, Example>;
      const raised = [...errors, ...COMMON_ERRORS, "tooLarge", "notFound", "methodNotAllowed"] as const;
      const statuses = raised
        .filter((e) => e !== "internalError")
        .map((e) =>
          http.oauth ? oauthErrorOf({ error: e, details: [] } as never).status : ERRORS[e].status,
        );
      const request = fc.record({
        path: pathOf(http.path, path),
        query: pairs(parts.query, query),
        body: bodyOf(route, parts.body, body),
      });
      await fc.assert(
        fc.asyncProperty(request, async (sent) => {
          const before = await digest();
          const type = sent.body === undefined ? {} : { "content-type": TYPES[http.takes ?? "json"] };
          const answer = await rest(http.method, `${sent.path}?${sent.query}`, {
            headers: { ...headers, ...type },
            ...(sent.body !== undefined && { body: sent.body }),
          });
          if (answer.status < 400) return;
          expect(statuses).toContain(answer.status);
          expect(Object.values(REST_CODES)).toContain(answer.json.error_code);
          expect(await digest()).toBe(before);
        }),
        { numRuns: 60 },
      );
    },
  );
});

test("afterwards every invariant holds", expectInvariants);
