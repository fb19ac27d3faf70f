import { beforeEach, describe, expect, test } from "vitest";
import { SCOPE_NAMES } from "../../../src/auth/scope";
import { emptyDatabase, sql } from "../../seed";
import { bearer, call, code, INITIALIZATION_TOKEN, loginWith, type RpcAnswer, rpc } from "../../support";

beforeEach(emptyDatabase);

const METHOD = "auth/createFirstApiKey";
const params = (initializationToken = INITIALIZATION_TOKEN) => ({ initializationToken, name: "first" });
const withToken = (token: string | undefined) => ({
  setup: { env: { PMX_INITIALIZATION_TOKEN: token as string } },
});

test("makes an owner whose key holds every scope, also those of later versions", async () => {
  const key = await call(METHOD, params());
  const { scope, accessToken } = await loginWith(key, []);
  expect(scope).toEqual(SCOPE_NAMES);
  await sql("update api_keys set maxScope = '[\"user:read\"]'");
  expect((await loginWith(key, [])).scope).toEqual(SCOPE_NAMES);
  const { list } = await call("user/listApiKeys", {}, bearer(accessToken));
  expect(list).toEqual([
    {
      apiKeyId: key.apiKeyId,
      name: "first",
      enabled: true,
      maxScope: SCOPE_NAMES,
      clientSecret: key.apiKeySecret,
    },
  ]);
  expect(key.apiKeySecret.length).toBeGreaterThanOrEqual(42);
});

describe("97", () => {
  test.each([
    "wrong",
    `${INITIALIZATION_TOKEN} `,
    INITIALIZATION_TOKEN.toUpperCase(),
    INITIALIZATION_TOKEN.slice(1),
  ])("for the token %j", async (token) => {
    expect(await code(METHOD, params(token))).toBe(97);
  });

  test("where no token is configured, or an empty one", async () => {
    expect(await code(METHOD, params(), withToken(undefined))).toBe(97);
    expect(await code(METHOD, params("undefined"), withToken(undefined))).toBe(97);
    expect(await code(METHOD, params(" "), withToken(""))).toBe(97);
    expect((await sql("select * from users")).results).toEqual([]);
  });

  test("not for an empty token, which is -32602", async () => {
    expect(await code(METHOD, params(""), withToken(""))).toBe(-32602);
    expect(await code(METHOD, params("x".repeat(1025)))).toBe(-32602);
  });
});

describe("96", () => {
  test("once a first key was made, whatever the token", async () => {
    await call(METHOD, params());
    for (const token of [INITIALIZATION_TOKEN, "wrong"]) expect(await code(METHOD, params(token))).toBe(96);
    expect(await code(METHOD, params(), withToken(undefined))).toBe(96);
  });

  test("also after every key is gone", async () => {
    await call(METHOD, params());
    await sql("delete from api_keys");
    expect(await code(METHOD, params())).toBe(96);
    await expect(sql("delete from installation")).rejects.toThrow("installation_is_kept");
    await expect(sql("delete from users")).rejects.toThrow("FOREIGN KEY");
  });

  test("for all but one of those who race", async () => {
    const answers: RpcAnswer[] = await Promise.all(Array.from({ length: 10 }, () => rpc(METHOD, params())));
    expect(answers.filter((a) => a.result)).toHaveLength(1);
    expect(answers.filter((a) => a.error?.code === 96)).toHaveLength(9);
    expect(
      (await sql("select (select count(*) from users) + (select count(*) from api_keys) as n")).results,
    ).toEqual([{ n: 2 }]);
  });
});

test("bindAccessToken over POST is -32602 for bad params, else 59", async () => {
  expect(await code("auth/bindAccessToken", {})).toBe(-32602);
  expect(await code("auth/bindAccessToken", { accessToken: "x".repeat(1025) })).toBe(-32602);
  expect(await code("auth/bindAccessToken", { accessToken: "x".repeat(1024) })).toBe(59);
  expect(await code("auth/bindAccessToken", { accessToken: "" })).toBe(59);
});
