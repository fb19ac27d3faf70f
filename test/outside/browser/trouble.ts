import { beforeAll, describe, expect, it } from "vitest";
import { type ApiKey, alert, button, openPage, ownerOf, rpc, signIn, tokenFor, type World } from "./world.ts";

/** The console when a person, the session or the server is not as it should be. */

export const describeTrouble = (world: World) =>
  describe("when something is wrong", () => {
    let owner: ApiKey;
    beforeAll(async () => {
      owner = await ownerOf(world);
    });

    it("says so of a wrong secret", async () => {
      const page = await openPage(world);
      await page.goto("/console");
      await page.getByLabel("API key id").fill(owner.apiKeyId);
      await page.getByLabel("API key secret").fill("x".repeat(40));
      await button(page, "Sign in").click();
      expect(await alert(page).textContent()).toBe("Invalid credentials (12)");
    });

    it("says which field the server refused", async () => {
      const page = await openPage(world);
      await page.goto("/console#/hosts");
      await signIn(page, owner);
      await page.getByLabel("Public key").fill("not a key");
      await page.getByLabel("URL").fill("https://bridge.example.com");
      await button(page, "Register host").click();
      expect(await alert(page).textContent()).toMatch(/Invalid params \(-32602\): hostPubKey: expected/);
    });

    it("refreshes an expired access token without troubling anyone", async () => {
      const page = await openPage(world);
      await page.route("**/main", (route) => {
        const call = route.request().postDataJSON();
        if (call.params.grantType !== "client_credentials") return route.continue();
        call.params.scope = ["user:read", "expires:1000"];
        return route.continue({ postData: JSON.stringify(call) });
      });
      const granted = page.waitForResponse((r) => r.request().postDataJSON()?.method === "auth/token");
      await page.goto("/console#/hosts");
      await signIn(page, owner);
      const { accessToken } = (await (await granted).json()).result;
      const answer = async () =>
        (await rpc(world.server.url, "user/listSessions", {}, accessToken)).error?.code;
      await expect.poll(answer, { timeout: 30_000 }).toBe(14);
      await page.getByRole("link", { name: "API keys" }).click();
      await page.getByRole("article").first().waitFor();
      expect(await page.getByRole("alert").count()).toBe(0);
    });

    it("asks to sign in again when the session was ended, and goes on where it was", async () => {
      const page = await openPage(world);
      await page.goto("/console#/sessions");
      await signIn(page, owner);
      const token = await tokenFor(world.server.url, owner);
      const { list } = (await rpc(world.server.url, "user/listSessions", {}, token)).result;
      for (const { sessionId, current } of list)
        if (!current) await rpc(world.server.url, "user/deleteSession", { sessionId }, token);
      await page.getByRole("link", { name: "API keys" }).click();
      await page.getByText("Your session has ended").waitFor();
      await page.getByLabel("API key secret").fill(owner.apiKeySecret);
      await button(page, "Sign in").click();
      await page.getByRole("heading", { name: "API keys" }).waitFor();
    });

    it("says that the server cannot be reached, and loads when it is there again", async () => {
      const page = await openPage(world);
      await page.goto("/console#/sessions");
      await signIn(page, owner);
      await page.getByRole("table").waitFor();
      await page.context().setOffline(true);
      await page.getByRole("link", { name: "API keys" }).click();
      expect(await alert(page).textContent()).toContain("The server cannot be reached");
      await page.context().setOffline(false);
      await button(page, "Try again").click();
      await page.getByRole("article").first().waitFor();
    });
  });

/** Comes last: it ends the server. */
export const describeServerGone = (world: World) =>
  it("says that the server is gone", async () => {
    const page = await openPage(world);
    await page.goto("/console#/api-keys");
    await signIn(page, await ownerOf(world));
    await button(page, "Create an API key").click();
    await world.server.stop();
    await button(page, "Create API key").click();
    expect(await alert(page).textContent()).toContain("The server cannot be reached");
  });
