import { createHash, randomBytes } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { type ApiKey, openPage, ownerOf, type World } from "./world.ts";

/** The login page in a real browser, as a program that logs people in by OAuth with PKCE meets it. */

const verifier = randomBytes(32).toString("base64url");
const query = new URLSearchParams({
  client_id: "app",
  response_type: "code",
  redirect_uri: "/callback?keep=1",
  state: "state-1",
  code_challenge: createHash("sha256").update(verifier).digest("base64url"),
  code_challenge_method: "S256",
});

export const describeLogin = (world: World) =>
  describe("the login page", () => {
    let owner: ApiKey;
    beforeAll(async () => {
      owner = await ownerOf(world);
    });

    it("says so of a wrong secret, and takes a code back to the program that redeems it", async () => {
      const page = await openPage(world);
      await page.goto(`/auth/api/v1/oauth/authorize?${query}`);
      expect(new URL(page.url()).pathname).toBe("/login");
      await page.getByLabel("API key id").fill(owner.apiKeyId);
      await page.getByLabel("API key secret").fill("x".repeat(40));
      await page.getByRole("button", { name: "Log in" }).click();
      await page.getByRole("alert").waitFor();
      await page.getByLabel("API key secret").fill(owner.apiKeySecret);
      await page.getByRole("button", { name: "Log in" }).click();
      await page.waitForURL("**/callback?**");
      const { searchParams } = new URL(page.url());
      expect(searchParams.get("keep")).toBe("1");
      expect(searchParams.get("state")).toBe("state-1");
      const redeemed = await fetch(`${world.server.url}/auth/api/v1/oauth/token`, {
        method: "POST",
        body: new URLSearchParams({
          grant_type: "authorization_code",
          client_id: "app",
          code: searchParams.get("code") ?? "",
          redirect_uri: "/callback?keep=1",
          code_verifier: verifier,
        }),
      });
      expect(redeemed.status).toBe(200);
    });
  });
