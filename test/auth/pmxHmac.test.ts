import { beforeAll, describe, expect, test } from "vitest";
import { counted } from "../counting";
import { sql } from "../seed";
import { type ClientKey, pmxHeader, pubKey, secretKey } from "../signing";
import { type RpcAnswer, send } from "../support";

const BODY = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "pkiAdmin/listHosts", params: {} });
const TOLERANCE_MS = 10 * 60_000;

let secret: ClientKey;
let ed25519: ClientKey;

beforeAll(async () => {
  secret = await secretKey();
  ed25519 = await pubKey();
});

async function answers(authorization: string, body = BODY, path = "/main", setup = {}): Promise<RpcAnswer[]> {
  const headers = { authorization, "content-type": "application/json" };
  const response = await send(path, { method: "POST", body, headers }, setup);
  const answer = await response.json<RpcAnswer | RpcAnswer[]>();
  return Array.isArray(answer) ? answer : [answer];
}

const codes = async (...given: Parameters<typeof answers>) =>
  (await answers(...given)).map((a) => a.error?.code ?? 0);

describe.each([
  ["secret", () => secret],
  ["pubKey", () => ed25519],
] as const)("a %s key", (_kind, key) => {
  test("signs method, path and body", async () => {
    expect(await codes(await pmxHeader(key(), BODY))).toEqual([0]);
    expect(await codes(await pmxHeader(key(), BODY, { method: "PUT" }))).toEqual([14]);
    expect(await codes(await pmxHeader(key(), BODY, { path: "/" }))).toEqual([14]);
    expect(await codes(await pmxHeader(key(), `${BODY} `))).toEqual([14]);
    expect(await codes(await pmxHeader(key(), `${BODY} `), `${BODY} `)).toEqual([0]);
  });

  test.each(["/main?a=1&b=%20c", "/main?", "/main?a=%C3%A9&b=%27"])(
    "signs the query as it stands on the request line: %s",
    async (path) => {
      expect(await codes(await pmxHeader(key(), BODY, { path }), BODY, path)).toEqual([0]);
      expect(await codes(await pmxHeader(key(), BODY, { path: "/main" }), BODY, path)).toEqual([14]);
    },
  );

  test("signs the raw bytes of the body", async () => {
    const spaced = `  ${BODY.replace("{}", "{ } ").replace(":1", ":\t1")}\n`;
    expect(await codes(await pmxHeader(key(), spaced), spaced)).toEqual([0]);
    const withBom = `\ufeff${BODY}`;
    expect(await codes(await pmxHeader(key(), withBom), withBom)).toEqual([0]);
    expect(await codes(await pmxHeader(key(), BODY), withBom)).toEqual([14]);
  });

  test("counts 10 minutes to both sides and not a millisecond more", async () => {
    const now = Date.now();
    const setup = { runtime: { now: () => now } };
    for (const off of [-TOLERANCE_MS, TOLERANCE_MS]) {
      const edge = await pmxHeader(key(), BODY, { timestamp: now + off });
      expect(await codes(edge, BODY, "/main", setup)).toEqual([0]);
      const beyond = await pmxHeader(key(), BODY, { timestamp: now + off + Math.sign(off) });
      expect(await codes(beyond, BODY, "/main", setup)).toEqual([14]);
    }
  });
});

test("signs requests of the REST API the same way", async () => {
  for (const path of ["/role-store/api/v1/users/current", "/role-store/api/v1/users/current?"]) {
    const authorization = await pmxHeader(secret, "", { method: "GET", path });
    expect((await send(path, { headers: { authorization } })).status, path).toBe(200);
    expect((await send(path, { headers: { authorization } })).status, path).toBe(401);
  }
});

describe("the nonce", () => {
  test("is good for one request, whatever its batch", async () => {
    const call = (id: number, method: string, params: object) => ({ jsonrpc: "2.0", id, method, params });
    const url = "https://nonce.example.com";
    const hostPubKey = "8UV7xqdcyqYDcZomeZbv4YNXLhikz1gt5teR9Qgot8xknL6nhH";
    const body = JSON.stringify([
      call(1, "pkiAdmin/listHosts", {}),
      call(2, "pkiAdmin/setHost", { hostPubKey, hostUrl: url }),
      call(3, "pki/getHost", { hostUrl: url }),
      call(4, "pkiAdmin/deleteHost", { instanceId: hostPubKey }),
      call(5, "pki/verifyHostById", { instanceId: hostPubKey, hostUrl: url }),
    ]);
    const header = await pmxHeader(secret, body);
    expect(await codes(header, body)).toEqual([0, 0, 0, 0, 0]);
    expect(await codes(header, body)).toEqual([14, 14, 14, 14, 14]);
  });

  test("is spent only by a valid signature", async () => {
    await sql("delete from nonces");
    const good = await pmxHeader(secret, BODY, { nonce: "kept" });
    expect(await codes(good, `${BODY} `)).toEqual([14]);
    expect((await sql("select * from nonces")).results).toEqual([]);
    expect(await codes(good)).toEqual([0]);
    expect(await codes(good)).toEqual([14]);
  });

  test("of 20 requests at once lets one through", async () => {
    const header = await pmxHeader(ed25519, BODY);
    const all = (await Promise.all(Array.from({ length: 20 }, () => codes(header)))).flat();
    expect(all.filter((c) => c === 0)).toHaveLength(1);
  });

  test("is shared with client_signature: one memory for each key", async () => {
    await sql("delete from nonces");
    expect(await codes(await pmxHeader(secret, BODY, { nonce: "n" }))).toEqual([0]);
    expect(await codes(await pmxHeader(ed25519, BODY, { nonce: "n" }))).toEqual([0]);
    expect((await sql("select * from nonces")).results).toHaveLength(2);
  });
});

test("costs one round trip more than other credentials, and reads and writes of a batch prove it once", async () => {
  const { DB, cost } = counted();
  await answers(await pmxHeader(secret, BODY), BODY, "/main", { env: { DB } });
  expect(cost.trips).toBe(2);
  const body = JSON.stringify(Array.from({ length: 100 }, (_, id) => ({ ...JSON.parse(BODY), id })));
  expect(await codes(await pmxHeader(secret, body), body, "/main", { env: { DB } })).toHaveLength(100);
  expect(cost.trips).toBe(4);
});

test("a body of 256 KiB with 128 signed calls is judged once", async () => {
  const calls = Array.from({ length: 128 }, (_, id) => ({ ...JSON.parse(BODY), id }));
  const body = JSON.stringify(calls).padEnd(262_144);
  const started = performance.now();
  expect((await codes(await pmxHeader(secret, body), body)).every((c) => c === 0)).toBe(true);
  expect(performance.now() - started).toBeLessThan(2000);
});
