import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { type ApiKey, openPage, ownerOf, rpc, tokenFor, type World } from "./world.ts";

/** The reference in a real browser: search, forms, and every example run as it is shown. */

const run = promisify(execFile);
type Document = {
  methods: {
    name: string;
    errors: { $ref: string }[];
    examples: { params: { name: string; value: unknown }[] }[];
  }[];
  components: { errors: Record<string, { code: number }> };
};

const document = async (): Promise<Document> => JSON.parse(await readFile("public/openrpc.json", "utf8"));

async function exampleOf(name: string): Promise<object> {
  const method = (await document()).methods.find((m) => m.name === name);
  return Object.fromEntries(method?.examples[0]?.params.map((p) => [p.name, p.value]) ?? []);
}

/** The errors that a method's example may be answered with: its own ones, as what it speaks of may not be there. */
async function ownErrors(): Promise<Map<string, number[]>> {
  const { methods, components } = await document();
  const common = [14, 73, -32602, -32603];
  return new Map(
    methods.map(({ name, errors }) => [
      name,
      errors
        .map(({ $ref }) => components.errors[$ref.split("/").at(-1) as string]?.code as number)
        .filter((code) => !common.includes(code)),
    ]),
  );
}

async function shown(world: World, kind: "curl" | "fetch"): Promise<[name: string, text: string][]> {
  const page = await openPage(world);
  await page.goto("/docs");
  return page.evaluate(
    `[...document.querySelectorAll("section.method")].flatMap((section) =>
      [...section.querySelectorAll('pre[data-example="${kind}"]')].map((pre) => [section.id, pre.textContent]))`,
  );
}

/** For each route the statuses that its example may be answered with: success, or that what it speaks of is not there. */
async function statusesOf(): Promise<Map<string, number[]>> {
  const { paths } = JSON.parse(await readFile("public/openapi.json", "utf8"));
  const routes = Object.values<Record<string, { operationId: string; responses: object }>>(paths).flatMap(
    (path) => Object.values(path),
  );
  const refusals = [401, 403, 429, 500];
  return new Map(
    routes.map(({ operationId, responses }) => [
      operationId,
      Object.keys(responses)
        .map(Number)
        .filter((status) => !refusals.includes(status)),
    ]),
  );
}

function judge(name: string, answer: { error?: { code: number } }, allowed: Map<string, number[]>): void {
  if (answer.error)
    expect(allowed.get(name), `${name}: ${JSON.stringify(answer)}`).toContain(answer.error.code);
  else expect(answer, name).toHaveProperty("result");
}

/** Has curl write the status under each answer, without touching the command. */
async function curlHome(): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), "veridge-curl-"));
  await writeFile(join(home, ".curlrc"), 'silent\nwrite-out = "\\n%{http_code}"\n');
  onTestFinished(() => rm(home, { recursive: true }));
  return home;
}

export const describeReference = (world: World) =>
  describe("the reference", () => {
    let owner: ApiKey;
    let token: string;

    beforeAll(async () => {
      owner = await ownerOf(world);
      token = await tokenFor(world.server.url, owner);
      for (const name of ["pkiAdmin/setHost", "pkiAdmin/setKey"])
        expect((await rpc(world.server.url, name, await exampleOf(name), token)).error).toBeUndefined();
    });

    describe("the examples", () => {
      it("run as curl commands as they are shown", async () => {
        const [examples, allowed, statuses] = [
          await shown(world, "curl"),
          await ownErrors(),
          await statusesOf(),
        ];
        expect(examples.map(([name]) => name)).toEqual([...allowed.keys(), ...statuses.keys()]);
        const home = await curlHome();
        for (const [name, command] of examples) {
          // One of them logs out, so each begins with a token of its own.
          const env = { ...process.env, TOKEN: await tokenFor(world.server.url, owner), CURL_HOME: home };
          const { stdout } = await run("bash", ["-c", command], { env });
          const [, body, status] = /^(.*)\n(\d+)$/s.exec(stdout) ?? [];
          if (allowed.has(name)) judge(name, JSON.parse(body as string), allowed);
          else expect(statuses.get(name), `${name}: ${stdout}`).toContain(Number(status));
        }
      });

      it("run as fetch calls as they are shown", async () => {
        const [examples, allowed, statuses] = [
          await shown(world, "fetch"),
          await ownErrors(),
          await statusesOf(),
        ];
        expect(examples).toHaveLength(allowed.size + statuses.size);
        const page = await openPage(world);
        await page.goto("/docs");
        for (const [name, text] of examples) {
          const token = await tokenFor(world.server.url, owner);
          const body = `(async () => { const token = ${JSON.stringify(token)}; ${text}
        return [response.status, await response.text()]; })()`;
          const [status, answer] = await page.evaluate<[number, string]>(body);
          if (allowed.has(name)) judge(name, JSON.parse(answer), allowed);
          else expect([200, ...(statuses.get(name) ?? [])], `${name}: ${answer}`).toContain(status);
        }
      });
    });

    describe("the page", () => {
      it("finds methods by every word of a search", async () => {
        const page = await openPage(world);
        await page.goto("/docs");
        await page.getByRole("searchbox", { name: "Search" }).fill("key verify");
        const found = await page.locator("section.method:visible h3").allTextContents();
        expect(found).toEqual([
          "pki/verifyHostByPub",
          "pki/verifyKey",
          "pki/verifyKeys",
          "GET /ssh/allowed_signers",
        ]);
        await page.getByRole("searchbox", { name: "Search" }).fill("no such thing");
        await page.getByText("Nothing found").waitFor();
      });

      it("shows scope, bounds, own errors and every error code", async () => {
        const page = await openPage(world);
        await page.goto("/docs");
        const method = page.locator("section.method", {
          has: page.getByRole("heading", { name: "pkiAdmin/setKey" }),
        });
        const text = await method.textContent();
        expect(text).toContain("scope pki:write");
        expect(text).toContain("3 to 128 characters");
        expect(text).toContain("The key already exists");
        const codes = await page
          .locator("#error-codes table")
          .first()
          .locator("tbody tr td:first-child")
          .allTextContents();
        const declared = Object.values((await document()).components.errors).map(({ code }) => String(code));
        expect(codes).toEqual(declared);
      });

      it("tries a method with a token had for an API key", async () => {
        const page = await openPage(world);
        await page.goto("/docs");
        const form = page.locator('form[data-rpc="pki/getCurrentKey"]');
        const open = page.locator("details", { has: form }).locator("summary");
        await open.click();
        await form.getByRole("button").click();
        await form.getByText("Unauthorized").waitFor();

        await page.getByText("Token for the forms on this page").click();
        await page.getByLabel("API key id").fill(owner.apiKeyId);
        await page.getByLabel("API key secret").fill(owner.apiKeySecret);
        await page.getByRole("button", { name: "Log in" }).click();
        await page.getByText("Logged in with").waitFor();
        await form.getByRole("button").click();
        await form.getByText("userPubKey").waitFor();
        await form.getByRole("textbox").fill("{ not json");
        await form.getByRole("button").click();
        await form.getByText("The parameters are not JSON").waitFor();
      });

      it("tries a method with a pasted token, and says when the server cannot be reached", async () => {
        const page = await openPage(world);
        await page.goto("/docs");
        await page.getByText("Token for the forms on this page").click();
        await page.getByLabel("Access token", { exact: true }).fill(token);
        await page.getByRole("button", { name: "Use this token" }).click();
        const form = page.locator('form[data-rpc="pkiAdmin/listHosts"]');
        await page.locator("details", { has: form }).locator("summary").click();
        await form.getByRole("button").click();
        await form.getByText("HTTP 200").waitFor();
        await page.context().setOffline(true);
        await form.getByRole("button").click();
        await form.getByText("The server cannot be reached").waitFor();
      });
    });
  });
