import { beforeAll, describe, expect, test } from "vitest";
import { KEY_OWNER, USER_PUB_KEY } from "../../src/methods/examples";
import { newPubKey } from "../seed";
import { bearer, call, post, type RpcAnswer, tokenFor } from "../support";

const HOST = "pkiAdmin/listHosts";
let sent: ReturnType<typeof bearer>;

beforeAll(async () => {
  sent = bearer(await tokenFor());
});

async function answered(body: unknown): Promise<RpcAnswer | RpcAnswer[] | undefined> {
  const response = await post(body, sent);
  if (response.status === 204) return undefined;
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toBe("application/json");
  return response.json();
}

const request = (id: unknown, method = HOST, params?: unknown) => ({ jsonrpc: "2.0", id, method, params });
const failed = (code: number, id: unknown = null) => ({
  jsonrpc: "2.0",
  id,
  error: expect.objectContaining({ code, message: expect.any(String) }),
});
const succeeded = (id: unknown) => ({ jsonrpc: "2.0", id, result: [] });

describe("a single call", () => {
  test.each([
    ["text", "a"],
    ["empty text", ""],
    ["number", 7],
    ["zero", 0],
    ["negative", -1],
    ["fraction", 1.5],
    ["null", null],
  ])("answers under an id that is a %s", async (_kind, id) => {
    expect(await answered(request(id))).toEqual(succeeded(id));
  });

  test.each([
    ["an object", {}],
    ["a list", [1]],
    ["a boolean", true],
  ])("refuses an id that is %s", async (_kind, id) => {
    expect(await answered(request(id))).toEqual(failed(-32600));
  });

  test.each([
    ["no member jsonrpc", { id: 1, method: HOST }],
    ["version 1.0", { jsonrpc: "1.0", id: 1, method: HOST }],
    ["the version as a number", { jsonrpc: 2, id: 1, method: HOST }],
    ["no method", { jsonrpc: "2.0", id: 1 }],
    ["a method that is no text", { jsonrpc: "2.0", id: 1, method: 1, params: "bar" }],
    ["params that are no structure", { jsonrpc: "2.0", id: 1, method: HOST, params: "bar" }],
    ["params that are null", { jsonrpc: "2.0", id: 1, method: HOST, params: null }],
    ["a token that is no text", { jsonrpc: "2.0", id: 1, method: HOST, token: 5 }],
  ])("refuses %s and answers under its id", async (_what, body) => {
    expect(await answered(body)).toEqual(failed(-32600, 1));
  });

  test.each(["1", "true", "null", '"text"'])("refuses %s as no request", async (text) => {
    expect(await answered(text)).toEqual(failed(-32600));
  });

  test.each(["", "{", '{"jsonrpc": "2.0", "method": "foobar, "params": "bar", "baz]', "{'a':1}", "NaN"])(
    "refuses %s as no JSON",
    async (text) => {
      expect(await answered(text)).toEqual(failed(-32700));
    },
  );

  test("takes left out params as an empty object, and params by position as wrong", async () => {
    expect(await answered({ jsonrpc: "2.0", id: 1, method: HOST })).toEqual(succeeded(1));
    expect(await answered(request(1, HOST, {}))).toEqual(succeeded(1));
    expect(await answered(request(1, HOST, []))).toEqual(failed(-32602, 1));
  });

  test("ignores members that the specification does not name", async () => {
    expect(await answered({ ...request(1), extra: true })).toEqual(succeeded(1));
  });

  test("survives JSON nested deeper than any stack", async () => {
    const nested = `${"[".repeat(120_000)}${"]".repeat(120_000)}`;
    expect(await answered(nested)).toEqual([failed(-32600)]);
    const params = `{"jsonrpc":"2.0","id":1,"method":"${HOST}","params":{"a":${nested}}}`;
    expect(await answered(params)).toEqual(failed(-32602, 1));
  });
});

describe("the method's name", () => {
  test.each([
    "foobar",
    "constructor",
    "__proto__",
    "toString",
    "",
    "pki",
    "pki/",
    "PKI/getHost",
    "pkiadmin",
    "rpc.nothing",
  ])("%j is not found", async (method) => {
    expect(await answered(request(1, method))).toEqual(failed(-32601, 1));
  });

  test("pkiadmin/ and pkiAdmin/ are one API, other spellings are none", async () => {
    expect(await answered(request(1, "pkiadmin/listHosts"))).toEqual(succeeded(1));
    expect(await answered(request(1, "PkiAdmin/listHosts"))).toEqual(failed(-32601, 1));
    expect(await answered(request(1, "pkiadmin/pkiAdmin/listHosts"))).toEqual(failed(-32601, 1));
  });
});

describe("a notification", () => {
  const owner = { ...KEY_OWNER, userId: "notified" };

  test("is executed and not answered", async () => {
    const body = {
      jsonrpc: "2.0",
      method: "pkiAdmin/setKey",
      params: { ...owner, userPubKey: USER_PUB_KEY },
    };
    expect(await answered(body)).toBeUndefined();
    expect(await call("pki/getCurrentKey", owner, sent)).toMatchObject({ userPubKey: USER_PUB_KEY });
  });

  test.each([
    ["an unknown method", "foobar", {}],
    ["wrong params", HOST, { a: 1 }],
    ["a failure", "pkiAdmin/deleteKey", { ...KEY_OWNER, userId: "nobody" }],
  ])("of %s is not answered either", async (_what, method, params) => {
    expect(await answered({ jsonrpc: "2.0", method, params })).toBeUndefined();
  });

  test("that is no request is answered, as nobody can tell what it was", async () => {
    expect(await answered({ jsonrpc: "2.0", method: 1 })).toEqual(failed(-32600));
  });
});

describe("a batch", () => {
  test("is answered in order, notifications left out (the specification's example)", async () => {
    const body = [
      request("1"),
      { jsonrpc: "2.0", method: HOST },
      request("2", "pki/getHost", {}),
      { foo: "boo" },
      request("5", "foo.get", { name: "myself" }),
      request("9"),
    ];
    expect(await answered(body)).toEqual([
      succeeded("1"),
      failed(-32602, "2"),
      failed(-32600),
      failed(-32601, "5"),
      succeeded("9"),
    ]);
  });

  test("of nothing but notifications is answered with 204", async () => {
    expect(
      await answered([
        { jsonrpc: "2.0", method: HOST },
        { jsonrpc: "2.0", method: "foobar" },
      ]),
    ).toBeUndefined();
  });

  test("of nothing is no request", async () => {
    expect(await answered([])).toEqual(failed(-32600));
  });

  test("of things that are no requests is answered one by one", async () => {
    expect(await answered([1, 2, [request(1)]])).toEqual([failed(-32600), failed(-32600), failed(-32600)]);
  });

  test("takes effect in order, a read after a write sees it", async () => {
    const owner = { ...KEY_OWNER, userId: "in-order" };
    const keys = [newPubKey(), newPubKey()];
    const set = (n: number) => request(n, "pkiAdmin/setKey", { ...owner, userPubKey: keys[n] });
    const answers = (await answered([
      request("a", "pki/getCurrentKey", owner),
      set(0),
      request("b", "pki/getCurrentKey", owner),
      set(1),
      request("c", "pki/getCurrentKey", owner),
      request("d", "pkiAdmin/deleteKey", owner),
      request("e", "pki/getCurrentKey", owner),
    ])) as RpcAnswer[];
    expect(answers.map((a) => a.result?.userPubKey ?? a.result ?? a.error?.code)).toEqual([
      79,
      "OK",
      keys[0],
      "OK",
      keys[1],
      "OK",
      79,
    ]);
  });

  test("holds 128 calls and not 129", async () => {
    const calls = (n: number) => Array.from({ length: n }, (_, i) => request(i));
    expect(await answered(calls(128))).toEqual(calls(128).map(({ id }) => succeeded(id)));
    expect(await answered(calls(129))).toEqual(failed(-32600));
  });

  test("holds 32 writing calls and not 33, of which none runs", async () => {
    const writes = (from: number, n: number) =>
      Array.from({ length: n }, (_, i) =>
        request(i, "pkiAdmin/setKey", {
          ...KEY_OWNER,
          userId: `writer${from + i}`,
          userPubKey: USER_PUB_KEY,
        }),
      );
    const isSet = (i: number) => call("pki/getKeyHistory", { ...KEY_OWNER, userId: `writer${i}` }, sent);
    expect(await answered(writes(100, 33))).toEqual(failed(-32600));
    expect(await isSet(100)).toEqual([]);
    const answers = await answered([...writes(200, 32), request("read")]);
    expect(answers).toHaveLength(33);
    expect(answers).not.toContainEqual(expect.objectContaining({ error: expect.anything() }));
    expect(await isSet(231)).toHaveLength(1);
  });

  test("counts notifications and logins among the writing calls", async () => {
    const login = { jsonrpc: "2.0", method: "auth/token", params: {} };
    expect(await answered(Array.from({ length: 33 }, () => login))).toEqual(failed(-32600));
  });
});
