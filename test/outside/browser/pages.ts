import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ApiKey, openPage, ownerOf, rpc, signIn, tokenFor, type World } from "./world.ts";

/** What holds for every page: headers from the real router, accessibility, room on a telephone. */

const HOST_KEY = "8UV7xqdcyqYDcZomeZbv4YNXLhikz1gt5teR9Qgot8xknL6nhH";
const USER_KEY = "51WPnnGwztNPWUDEbhncYDxZCZWAFS4M9Yqv94N2335nL92fEn";

/** A public key of nobody. */
const SSH_KEY =
  "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINP2SOOawOVQqrC0oKjwyMWYy8fVqQOJWGqvjMKdvuN1 joe@example.com";

const heading = (name: string) => async (page: Page) => {
  await page.getByRole("heading", { name, exact: true }).waitFor();
};

/** Each page and view, with what shows that it is there. */
const VIEWS: readonly [path: string, isThere: (page: Page) => Promise<unknown>][] = [
  ["/", (page) => page.getByText("Ready:").waitFor()],
  ["/docs", heading("Reference")],
  ["/console#/first-key", heading("Make the first API key")],
  ["/login", heading("Log in")],
  ["/console", heading("Sign in")],
  ["/console#/hosts", (page) => page.getByRole("button", { name: "Delete host" }).click()],
  [`/console#/keys/${HOST_KEY}`, (page) => page.getByRole("link", { name: "alice" }).waitFor()],
  [`/console#/keys/${HOST_KEY}/context-1/alice`, heading("History")],
  ["/console#/api-keys", (page) => page.getByRole("button", { name: "Create an API key" }).click()],
  ["/console#/ssh-keys", (page) => page.getByRole("button", { name: "Add a user" }).click()],
  [
    "/console#/ssh-keys/current",
    async (page) => {
      await page.getByRole("article").waitFor();
      await page.getByRole("button", { name: "Add a key" }).click();
    },
  ],
  ["/console#/audit", (page) => page.getByRole("table").waitFor()],
  ["/console#/sessions", (page) => page.getByRole("table").waitFor()],
];

/** What axe-core finds that is serious or worse. */
async function violations(page: Page, axe: string): Promise<unknown> {
  await page.evaluate(axe);
  return page.evaluate(`axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) => violations
    .filter((v) => v.impact === "serious" || v.impact === "critical")
    .map((v) => [v.id, v.nodes.map((n) => n.html.slice(0, 200) + " " + n.failureSummary)]))`);
}

const LOOKS = [
  { colorScheme: "light", width: 1600 },
  { colorScheme: "dark", width: 1600 },
  { colorScheme: "dark", width: 360 },
  { colorScheme: "light", width: 360 },
] as const;

export const describePages = (world: World) =>
  describe("pages", () => {
    let owner: ApiKey;

    beforeAll(async () => {
      const { url } = world.server;
      owner = await ownerOf(world);
      const token = await tokenFor(url, owner);
      await rpc(
        url,
        "pkiAdmin/setHost",
        { hostPubKey: HOST_KEY, hostUrl: "https://bridge.example.com" },
        token,
      );
      const user = { instanceId: HOST_KEY, contextId: "context-1", userId: "alice" };
      await rpc(url, "pkiAdmin/setKey", { ...user, userPubKey: USER_KEY }, token);
      await rpc(url, "pkiAdmin/setKey", { ...user, userPubKey: HOST_KEY }, token);
      await fetch(`${url}/role-store/api/v1/users/current/authorizedkeys`, {
        method: "POST",
        headers: { "Content-Type": "application/json", Authorization: `Bearer ${token}` },
        body: JSON.stringify({ name: "laptop", public_key: SSH_KEY, source_address: ["192.0.2.0/24"] }),
      });
    });
    afterAll(async () => {
      const token = await tokenFor(world.server.url, owner);
      await rpc(world.server.url, "pkiAdmin/deleteHost", { instanceId: HOST_KEY }, token);
    });

    describe("files", () => {
      const CSP =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

      it.each(["/", "/docs", "/console", "/style.css", "/console.js", "/favicon.svg", "/openrpc.json"])(
        "%s carries the security headers",
        async (path) => {
          const { status, headers } = await fetch(world.server.url + path);
          expect(status).toBe(200);
          expect(headers.get("content-security-policy")).toBe(CSP);
          expect(headers.get("x-content-type-options")).toBe("nosniff");
          expect(headers.get("referrer-policy")).toBe("no-referrer");
          expect(headers.get("cross-origin-opener-policy")).toBe("same-origin");
          expect(headers.get("strict-transport-security")).toBe("max-age=31536000; includeSubDomains");
        },
      );

      it.each(["/openrpc.json", "/openapi.json"])(
        "%s is JSON, for this origin's pages alone",
        async (path) => {
          const response = await fetch(world.server.url + path, {
            headers: { Origin: "https://tools.example.com" },
          });
          expect(response.headers.get("content-type")).toMatch(/^application\/json/);
          expect(response.headers.get("access-control-allow-origin")).toBeNull();
        },
      );

      it("give rpc.discover the same document without a credential", async () => {
        const file = await (await fetch(`${world.server.url}/openrpc.json`)).json();
        expect((await rpc(world.server.url, "rpc.discover", {})).result).toEqual(file);
      });

      it("leave unknown paths to the Worker's 404", async () => {
        const response = await fetch(`${world.server.url}/nothing-here`);
        expect(response.status).toBe(404);
        expect(response.headers.get("x-request-id")).toBeTruthy();
      });
    });

    it("each has nothing serious for axe, and fits, in light and dark, wide and narrow", {
      timeout: 120_000,
    }, async () => {
      const axe = await readFile("node_modules/axe-core/axe.min.js", "utf8");
      const page = await openPage(world);
      for (const [path, isThere] of VIEWS) {
        await page.goto(path);
        if (path === "/console#/hosts") await signIn(page, owner);
        await isThere(page);
        for (const { colorScheme, width } of LOOKS) {
          await page.emulateMedia({ colorScheme });
          await page.setViewportSize({ width, height: 900 });
          const look = `${path} in ${colorScheme}, ${width} px wide`;
          expect(await violations(page, axe), look).toEqual([]);
          expect(await page.evaluate("document.documentElement.scrollWidth"), look).toBeLessThanOrEqual(
            width,
          );
        }
        if (await page.getByRole("dialog").isVisible()) await page.keyboard.press("Escape");
      }
    });
  });
