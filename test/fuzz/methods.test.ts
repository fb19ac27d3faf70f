import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { COMMON_ERRORS, ERRORS, type ErrorName } from "../../src/errors";
import { METHODS } from "../../src/methods";
import type { Operation } from "../../src/operation";
import { expectInvariants } from "../invariants";
import { seedExamples } from "../seed";
import { basicHeader } from "../signing";
import { ownerKey, post, type RpcAnswer } from "../support";
import { digest } from "./digest";
import { hostileParams, hostileValue, rawJson } from "./hostile";

let headers: Record<string, string>;

beforeAll(async () => {
  await seedExamples();
  const { apiKeyId, apiKeySecret } = await ownerKey();
  headers = { authorization: basicHeader(apiKeyId, apiKeySecret) };
});

const PROTOCOL: readonly ErrorName[] = ["parseError", "invalidRequest", "methodNotFound"];
const methods: readonly Operation[] = METHODS;
const codesOf = (errors: readonly ErrorName[]): number[] =>
  errors.filter((e) => e !== "internalError").map((e) => ERRORS[e].code);

async function answersTo(text: string): Promise<RpcAnswer[]> {
  const response = await post(text, { headers });
  if (response.status === 204) return [];
  expect([response.status, response.headers.get("content-type")]).toEqual([200, "application/json"]);
  const body = await response.json<RpcAnswer | RpcAnswer[]>();
  return Array.isArray(body) ? body : [body];
}

/** Sends a text and expects errors of that list only, and no change where there was an error. */
async function expectDocumented(text: string, codes: readonly number[]): Promise<void> {
  const before = await digest();
  const answers = await answersTo(text);
  for (const { error } of answers) {
    if (!error) continue;
    expect(codes).toContain(error.code);
    if (error.code === ERRORS.invalidParams.code) expect(error.data).toEqual(expect.any(String));
  }
  if (answers.length > 0 && answers.every((a) => a.error)) expect(await digest()).toBe(before);
}

describe("whatever its params, a call ends as documented and changes nothing where it fails", () => {
  test.each(methods.map((m) => [m.name, m] as const))("%s", async (name, method) => {
    const codes = codesOf([...method.errors, ...COMMON_ERRORS, ...PROTOCOL]);
    const text = hostileParams(method.params, method.example.params)
      .chain(rawJson)
      .map((params) => `{"jsonrpc":"2.0","id":1,"method":${JSON.stringify(name)},"params":${params}}`);
    await fc.assert(
      fc.asyncProperty(text, (t) => expectDocumented(t, codes)),
      { numRuns: 60 },
    );
  });
});

test("whatever the envelope, the answer is one of JSON-RPC", async () => {
  const codes = codesOf(Object.keys(ERRORS) as ErrorName[]).filter((c) => c !== ERRORS.internalError.code);
  const member = (usual: unknown) =>
    fc.oneof({ weight: 3, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: hostileValue });
  const request = fc.record(
    {
      jsonrpc: member("2.0"),
      id: member(1),
      method: member("pkiAdmin/listHosts"),
      params: member({}),
      token: hostileValue,
    },
    { requiredKeys: [] },
  );
  const body = fc.oneof(request, fc.array(fc.oneof(request, hostileValue), { maxLength: 130 }), hostileValue);
  const deep = ["[", '{"a":', '{"jsonrpc":"2.0","id":1,"method":"pki/getHost","params":'].map((open) =>
    open.repeat(Math.floor(250_000 / open.length)),
  );
  const text = fc.oneof(
    { weight: 4, arbitrary: body.chain(rawJson) },
    { weight: 1, arbitrary: fc.string({ unit: "binary" }) },
    { weight: 1, arbitrary: fc.constantFrom(...deep, "[".repeat(1e5) + "]".repeat(1e5)) },
  );
  await fc.assert(
    fc.asyncProperty(text, (t) => expectDocumented(t, codes)),
    { numRuns: 300 },
  );
});

test("afterwards every invariant holds", expectInvariants);
