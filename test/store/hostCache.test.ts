import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { KV_LIMIT_MS } from "../../src/limits";
import { counted } from "../counting";
import { logsOf } from "../logs";
import { emptyDatabase, newPubKey } from "../seed";
import { bearer, call, login, post, type RpcAnswer, tokenFor } from "../support";

const URL_1 = "https://one.example.com";
const URL_2 = "https://two.example.com";

/** The real KV behind counters; an operation named in `fails` rejects. */
function countedKv(fails: ("get" | "put")[] = []) {
  const used = { get: 0, put: 0 };
  const does =
    (name: "get" | "put") =>
    (...args: unknown[]) => {
      used[name] += 1;
      if (fails.includes(name)) return Promise.reject(new Error(`KV ${name} failed`));
      return (env.KV[name] as (...a: unknown[]) => unknown).apply(env.KV, args);
    };
  return { KV: { get: does("get"), put: does("put") } as unknown as KVNamespace, used };
}

/** A server open to all, whose D1 and KV are counted; `now` may be moved on. */
function open(fails: ("get" | "put")[] = []) {
  const { DB, cost } = counted();
  const { KV, used } = countedKv(fails);
  const clock = { now: Date.now() };
  const setup = { env: { DB, KV, PUBLIC_READ: "true" }, runtime: { now: () => clock.now } };
  const isHost = (instanceId: string, hostUrl: string): Promise<boolean> =>
    call("pki/verifyHostById", { instanceId, hostUrl }, { setup });
  return { setup, cost, used, clock, isHost };
}

let owner: ReturnType<typeof bearer>;
let host: string;

beforeEach(async () => {
  await emptyDatabase();
  owner = bearer(await tokenFor());
  host = newPubKey();
  await call("pkiAdmin/setHost", { hostPubKey: host, hostUrl: URL_1 }, owner);
  await env.KV.delete(`host/${host}`);
});

describe("a call that needs no trip to D1", () => {
  test("without a credential is answered from KV once the host was read", async () => {
    const { isHost, cost, used } = open();
    expect(await isHost(host, URL_1)).toBe(true);
    expect([cost.trips, used]).toEqual([1, { get: 1, put: 1 }]);
    expect(await isHost(host, URL_1)).toBe(true);
    expect(await isHost(host, URL_2)).toBe(false);
    expect([cost.trips, used]).toEqual([1, { get: 3, put: 1 }]);
  });

  test("with a credential checked a moment ago is too, and only then", async () => {
    const { cost, used, setup } = open();
    const { PUBLIC_READ: _, ...bindings } = setup.env;
    const sent = bearer(await tokenFor("pki:read"), { ...setup, env: bindings });
    const params = { hostPubKey: host, hostUrl: URL_1 };
    expect(await call("pki/verifyHostByPub", params, sent)).toBe(true);
    expect([cost.trips, used]).toEqual([1, { get: 0, put: 0 }]);
    expect(await call("pki/verifyHostByPub", params, sent)).toBe(true);
    expect([cost.trips, used]).toEqual([2, { get: 1, put: 1 }]);
    expect(await call("pki/verifyHostByPub", params, sent)).toBe(true);
    expect([cost.trips, used]).toEqual([2, { get: 2, put: 1 }]);
  });

  test("of a bound token there is none: always D1, never KV", async () => {
    const { cost, used, setup } = open();
    const { accessToken } = await login(["pki:read", "ipAddr:203.0.113.7"]);
    const headers = { authorization: `Bearer ${accessToken}`, "cf-connecting-ip": "203.0.113.7" };
    for (let n = 0; n < 3; n++) {
      expect(await call("pki/verifyHostById", { instanceId: host, hostUrl: URL_1 }, { headers, setup })).toBe(
        true,
      );
    }
    expect([cost.trips, used]).toEqual([3, { get: 0, put: 0 }]);
  });

  test("in a batch asks and fills KV once for a host", async () => {
    const { used, cost, setup } = open();
    const params = { instanceId: host, hostUrl: URL_1 };
    const calls = Array.from({ length: 128 }, (_, id) => ({
      jsonrpc: "2.0",
      id,
      method: "pki/verifyHostById",
      params,
    }));
    const answers = await (await post(calls, { setup })).json<RpcAnswer[]>();
    expect(answers.every((a) => a.result === true)).toBe(true);
    expect([cost.trips, used]).toEqual([1, { get: 1, put: 1 }]);
  });
});

describe("only hosts that exist are kept", () => {
  test("a flood of made-up keys and URLs costs no writes", async () => {
    const { isHost, used } = open();
    for (let n = 0; n < 5; n++) expect(await isHost(newPubKey(), URL_1)).toBe(false);
    expect(used.put).toBe(0);
    for (let n = 0; n < 5; n++) expect(await isHost(host, `https://${n}.example.com`)).toBe(false);
    expect(used.put).toBe(1);
  });
});

describe("a record counts for 30 s after the D1 read it came from", () => {
  test("by its own time", async () => {
    const { isHost, cost, clock } = open();
    await isHost(host, URL_1);
    clock.now += 29_999;
    await isHost(host, URL_1);
    expect(cost.trips).toBe(1);
    clock.now += 1;
    await isHost(host, URL_1);
    expect(cost.trips).toBe(2);
  });

  test("and not before it: a record from the future is refused", async () => {
    const { isHost, cost, clock } = open();
    await isHost(host, URL_1);
    clock.now -= 1;
    await isHost(host, URL_1);
    expect(cost.trips).toBe(2);
  });
});

describe("a change", () => {
  const changes: [string, object, boolean, boolean][] = [
    ["pkiAdmin/addHostUrl", { hostUrl: URL_2 }, true, true],
    ["pkiAdmin/removeHostUrl", { hostUrl: URL_1 }, false, false],
    ["pkiAdmin/deleteHost", {}, false, false],
  ];

  test.each(changes)("by %s overwrites the record and counts at once", async (method, params, one, two) => {
    const { isHost, cost, used, clock } = open();
    await isHost(host, URL_1);
    await call(method, { instanceId: host, ...params }, owner);
    clock.now = Date.now();
    expect([await isHost(host, URL_1), await isHost(host, URL_2)]).toEqual([one, two]);
    expect([cost.trips, used.put]).toEqual([1, 1]);
  });

  test("by setHost fills it", async () => {
    const { isHost, cost, clock } = open();
    const other = newPubKey();
    await call("pkiAdmin/setHost", { hostPubKey: other, hostUrl: URL_2 }, owner);
    clock.now = Date.now();
    expect(await isHost(other, URL_2)).toBe(true);
    expect(cost.trips).toBe(0);
  });

  test.each(changes)(
    "by %s is not undone by a slow reader who puts the old record back",
    async (method, params, one, two) => {
      const { isHost, cost, clock } = open();
      await isHost(host, URL_1);
      const old = await env.KV.get(`host/${host}`);
      await call(method, { instanceId: host, ...params }, owner);
      await env.KV.put(`host/${host}`, old as string);
      clock.now = Date.now();
      expect([await isHost(host, URL_1), await isHost(host, URL_2)]).toEqual([one, two]);
      expect(cost.trips).toBeGreaterThan(1);
    },
  );

  test("inside a batch counts for the calls after it", async () => {
    const { setup } = open();
    const call = (id: number, method: string, hostUrl: string) => ({
      jsonrpc: "2.0",
      id,
      method,
      params: { instanceId: host, hostUrl },
    });
    const body = [
      call(1, "pki/verifyHostById", URL_2),
      call(2, "pkiAdmin/addHostUrl", URL_2),
      call(3, "pki/verifyHostById", URL_2),
      call(4, "pkiAdmin/removeHostUrl", URL_2),
      call(5, "pki/verifyHostById", URL_2),
    ];
    const token = (owner.headers as { authorization: string }).authorization;
    const answers = await (await post(body, { headers: { authorization: token }, setup })).json<
      RpcAnswer[]
    >();
    expect(answers.map((a) => a.result)).toEqual([false, "OK", true, "OK", false]);
  });
});

describe("KV that does not answer", () => {
  /** Never settles; the time limit, which is set in the same turn, passes in the next. */
  const hang = () => {
    queueMicrotask(() => vi.advanceTimersByTime(KV_LIMIT_MS));
    return new Promise<never>(() => {});
  };
  const setup = { env: { KV: { get: hang, put: hang } as unknown as KVNamespace, PUBLIC_READ: "true" } };

  beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
  afterEach(() => void vi.useRealTimers());

  test("makes the answer late, not wrong", async () => {
    const params = { instanceId: host, hostUrl: URL_1 };
    const lines = await logsOf(async () => {
      expect(await call("pki/verifyHostById", params, { setup })).toBe(true);
    });
    expect(lines.map((l) => l.event)).toEqual(["host cache: read failed", "host cache: fill failed"]);
  });

  test("does not undo a change", async () => {
    const params = { instanceId: host, hostUrl: URL_1 };
    await logsOf(() => call("pkiAdmin/removeHostUrl", params, { ...owner, setup }));
    expect(await call("pki/verifyHostById", params, { setup })).toBe(false);
  });
});

describe("KV that fails", () => {
  test("makes the answer come from D1, with a log line", async () => {
    const { isHost, cost } = open(["get"]);
    const lines = await logsOf(async () => {
      expect(await isHost(host, URL_1)).toBe(true);
    });
    expect(cost.trips).toBe(1);
    expect(lines).toMatchObject([
      { level: "error", event: "host cache: read failed", error: "Error: KV get failed" },
    ]);
  });

  test("leaves a fill undone, with a log line", async () => {
    const { isHost } = open(["put"]);
    const lines = await logsOf(async () => {
      expect(await isHost(host, URL_1)).toBe(true);
    });
    expect(lines).toMatchObject([{ event: "host cache: fill failed" }]);
  });

  test("does not undo a change, and the log says so", async () => {
    const { setup, isHost, clock } = open(["put"]);
    await isHost(host, URL_1);
    const lines = await logsOf(() =>
      call("pkiAdmin/removeHostUrl", { instanceId: host, hostUrl: URL_1 }, { ...owner, setup }),
    );
    expect(lines).toMatchObject([{ level: "error", event: "host cache: overwrite failed" }]);
    clock.now = Date.now();
    expect(await isHost(host, URL_1)).toBe(false);
  });
});
