import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFinished } from "vitest";
import { launchChromium } from "../../../scripts/lib/chromium.mjs";
import { type Server, startServer } from "../server.ts";

export const INITIALIZATION_TOKEN = "browser-test-initialization-token";

const PATIENCE_MS = 30_000;

export interface ApiKey {
  apiKeyId: string;
  apiKeySecret: string;
}

export interface World {
  server: Server;
  browser: Browser;
  /** The owner's API key, once it is made. */
  owner?: ApiKey;
}

/** A server and a Chromium for a test file. */
export function startWorld(): World {
  const world = {} as World;
  beforeAll(async () => {
    const vars = { PMX_INITIALIZATION_TOKEN: INITIALIZATION_TOKEN, RATE_LIMIT: "off" };
    [world.server, world.browser] = await Promise.all([startServer({ vars }), launchChromium()]);
  });
  afterAll(async () => {
    await world.browser?.close();
    await world.server?.stop();
  });
  return world;
}

interface Look {
  readonly width?: number;
  readonly colorScheme?: "light" | "dark";
}

/**
 * A page for one test. The test fails if the page asks another origin for anything, breaks its Content-Security-Policy or
 * throws.
 */
export async function openPage(
  { browser, server }: World,
  { width = 1280, colorScheme = "light" }: Look = {},
): Promise<Page> {
  const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme, baseURL: server.url });
  page.setDefaultTimeout(PATIENCE_MS);
  const wrong: string[] = [];
  page.on("pageerror", (error) => wrong.push(error.message));
  page.on("console", (message) => {
    if (/Content Security Policy/.test(message.text())) wrong.push(message.text());
  });
  page.on("request", (request) => {
    if (!request.url().startsWith(`${server.url}/`)) wrong.push(`asked for ${request.url()}`);
  });
  onTestFinished(async () => {
    await page.close();
    expect(wrong).toEqual([]);
  });
  return page;
}

/** Calls one method of the server under test. */
// biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every method
export async function rpc(origin: string, method: string, params: object, token?: string): Promise<any> {
  const response = await fetch(`${origin}/main`, {
    method: "POST",
    headers: { "Content-Type": "application/json", ...(token && { Authorization: `Bearer ${token}` }) },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
  });
  return response.json();
}

/** The owner's API key; made now where no test has made it. */
export async function ownerOf(world: World): Promise<ApiKey> {
  const params = { initializationToken: INITIALIZATION_TOKEN, name: "owner" };
  world.owner ??= (await rpc(world.server.url, "auth/createFirstApiKey", params)).result as ApiKey;
  return world.owner;
}

export async function tokenFor(origin: string, { apiKeyId, apiKeySecret }: ApiKey): Promise<string> {
  const params = {
    grantType: "client_credentials",
    clientId: apiKeyId,
    clientSecret: apiKeySecret,
    scope: [],
  };
  return (await rpc(origin, "auth/token", params)).result.accessToken;
}

/** Fills the form that the page shows and waits until the console is there. */
export async function signIn(page: Page, { apiKeyId, apiKeySecret }: ApiKey): Promise<void> {
  await page.getByLabel("API key id").fill(apiKeyId);
  await page.getByLabel("API key secret").fill(apiKeySecret);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("button", { name: "Sign out" }).waitFor();
}

export const alert = (page: Page) => page.getByRole("alert").first();
export const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });
