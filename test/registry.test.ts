import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import * as z from "zod/mini";
import { METHODS } from "../src/methods";
import type { Operation } from "../src/operation";
import { counted } from "./counting";
import { emptyDatabase, exampleParams, seedExamples } from "./seed";
import { bearer, call, code, ownerKey, rpc, tokenFor } from "./support";

/** The contract's table of scopes, by hand, so that a wrong declaration shows. */
const SCOPE: Record<string, string | null> = {
  "auth/bindAccessToken": null,
  "auth/createFirstApiKey": null,
  "auth/forkToken": null,
  "auth/token": null,
  "user/addApiKey": "user:write",
  "user/deleteApiKey": "user:write",
  "user/deleteSession": "user:write",
  "user/getApiKey": "user:read",
  "user/listApiKeys": "user:read",
  "user/listSessions": "user:read",
  "user/updateApiKey": "user:write",
  "pki/getCurrentKey": "pki:read",
  "pki/getHost": "pki:read",
  "pki/getKeyAt": "pki:read",
  "pki/getKeyHistory": "pki:read",
  "pki/verifyHostById": "pki:read",
  "pki/verifyHostByPub": "pki:read",
  "pki/verifyKey": "pki:read",
  "pki/verifyKeys": "pki:read",
  "pkiAdmin/addHostUrl": "pki:write",
  "pkiAdmin/deleteHost": "pki:write",
  "pkiAdmin/deleteKey": "pki:write",
  "pkiAdmin/listHosts": "pki:read",
  "pkiAdmin/listKeys": "pki:read",
  "pkiAdmin/removeHostUrl": "pki:write",
  "pkiAdmin/setHost": "pki:write",
  "pkiAdmin/setKey": "pki:write",
  "audit/list": "audit:read",
  "rpc.discover": null,
};

/** Which scopes, each alone, include a method's. */
const INCLUDED_IN: Record<string, string[]> = {
  "user:read": ["user:read"],
  "user:write": ["user:write"],
  "pki:read": ["pki:read", "user:read"],
  "pki:write": ["pki:write", "user:write"],
  "audit:read": ["audit:read"],
};

const ALL_SCOPES = [
  ...["user:read", "user:write", "pki:read", "pki:write"],
  ...["ssh:read", "ssh:write", "ssh:self", "audit:read", "ops:read", "profile"],
];

const methods: readonly Operation[] = METHODS;
const guarded = methods.filter((m) => SCOPE[m.name]);
const INITIALIZATION_TOKEN = "some_secret_token";

/** Every nested field with the kind of its value; of lists the first item. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, 1).map(shapeOf);
  if (typeof value !== "object" || value === null) return typeof value;
  return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, shapeOf(v)]));
}

/** Of a JSON Schema what the test below looks at. */
interface Schema {
  readonly description?: string;
  readonly const?: unknown;
  readonly properties?: Record<string, Schema>;
  readonly items?: Schema;
  readonly oneOf?: readonly Schema[];
}

test("the table above names every method", () => {
  expect(methods.map((m) => m.name).sort()).toEqual(Object.keys(SCOPE).sort());
});

test.each(methods.map((m) => [m.name, m] as const))("%s says of each param what it is", (_name, method) => {
  const unsaid = (schema: Schema, path: string): string[] => [
    ...(schema.oneOf ?? []).flatMap((s) => unsaid(s, path)),
    ...(schema.items?.properties ? unsaid(schema.items, `${path}[]`) : []),
    ...Object.entries(schema.properties ?? {}).flatMap(([name, field]) => [
      ...(field.description || field.const ? [] : [`${path}.${name}`]),
      ...unsaid(field, `${path}.${name}`),
    ]),
  ];
  const schema = z.toJSONSchema(method.params, { io: "input", unrepresentable: "any" });
  expect(schema.type ?? schema.oneOf).toBeDefined();
  expect(unsaid(schema as Schema, "params")).toEqual([]);
});

describe("the example works on a database that holds what it speaks of", () => {
  beforeEach(emptyDatabase);

  /** Taking the examples' own keys, hosts and sessions away where the method is to make them. */
  const MAKES: Record<string, (token: string) => Promise<unknown>> = {
    "pkiAdmin/setHost": (token) =>
      call("pkiAdmin/deleteHost", { instanceId: methodNamed("pkiAdmin/setHost").hostPubKey }, bearer(token)),
    "pkiAdmin/setKey": (token) => {
      const { userPubKey, ...owner } = methodNamed("pkiAdmin/setKey");
      return call("pkiAdmin/deleteKey", owner, bearer(token));
    },
  };
  const methodNamed = (name: string) =>
    methods.find((m) => m.name === name)?.example.params as Record<string, string>;

  test.each(methods.map((m) => [m.name, m] as const))("%s", async (name, method) => {
    const setup = { env: { PMX_INITIALIZATION_TOKEN: INITIALIZATION_TOKEN } };
    if (name === "auth/createFirstApiKey") {
      expect(shapeOf(await call(name, method.example.params, { setup }))).toEqual(
        shapeOf(method.example.result),
      );
      return;
    }
    await seedExamples();
    if (name === "auth/bindAccessToken") {
      expect((await rpc(name, method.example.params)).error?.code).toBe(59);
      return;
    }
    await MAKES[name]?.(await tokenFor());
    const scope = method.access === "user:write" ? "user:read_write" : (SCOPE[name] ?? "");
    const sent = SCOPE[name] === null ? {} : bearer(await tokenFor(scope));
    const result = await call(name, await exampleParams(method), sent);
    if (name === "rpc.discover") {
      expect(result.methods.map((m: Operation) => m.name)).toEqual(methods.map((m) => m.name));
      return;
    }
    expect(shapeOf(result)).toEqual(shapeOf(method.example.result));
    if (method.read && name.startsWith("pki")) expect(result).toEqual(method.example.result);
  });
});

describe("on a seeded database", () => {
  const tokens = new Map<string, string>();

  beforeAll(async () => {
    await emptyDatabase();
    await seedExamples();
    for (const scope of ALL_SCOPES) tokens.set(scope, await tokenFor(scope));
    tokens.set("all", await tokenFor());
  });

  const withScope = (scope: string) => bearer(tokens.get(scope) as string);
  /** Params that ask for no right, so that what is tested is the method's scope and not what the example gives away. */
  const harmless = (m: Operation) =>
    m.name === "user/addApiKey" || m.name === "user/updateApiKey"
      ? { ...(m.example.params as object), maxScope: [] }
      : m.example.params;

  test.each(guarded.map((m) => [m.name, m] as const))("%s needs its scope", async (name, method) => {
    expect(await code(name, harmless(method))).toBe(14);
    const right = INCLUDED_IN[SCOPE[name] as string] as string[];
    for (const scope of ALL_SCOPES) {
      const answered = await code(name, harmless(method), withScope(scope));
      if (right.includes(scope)) expect([14, 73, -32601, -32602, -32603], scope).not.toContain(answered);
      else expect(answered, scope).toBe(73);
    }
  });

  test.each(methods.map((m) => [m.name, m] as const))(
    "%s refuses a field it does not know",
    async (name, m) => {
      for (const field of ["surprise", "__proto__", "constructor", "toString"]) {
        const params = JSON.stringify(m.example.params)
          .replace(/^\{/, `{"${field}":{},`)
          .replace(/,\}$/, "}");
        const answer = await rpc(name, JSON.parse(params), withScope("all"));
        expect(answer.error, field).toMatchObject({ code: -32602, data: expect.any(String) });
        expect(answer.error?.data).not.toContain(field);
      }
    },
  );

  test.each(guarded.filter((m) => m.read).map((m) => [m.name, m] as const))(
    "%s costs one round trip, its credential included",
    async (name, method) => {
      const { DB, cost } = counted();
      await rpc(
        name,
        method.example.params,
        bearer(tokens.get("all") as string, { env: { DB, READ_AUTH_CACHE_SECONDS: "0" } }),
      );
      expect(cost.trips).toBe(1);
    },
  );

  test.each(methods.filter((m) => m.write).map((m) => [m.name, m] as const))(
    "%s costs two round trips at most, its credential included",
    async (name, method) => {
      const { DB, cost } = counted();
      const setup = { env: { DB, PMX_INITIALIZATION_TOKEN: INITIALIZATION_TOKEN } };
      await rpc(name, await exampleParams(method), bearer(tokens.get("all") as string, setup));
      expect(cost.trips).toBeLessThanOrEqual(2);
    },
  );

  test("rpc.discover costs none", async () => {
    const { DB, cost } = counted();
    await call("rpc.discover", {}, { setup: { env: { DB } } });
    expect(cost.trips).toBe(0);
  });

  test("auth/token costs exactly two round trips, by secret and by refresh token", async () => {
    const { DB, cost } = counted();
    const { apiKeyId, apiKeySecret } = await ownerKey();
    const login = {
      grantType: "client_credentials",
      clientId: apiKeyId,
      clientSecret: apiKeySecret,
      scope: [],
    };
    const { refreshToken } = await call("auth/token", login, { setup: { env: { DB } } });
    expect(cost.trips).toBe(2);
    await call("auth/token", { grantType: "refresh_token", refreshToken }, { setup: { env: { DB } } });
    expect(cost.trips).toBe(4);
  });
});
