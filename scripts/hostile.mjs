/**
 * Measures what hostile inputs cost: CPU time of workerd as the kernel counts it, against a plain call whose body is padded
 * to the same size. From both is taken what the same body costs on a path that there is not, which is the local runtime's
 * own way to the Worker. Over loopback only. Fails where an input costs over LIMIT times.
 */

import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hostileInputs, plainCall } from "./lib/hostileInputs.mjs";
import { migrate } from "./lib/migrate.mjs";
import { onWranglersNode } from "./lib/node.mjs";

const LIMIT = 20;
/** At most this many requests of each kind, and no more once they took this much CPU. */
const MAX_REQUESTS = 400;
const ENOUGH_MS = 1500;
/** USER_HZ of Linux (proc(5)): ms a tick. */
const TICK_MS = 10;

/** CPU time of this process's children in ms. */
function childrenCpuMs() {
  const ticks = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
      } catch {
        return []; // it has ended meanwhile
      }
    })
    .filter(([, parent]) => Number(parent) === process.pid)
    .map((stat) => Number(stat[11]) + Number(stat[12]));
  return ticks.reduce((sum, n) => sum + n, 0) * TICK_MS;
}

/**
 * @param {string} origin
 * @param {import("./lib/hostileInputs.mjs").Input} input
 * @returns {Promise<number>} CPU ms of one request
 */
async function cost(origin, { path = "/main", headers = {}, body }) {
  const init = { method: "POST", headers: { "content-type": "application/json", ...headers }, body };
  const once = async () => (await fetch(origin + path, init)).arrayBuffer();
  for (let i = 0; i < 5; i++) await once();
  const before = childrenCpuMs();
  let requests = 0;
  while (requests < MAX_REQUESTS && childrenCpuMs() - before < ENOUGH_MS) {
    for (let i = 0; i < 10; i++) await once();
    requests += 10;
  }
  return (childrenCpuMs() - before) / requests;
}

/** @param {string} origin @param {string} initializationToken */
async function firstKey(origin, initializationToken) {
  const params = { initializationToken, name: "measured" };
  const answer = await fetch(`${origin}/main`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "auth/createFirstApiKey", params }),
  });
  const { result } = /** @type {any} */ (await answer.json());
  return `Basic ${btoa(`${result.apiKeyId}:${result.apiKeySecret}`)}`;
}

await onWranglersNode();
process.env.WRANGLER_SEND_METRICS = "false";
process.env.CLOUDFLARE_CF_FETCH_ENABLED = "false"; // would ask a server of Cloudflare's where we are
const persistTo = await mkdtemp(join(tmpdir(), "veridge-hostile-"));
const initializationToken = randomBytes(32).toString("base64");
const vars = {
  MASTER_SECRET: randomBytes(32).toString("base64"),
  PMX_INITIALIZATION_TOKEN: initializationToken,
  RATE_LIMIT: "off",
};
await migrate(persistTo);
const { startServer } = await import("./lib/server.mjs");
const origin = await startServer({ port: 0, ip: "127.0.0.1", persistTo, vars: {} }, vars);
const authorization = await firstKey(origin, initializationToken);
const jwks = /** @type {any} */ (await (await fetch(`${origin}/.well-known/jwks.json`)).json());
const [{ kid }] = jwks.keys;
let failed = 0;
for (const [name, input] of Object.entries(hostileInputs(authorization, kid))) {
  const plainInput = plainCall(authorization, input.body.length);
  const nothing = await cost(origin, { ...plainInput, path: "/nowhere" });
  const hostile = (await cost(origin, input)) - nothing;
  const plain = (await cost(origin, plainInput)) - nothing;
  const ratio = hostile / plain;
  if (ratio > LIMIT) failed += 1;
  const figures = [hostile, plain, nothing].map((ms) => ms.toFixed(2)).join(" | ");
  console.log(`| ${name} | ${input.body.length} | ${figures} | ${ratio.toFixed(1)} |`);
}
await rm(persistTo, { recursive: true });
if (failed > 0) console.error(`${failed} inputs cost over ${LIMIT} times a plain call of their size`);
process.exit(failed > 0 ? 1 : 0);
