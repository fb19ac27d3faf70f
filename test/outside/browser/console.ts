import type { Page } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import {
  type ApiKey,
  alert,
  button,
  INITIALIZATION_TOKEN,
  openPage,
  ownerOf,
  rpc,
  signIn,
  tokenFor,
  type World,
} from "./world.ts";

/** The console in a real browser, against a real server; the tests go on from each other. */

const HOST_KEY = "8UV7xqdcyqYDcZomeZbv4YNXLhikz1gt5teR9Qgot8xknL6nhH";
const USER_KEY = "51WPnnGwztNPWUDEbhncYDxZCZWAFS4M9Yqv94N2335nL92fEn";
const USER = `/console#/keys/${HOST_KEY}/context-1/alice`;

const timeline = (page: Page) => page.locator(".timeline li code").allTextContents();

export const describeNewUser = (world: World) =>
  describe("a new user", () => {
    it("gets from the front page to a verified key without reading anything else", async () => {
      const page = await openPage(world);
      await page.goto("/");
      await page.getByRole("link", { name: "Make the first one" }).click();
      await page.getByLabel("Initialization token").fill(INITIALIZATION_TOKEN);
      await button(page, "Make the API key").click();
      await page.getByText("it is shown only once").waitFor();
      const [apiKeyId, apiKeySecret] = await page.locator("dd code").allTextContents();
      world.owner = { apiKeyId: apiKeyId as string, apiKeySecret: apiKeySecret as string };
      await button(page, "I have kept it: sign in").click();

      await page.getByText("No host yet").waitFor();
      await button(page, "Fill in example values").click();
      await button(page, "Register host").click();
      await page.getByRole("article").getByText(HOST_KEY).waitFor();

      await page.getByRole("link", { name: "Users’ keys" }).last().click();
      await page.getByText("No user has a key yet").waitFor();
      await page.getByLabel("Context").fill("context-1");
      await page.getByLabel("User", { exact: true }).fill("alice");
      await button(page, "Open user").click();
      await button(page, "Fill in an example key").click();
      await button(page, "Set key").click();
      await button(page, "Use the key in force").click();
      await button(page, "Verify").click();
      await page.getByText("Yes, it was this user’s key then").waitFor();
    });
  });

export const describeConsole = (world: World) =>
  describe("the console", () => {
    let owner: ApiKey;
    beforeAll(async () => {
      owner = await ownerOf(world);
    });

    it("rotates a key, shows both in the history, and tells which was in force when", async () => {
      const page = await openPage(world);
      await page.goto(USER);
      await signIn(page, owner);
      await page.getByLabel("New public key").fill(HOST_KEY);
      await button(page, "Rotate key").click();
      await page.getByText("The key is rotated").waitFor();
      await expect.poll(() => timeline(page)).toEqual([HOST_KEY, USER_KEY]);

      await page.getByLabel("Public key to verify").fill(USER_KEY);
      await button(page, "Verify").click();
      await page.getByText("No, another key was in force then").waitFor();

      await page.getByLabel("On this date").fill("2020-01-01T00:00:00");
      await button(page, "Find key").click();
      await page.getByText("No key was in force then.").waitFor();
    });

    it("asks before it deletes a key, and keeps it in the history", async () => {
      const page = await openPage(world);
      await page.goto(USER);
      await signIn(page, owner);
      await button(page, "Delete key").click();
      await page.keyboard.press("Escape");
      await expect.poll(() => page.getByRole("dialog").count()).toBe(0);
      expect(await timeline(page)).toHaveLength(2);
      await button(page, "Delete key").click();
      await button(page, "Delete the key").click();
      await page.locator(".timeline").getByText("Key deleted").waitFor();
      expect(await timeline(page)).toEqual([HOST_KEY, USER_KEY]);
      await page.getByRole("link", { name: "All users of this host" }).click();
      await page.getByRole("row", { name: "alice" }).getByText("deleted").waitFor();
    });

    it("adds and removes a host's URL, and deletes the host", async () => {
      const page = await openPage(world);
      await page.goto("/console#/hosts");
      await signIn(page, owner);
      await button(page, "Add a URL").click();
      await page.getByLabel("Another URL of this host").fill("https://two.example.com/api/v2.0");
      await button(page, "Add URL").click();
      await page.getByText("The URL is added.").waitFor();
      await page.getByRole("button", { name: "Remove https://two.example.com/api/v2.0" }).click();
      await button(page, "Remove the URL").click();
      await page.getByText("The URL is removed.").waitFor();
      await button(page, "Delete host").click();
      await button(page, "Delete the host").click();
      await page.getByText("No host yet").waitFor();
    });

    it("makes an API key whose secret works and is shown once", async () => {
      const page = await openPage(world);
      await page.goto("/console#/api-keys");
      await signIn(page, owner);
      await button(page, "Create an API key").click();
      await page.getByLabel("Name").fill("reader");
      await button(page, "Create API key").click();
      const shown = page.getByRole("region", { name: "The new API key" });
      await shown.waitFor();
      const [apiKeyId, apiKeySecret] = await shown.locator("code").allTextContents();
      const reader = { apiKeyId: apiKeyId as string, apiKeySecret: apiKeySecret as string };
      expect(await tokenFor(world.server.url, reader)).toMatch(/^ey/);
      await button(page, "I have kept it").click();
      expect(await page.content()).not.toContain(reader.apiKeySecret);
      const card = page.getByRole("article", { name: "API key reader" });
      await card.getByRole("button", { name: "Disable" }).click();
      await button(page, "Disable it").click();
      await card.getByText("disabled").waitFor();
      const params = {
        grantType: "client_credentials" as const,
        clientId: reader.apiKeyId,
        clientSecret: reader.apiKeySecret,
      };
      const refused = await rpc(world.server.url, "auth/token", { ...params, scope: [] });
      expect(refused.error.code).toBe(12);
    });

    it("takes an Ed25519 key in PEM, and says what is wrong with one that is none", async () => {
      const page = await openPage(world);
      await page.goto("/console#/api-keys");
      await signIn(page, owner);
      await button(page, "Create an API key").click();
      await page.getByLabel("An Ed25519 key").check();
      const field = page.getByLabel("Ed25519 public key in PEM");
      await field.fill("no key");
      await button(page, "Create API key").click();
      expect(await alert(page).textContent()).toMatch(/-32602.*clientPubKey/);
      const { publicKey } = (await import("node:crypto")).generateKeyPairSync("ed25519");
      await field.fill(publicKey.export({ type: "spki", format: "pem" }).toString());
      await button(page, "Create API key").click();
      await page.getByRole("region", { name: "The new API key" }).waitFor();
    });

    it("ends another session", async () => {
      const other = await tokenFor(world.server.url, owner);
      const page = await openPage(world);
      await page.goto("/console#/sessions");
      await signIn(page, owner);
      await page.getByText("this page").waitFor();
      // The newest stand first: this page's session, then the other.
      await page.getByRole("button", { name: /^End/ }).first().click();
      await button(page, "End the session").click();
      await page.getByText("The session is ended.").waitFor();
      const answer = await rpc(world.server.url, "user/listSessions", {}, other);
      expect(answer.error.code).toBe(14);
    });

    it("stores nothing in the browser", async () => {
      const page = await openPage(world);
      await page.goto("/console");
      await signIn(page, owner);
      const stored = await page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]");
      expect(stored).toEqual([0, 0, ""]);
      await page.reload();
      await button(page, "Sign in").waitFor();
    });

    it("can be used by keyboard alone", async () => {
      const page = await openPage(world);
      await page.goto("/console#/hosts");
      await page.getByLabel("API key id").focus();
      await page.keyboard.type(owner.apiKeyId);
      await page.keyboard.press("Tab");
      await page.keyboard.type(owner.apiKeySecret);
      await page.keyboard.press("Enter");
      await page.getByLabel("Public key").focus();
      await page.keyboard.type(HOST_KEY);
      await page.keyboard.press("Tab");
      await page.keyboard.type("https://keyboard.example.com");
      await page.keyboard.press("Enter");
      await button(page, "Delete host").focus();
      await page.keyboard.press("Enter");
      await page.getByRole("dialog").waitFor();
      expect(await page.evaluate("document.activeElement.textContent")).toBe("Cancel");
      await page.keyboard.press("Tab");
      await page.keyboard.press("Enter");
      await page.getByText("No host yet").waitFor();
    });
  });
