import { randomBytes } from "node:crypto";
import { globSync, readFileSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { callEverything, called, HOST_URL, secret, secrets } from "./canaryCalls.ts";
import { copyCheckout } from "./checkout.ts";
import { formsOf, readingsOf } from "./forms.ts";
import { type Server, startServer } from "./server.ts";

/** Calls everything with secrets that would be recognised, and then looks for them in all that the server keeps and prints. */

let directory: string;
let root: string;
let server: Server;
let kept: Map<string, Buffer>;
let printed: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "veridge-canary-"));
  const initializationToken = secret("initialization token");
  const masterSecret = secret("master secret", randomBytes(32).toString("base64"));
  root = await copyCheckout();
  const lines = [`MASTER_SECRET=${masterSecret}`, `PMX_INITIALIZATION_TOKEN=${initializationToken}`, ""];
  await writeFile(join(root, ".dev.vars"), lines.join("\n"));
  server = await startServer({ persistTo: directory, root, vars: { PUBLIC_READ: "true" } });
  try {
    await callEverything(server.url, initializationToken);
  } finally {
    await server.stop();
  }
  printed = server.output();
  const files = await readdir(directory, { recursive: true, withFileTypes: true });
  kept = new Map(
    await Promise.all(
      files
        .filter((file) => file.isFile())
        .map(async (file) => {
          const path = join(file.parentPath, file.name);
          return [path, await readFile(path)] as const;
        }),
    ),
  );
});
afterAll(() => Promise.all([directory, root].map((path) => rm(path, { recursive: true }))));

/** Every method that is declared. */
function declared(): string[] {
  return globSync("src/methods/*/*.ts").flatMap((file) => {
    const [, name] = /Method\(\{\s*name: "([^"]+)"/.exec(readFileSync(file, "utf8")) ?? [];
    return name === undefined ? [] : [name];
  });
}

test("every method was called", () => {
  expect(declared().length).toBeGreaterThan(20);
  expect(declared().filter((name) => !called.has(name))).toEqual([]);
  for (const what of [/^accessToken/, /^refreshToken/, /^access_token/, /^code/, /^login token/]) {
    expect([...secrets.keys()].some((name) => what.test(name))).toBe(true);
  }
});

test("what is no secret is found in the database and in KV, so that secrets would be", () => {
  const files = [...kept].filter(([, bytes]) =>
    formsOf(Buffer.from(HOST_URL)).some((f) => bytes.includes(f)),
  );
  const paths = files.map(([path]) => path.slice(directory.length));
  expect(paths.some((path) => path.includes("/d1/"))).toBe(true);
  expect(paths.some((path) => path.includes("/kv/"))).toBe(true);
  expect([...kept.keys()].some((path) => path.includes("/do/"))).toBe(true);
});

test("no secret, token or nonce is in a file that the server keeps, in any form", () => {
  const found = [...secrets].flatMap(([what, text]) => {
    const forms = readingsOf(text).flatMap(formsOf);
    return [...kept]
      .filter(([, bytes]) => forms.some((f) => bytes.includes(f)))
      .map(([path]) => `${what}: ${path}`);
  });
  expect(found).toEqual([]);
});

test("no secret, token or nonce is in what the server prints", () => {
  expect(printed).toContain('"method":"auth/token"');
  const bytes = Buffer.from(printed);
  const found = [...secrets].filter(([, text]) =>
    readingsOf(text)
      .flatMap(formsOf)
      .some((f) => bytes.includes(f)),
  );
  expect(found.map(([what]) => what)).toEqual([]);
});
