import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";
import { type ApiKey, firstApiKey, openPage, rpc, startWorld, tokenFor } from "./browser.ts";

/** The reference in a real browser: search, forms, and every example run as it is shown. */

const run = promisify(execFile);
const world = startWorld();
let owner: ApiKey;
let token: string;

beforeAll(async () => {
  owner = await firstApiKey(world.server.url);
  token = await tokenFor(world.server.url, owner);
  for (const name of ["pkiAdmin/setHost", "pkiAdmin/setKey"])
    expect((await rpc(world.server.url, name, await exampleOf(name), token)).error).toBeUndefined();
});

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

async function shown(kind: "curl" | "fetch"): Promise<[name: string, text: string][]> {
  const page = await openPage(world);
  await page.goto("/docs");
  return page.evaluate(
    `[...document.querySelectorAll("section.method")].flatMap((section) =>
      [...section.querySelectorAll('pre[data-example="${kind}"]')].map((pre) => [section.id, pre.textContent]))`,
  );
}

function judge(name: string, answer: { error?: { code: number } }, allowed: Map<string, number[]>): void {
  if (answer.error)
    expect(allowed.get(name), `${name}: ${JSON.stringify(answer)}`).toContain(answer.error.code);
  else expect(answer, name).toHaveProperty("result");
}

describe("the examples", () => {
  it("run as curl commands as they are shown", async () => {
    const [examples, allowed] = [await shown("curl"), await ownErrors()];
    expect(examples.map(([name]) => name)).toEqual([...allowed.keys()]);
    let succeeded = 0;
    for (const [name, command] of examples) {
      const { stdout } = await run("bash", ["-c", command], { env: { ...process.env, TOKEN: token } });
      const answer = JSON.parse(stdout);
      judge(name, answer, allowed);
      if (!answer.error) succeeded += 1;
    }
    expect(succeeded).toBeGreaterThan(examples.length / 2);
  });

  it("run as fetch calls as they are shown", async () => {
    const [examples, allowed] = [await shown("fetch"), await ownErrors()];
    expect(examples).toHaveLength(allowed.size);
    const page = await openPage(world);
    await page.goto("/docs");
    for (const [name, text] of examples) {
      const body = `(async () => { const token = ${JSON.stringify(token)}; ${text} return response.json(); })()`;
      judge(name, await page.evaluate(body), allowed);
    }
  });
});

describe("the reference", () => {
  it("finds methods by every word of a search", async () => {
    const page = await openPage(world);
    await page.goto("/docs");
    await page.getByLabel("Search").fill("key verify");
    const found = await page.locator("section.method:visible h3").allTextContents();
    expect(found).toEqual(["pki/verifyHostByPub", "pki/verifyKey", "pki/verifyKeys"]);
    await page.getByLabel("Search").fill("no such thing");
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
    const codes = await page.locator("#error-codes tbody tr td:first-child").allTextContents();
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
