import { beforeAll, describe, expect, test } from "vitest";
import { utf8 } from "../../src/bytes";
import { pmxHeader, secretKey } from "../signing";
import { bearer, post, type RpcAnswer, send, tokenFor } from "../support";

const CALL = '{"jsonrpc":"2.0","id":1,"method":"pkiAdmin/listHosts"}';
let headers: Record<string, string>;

beforeAll(async () => {
  headers = bearer(await tokenFor()).headers as Record<string, string>;
});

async function codeOf(body: BodyInit, type: string | null = "application/json", more = {}): Promise<number> {
  const init = {
    method: "POST",
    body,
    headers: { ...headers, ...(type !== null && { "content-type": type }), ...more },
  };
  const response = await send("/main", init);
  expect(response.status).toBe(200);
  return (await response.json<RpcAnswer>()).error?.code ?? 0;
}

describe("the content type", () => {
  test.each([
    "application/json",
    "application/json; charset=utf-8",
    "Application/JSON;charset=x",
    "application/json ;a=b",
  ])("%s is taken", async (type) => {
    expect(await codeOf(CALL, type)).toBe(0);
  });

  test.each([
    "text/plain",
    "application/x-www-form-urlencoded",
    "application/json-rpc",
    "application/jsonx",
    "multipart/form-data",
    "",
  ])("%j is refused, so that no page sends it without a preflight", async (type) => {
    expect(await codeOf(CALL, type)).toBe(-32700);
  });

  test("none is refused", async () => {
    expect(await codeOf(utf8(CALL), null)).toBe(-32700);
  });
});

describe("the body", () => {
  const padded = (bytes: number) => CALL + " ".repeat(bytes - CALL.length);
  /** In chunks, without a length in front. */
  const streamed = (text: string) =>
    new Response(text).body?.pipeThrough(new TransformStream()) as ReadableStream;

  test("is counted while it comes in where no length is given", async () => {
    expect(await codeOf(streamed(padded(262_144)))).toBe(0);
    expect(await codeOf(streamed(padded(262_145)))).toBe(-32700);
  });

  test("is not read where its length is stated as none", async () => {
    expect(await codeOf(utf8(CALL), "application/json", { "content-length": "abc" })).toBe(-32700);
    expect(await codeOf(utf8(CALL), "application/json", { "content-length": `${CALL.length}` })).toBe(0);
  });

  describe.each([
    ["whose length is stated", (text: Uint8Array) => ({ "content-length": `${text.length}` })],
    ["whose length is not", () => ({})],
  ])("%s", (_what, more) => {
    const code = (bytes: Uint8Array) => codeOf(bytes, "application/json", more(bytes));
    const replaced = (id: string) => utf8(CALL.replace("1,", `"${id}",`));

    test("may have 256 KiB to the byte", async () => {
      expect(await code(utf8(padded(262_144)))).toBe(0);
      expect(await code(utf8(padded(262_145)))).toBe(-32700);
    });

    test("must be UTF-8", async () => {
      for (const wrong of [[0xff], [0xe9], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf0, 0x9f, 0x98]]) {
        const bytes = replaced("?".repeat(wrong.length));
        bytes.set(wrong, bytes.indexOf(0x3f));
        expect(await code(bytes), wrong.join()).toBe(-32700);
      }
      expect(await code(replaced("é😀"))).toBe(0);
      expect(await code(replaced("\\ufffd"))).toBe(0);
    });

    test("may begin with a byte order mark", async () => {
      expect(await code(utf8(`\ufeff${CALL}`))).toBe(0);
    });
  });

  test("holds U+FFFD as it is only where nobody may have put it there: in one that is signed or counted", async () => {
    const body = CALL.replace("1,", '"\ufffd",');
    const authorization = await pmxHeader(await secretKey(), body);
    expect(await codeOf(body, "application/json", { "content-length": `${utf8(body).length}` })).toBe(-32700);
    expect(await codeOf(utf8(body))).toBe(0);
    expect(await codeOf(body, "application/json", { authorization })).toBe(0);
  });
});

describe("checks come in this order", () => {
  const first = async (body: unknown, sent = {}) =>
    (await (await post(body, sent)).json<RpcAnswer>()).error?.code;
  const call = (method: string, params: unknown) => ({ jsonrpc: "2.0", id: 1, method, params });
  const badParams = { nothing: "of that name" };

  test("the method before the caller", async () => {
    expect(await first(call("pki/nothing", badParams))).toBe(-32601);
  });

  test("the caller before the params", async () => {
    expect(await first(call("pki/getHost", badParams))).toBe(14);
    expect(await first(call("pkiAdmin/setHost", badParams))).toBe(14);
    expect(await first(call("pki/getHost", badParams), bearer("not a token"))).toBe(14);
  });

  test("the scope before the params", async () => {
    const sent = bearer(await tokenFor("ssh:read"));
    expect(await first(call("pki/getHost", badParams), sent)).toBe(73);
    expect(await first(call("pkiAdmin/setHost", badParams), sent)).toBe(73);
  });

  test("the params before the method's own errors", async () => {
    const sent = bearer(await tokenFor());
    expect(await first(call("pkiAdmin/deleteHost", { instanceId: "unknown" }), sent)).toBe(-32602);
  });
});

test("other HTTP methods are 405 with Allow and error -32605", async () => {
  for (const method of ["GET", "PUT", "DELETE", "PATCH", "OPTIONS"]) {
    const response = await send("/main", { method });
    expect(response.status, method).toBe(405);
    expect(response.headers.get("allow")).toBe("POST");
    expect(await response.json()).toEqual({
      jsonrpc: "2.0",
      id: null,
      error: { code: -32605, message: "Only post method allowed" },
    });
  }
  const head = await send("/main", { method: "HEAD" });
  expect([head.status, head.headers.get("allow")]).toEqual([405, "POST"]);
});
