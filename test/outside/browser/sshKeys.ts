import { generateKeyPairSync } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { type ApiKey, alert, button, openPage, ownerOf, rpc, signIn, tokenFor, type World } from "./world.ts";

/** SSH keys, the audit trail and what binds an API key to addresses, in the console; the tests go on from each other. */

/** An Ed25519 key as a line of a .pub file (RFC 8709, section 4). */
function publicKeyLine(comment: string): string {
  const { x } = generateKeyPairSync("ed25519").publicKey.export({ format: "jwk" });
  const fields = [Buffer.from("ssh-ed25519"), Buffer.from(x as string, "base64url")];
  const blob = Buffer.concat(fields.flatMap((field) => [Buffer.from([0, 0, 0, field.length]), field]));
  return `ssh-ed25519 ${blob.toString("base64")} ${comment}`;
}

const LINE = publicKeyLine("joe@example.com");
const file = (name: string, text: string) => ({ name, mimeType: "text/plain", buffer: Buffer.from(text) });

export const describeSshKeys = (world: World) =>
  describe("SSH keys in the console", () => {
    let owner: ApiKey;
    let path: string;
    beforeAll(async () => {
      owner = await ownerOf(world);
    });

    it("adds a user and a key from a .pub file, and shows whence and until when it may be used", async () => {
      const page = await openPage(world);
      await page.goto("/console#/ssh-keys");
      await signIn(page, owner);
      await button(page, "Add a user").click();
      await page.getByLabel("Username").fill("joe");
      await page.getByLabel("Full name").fill("Joe Example");
      await button(page, "Add user").click();
      await page.getByRole("heading", { name: "joe" }).waitFor();
      path = new URL(page.url()).hash;
      await page.getByText("No key yet").waitFor();
      await button(page, "Add a key").click();
      await page.getByLabel("Choose a file").setInputFiles(file("id.pub", `${LINE}\n`));
      await expect.poll(() => page.getByLabel("Name").inputValue()).toBe("joe@example.com");
      await page.getByLabel("Valid until").fill("2099-01-01T00:00:00");
      const addresses = page.getByLabel("Only from these addresses");
      await addresses.fill("192.0.2.0/24, nowhere");
      await button(page, "Add key").click();
      expect(await alert(page).textContent()).toContain("source_address");
      await addresses.fill("192.0.2.0/24, 2001:db8::1");
      await button(page, "Add key").click();
      const card = page.getByRole("article", { name: "SSH key joe@example.com" });
      await card.getByText("192.0.2.0/24").waitFor();
      expect(await card.textContent()).toMatch(/valid.*SHA256:.*2099.*2001:db8::1/s);
    });

    it("says of each line of an imported file what became of it", async () => {
      const page = await openPage(world);
      await page.goto(`/console${path}`);
      await signIn(page, owner);
      await button(page, "Import authorized_keys").click();
      const lines = [LINE, publicKeyLine("new@example.com"), "no key"];
      await page.getByLabel("Content of the file").fill(lines.join("\n"));
      await button(page, "Import keys").click();
      await page.getByText("1 added, 1 known already, 1 refused.").waitFor();
      const rows = page.getByRole("table", { name: "Result of the import" }).locator("tbody tr");
      const results = await rows.locator(".badge").allTextContents();
      expect(results).toEqual(["known", "added", "refused"]);
      await page.getByRole("article", { name: "SSH key new@example.com" }).waitFor();
    });

    it("finds the user, and deletes a key that was reported as compromised for good", async () => {
      const page = await openPage(world);
      await page.goto("/console#/ssh-keys");
      await signIn(page, owner);
      await page.getByLabel("Find a user").fill("joe ex");
      await page.getByRole("link", { name: "joe" }).click();
      const card = page.getByRole("article", { name: "SSH key joe@example.com" });
      await card.getByRole("button", { name: "Delete" }).click();
      await page.getByLabel("Report as compromised").check();
      await button(page, "Delete the key").click();
      await page.getByText("The key is deleted.").waitFor();
      await expect.poll(() => card.count()).toBe(0);
      await button(page, "Add a key").click();
      await page.getByLabel("Public key").fill(LINE);
      await button(page, "Add key").click();
      expect(await alert(page).textContent()).toContain("compromised");
    });

    it("shows who did that in the audit trail", async () => {
      const page = await openPage(world);
      await page.goto("/console#/audit");
      await signIn(page, owner);
      await page.getByLabel("Method").fill("deleteAuthorizedKey");
      const rows = page.getByRole("table", { name: "Audit trail" }).locator("tbody tr");
      const actions = () => rows.locator(".badge").allTextContents();
      await expect.poll(actions).toEqual(["ssh_keys.delete", "ssh_compromised.create"]);
      expect(await rows.first().textContent()).toContain(owner.apiKeyId);
      await page.getByLabel("API key").fill("no such key");
      await page.getByText("No such entry").waitFor();
    });

    it("deletes a user only when asked twice", async () => {
      const page = await openPage(world);
      await page.goto(`/console${path}`);
      await signIn(page, owner);
      await button(page, "Delete user").click();
      await button(page, "Delete the user").click();
      await page.getByText("The user is deleted.").waitFor();
      expect(await page.getByRole("link", { name: "joe" }).count()).toBe(0);
    });

    it("says so where the API key may not do it", async () => {
      const params = { type: "secret", name: "reader", clientSecret: "x".repeat(40), maxScope: ["pki:read"] };
      const token = await tokenFor(world.server.url, owner);
      const { apiKeyId } = (await rpc(world.server.url, "user/addApiKey", params, token)).result;
      const page = await openPage(world);
      await page.goto("/console#/audit");
      await signIn(page, { apiKeyId, apiKeySecret: params.clientSecret });
      expect(await alert(page).textContent()).toContain("Inssuficent scope (73)");
      await page.getByRole("link", { name: "SSH keys" }).click();
      await page.getByRole("heading", { name: "SSH keys" }).waitFor();
      expect(await alert(page).textContent()).toContain("Inssuficent scope");
    });

    it("binds an API key to addresses", async () => {
      const page = await openPage(world);
      await page.goto("/console#/api-keys");
      await signIn(page, owner);
      await button(page, "Create an API key").click();
      await page.getByLabel("Name").fill("bound");
      await page.getByLabel("Only from these IP addresses").fill("192.0.2.1, 2001:db8::1");
      await button(page, "Create API key").click();
      const card = page.getByRole("article", { name: "API key bound" });
      await card.getByText("ipAddr:192.0.2.1").waitFor();
      await card.getByRole("button", { name: "Change" }).click();
      await card.getByLabel("Only from these IP addresses").fill("192.0.2.2");
      await card.getByRole("button", { name: "Save" }).click();
      await card.getByText("ipAddr:192.0.2.2").waitFor();
      expect(await card.getByText("2001:db8::1").count()).toBe(0);
    });
  });
