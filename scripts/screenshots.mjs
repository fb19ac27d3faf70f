/** `npm run screenshots`: shows each page to Chromium on a server with sample data, into docs/screenshots/. */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { launchChromium } from "./lib/chromium.mjs";
import { migrate } from "./lib/migrate.mjs";
import { ROOT } from "./lib/paths.mjs";
import { localSecrets } from "./lib/secrets.mjs";
import { startServer } from "./lib/server.mjs";

const INITIALIZATION_TOKEN = "screenshots";
const CONTEXT = "32fcd0b5-ceb5-44a7-9990-0d999b9718e6";
/** Public keys of nobody. */
const HOSTS = [
  "8UV7xqdcyqYDcZomeZbv4YNXLhikz1gt5teR9Qgot8xknL6nhH",
  "51WPnnGwztNPWUDEbhncYDxZCZWAFS4M9Yqv94N2335nL92fEn",
];
const SSH_KEYS = [
  {
    name: "work laptop",
    public_key:
      "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINP2SOOawOVQqrC0oKjwyMWYy8fVqQOJWGqvjMKdvuN1 joe@example.com",
    source_address: ["192.0.2.0/24", "2001:db8::/32"],
    not_after: "2032-07-31T17:32:28Z",
  },
  {
    name: "phone",
    public_key:
      "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGLl5uBUa1WY5QhmlNj0pQv6264819vn7rPyjVgK2JFF joe@phone.example.com",
  },
];
/** @type {readonly { suffix: string, width: number, height: number, colorScheme: "light" | "dark", only?: readonly string[] }[]} */
const LOOKS = [
  { suffix: "1600", width: 1600, height: 1000, colorScheme: "light" },
  { suffix: "360", width: 360, height: 780, colorScheme: "light" },
  {
    suffix: "1600-dark",
    width: 1600,
    height: 1000,
    colorScheme: "dark",
    only: ["home", "docs-method", "user"],
  },
];

/** @param {string} origin */
function client(origin) {
  /** @type {string | undefined} */
  let token;
  /** @param {string} method @param {object} params @returns {Promise<any>} */
  const call = async (method, params) => {
    const headers = {
      "Content-Type": "application/json",
      ...(token && { Authorization: `Bearer ${token}` }),
    };
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
    const response = await fetch(`${origin}/main`, { method: "POST", headers, body });
    const { result, error } = /** @type {any} */ (await response.json());
    if (error) throw new Error(`${method}: ${JSON.stringify(error)}`);
    return result;
  };
  return {
    call,
    /** @param {string} path @param {object} body @returns {Promise<any>} */
    async create(path, body) {
      const headers = { "Content-Type": "application/json", Authorization: `Bearer ${token}` };
      const response = await fetch(origin + path, { method: "POST", headers, body: JSON.stringify(body) });
      if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
      return response.json();
    },
    /** @param {string} value */
    use(value) {
      token = value;
    },
  };
}

/** @param {string} origin */
async function seed(origin) {
  const { call, create, use } = client(origin);
  const owner = await call("auth/createFirstApiKey", {
    initializationToken: INITIALIZATION_TOKEN,
    name: "owner",
  });
  const { apiKeyId: clientId, apiKeySecret: clientSecret } = owner;
  const grant = { grantType: "client_credentials", clientId, clientSecret, scope: [] };
  use((await call("auth/token", grant)).accessToken);
  for (const [i, hostPubKey] of HOSTS.entries()) {
    const hostUrl = `https://bridge-${i + 1}.example.com/api/v2.0`;
    await call("pkiAdmin/setHost", { hostPubKey, hostUrl });
  }
  const [instanceId, other] = HOSTS;
  await call("pkiAdmin/addHostUrl", { instanceId, hostUrl: "https://backup.example.com/api/v2.0" });
  for (const userId of ["alice", "bob", "carol"]) {
    const user = { instanceId, contextId: CONTEXT, userId };
    await call("pkiAdmin/setKey", { ...user, userPubKey: other });
    if (userId === "alice") {
      await call("pkiAdmin/setKey", { ...user, userPubKey: instanceId });
      await call("pkiAdmin/deleteKey", user);
      await call("pkiAdmin/setKey", { ...user, userPubKey: other });
    }
    if (userId === "carol") await call("pkiAdmin/deleteKey", user);
  }
  const secret = "0123456789abcdef0123456789abcdef";
  const key = { type: "secret", name: "message service", clientSecret: secret, maxScope: ["pki:read"] };
  await call("user/addApiKey", key);
  const joe = { username: "joe", full_name: "Joe Example", email: "joe@example.com" };
  const { id: sshUserId } = await create("/local-user-store/api/v1/users", joe);
  await create("/local-user-store/api/v1/users", { username: "deploy", full_name: "Deployments" });
  for (const sshKey of SSH_KEYS) await create(`/role-store/api/v1/users/${sshUserId}/authorizedkeys`, sshKey);
  return { clientId, clientSecret, sshUserId };
}

/**
 * @param {import("playwright-core").Page} page
 * @param {string} origin
 * @param {Awaited<ReturnType<typeof seed>>} key
 * @param {(name: string) => Promise<void>} shoot
 */
async function visit(page, origin, { clientId, clientSecret, sshUserId }, shoot) {
  await page.goto(origin);
  await page.getByText("Ready:").waitFor();
  await shoot("home");
  await page.goto(`${origin}/docs`);
  await shoot("docs");
  await page.goto(`${origin}/docs#pki/verifyKey`);
  await shoot("docs-method");
  await page.goto(`${origin}/console`);
  await page.getByLabel("API key id").waitFor();
  await shoot("sign-in");
  await page.getByLabel("API key id").fill(clientId);
  await page.getByLabel("API key secret").fill(clientSecret);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("article").first().waitFor();
  await shoot("hosts");
  await page.goto(`${origin}/console#/keys/${HOSTS[0]}`);
  await page.getByRole("link", { name: "alice" }).waitFor();
  await shoot("users");
  await page.goto(`${origin}/console#/keys/${HOSTS[0]}/${CONTEXT}/alice`);
  await page.getByRole("heading", { name: "History" }).waitFor();
  await page.getByRole("button", { name: "Use the key in force" }).click();
  await page.getByRole("button", { name: "Verify" }).click();
  await page.getByText("Yes, it was").waitFor();
  await shoot("user");
  await page.goto(`${origin}/console#/api-keys`);
  await page.getByRole("button", { name: "Create an API key" }).click();
  await page.getByRole("article").first().waitFor();
  await shoot("api-keys");
  await page.goto(`${origin}/console#/sessions`);
  await page.getByRole("table").waitFor();
  await shoot("sessions");
  await page.goto(`${origin}/console#/ssh-keys`);
  await page.getByRole("link", { name: "joe" }).waitFor();
  await shoot("ssh-users");
  await page.goto(`${origin}/console#/ssh-keys/${sshUserId}`);
  await page.getByRole("article").first().waitFor();
  await shoot("ssh-keys");
  await page.getByRole("button", { name: "Import authorized_keys" }).click();
  await page.getByLabel("Content of the file").fill(SSH_KEYS.map((key) => key.public_key).join("\n"));
  await page.getByRole("button", { name: "Import keys" }).click();
  await page.getByText("known already").waitFor();
  await shoot("ssh-import");
  await page.goto(`${origin}/console#/audit`);
  await page.getByRole("table").waitFor();
  await page.getByLabel("Method").fill("pkiAdmin/setKey");
  await page.getByText("auth/token").first().waitFor({ state: "detached" });
  await shoot("audit");
}

const data = await mkdtemp(join(tmpdir(), "veridge-screenshots-"));
const browser = await launchChromium();
try {
  await migrate(data);
  const vars = {
    ...localSecrets(join(data, "secrets")),
    PMX_INITIALIZATION_TOKEN: INITIALIZATION_TOKEN,
    RATE_LIMIT: "off",
  };
  const origin = await startServer({ port: 0, ip: "localhost", persistTo: data, vars: {} }, vars);
  const key = await seed(origin);
  for (const { suffix, width, height, colorScheme, only } of LOOKS) {
    const viewport = { width, height };
    const page = await browser.newPage({ viewport, colorScheme, locale: "en-GB", timezoneId: "UTC" });
    await visit(page, origin, key, async (name) => {
      if (only && !only.includes(name)) return;
      const path = join(ROOT, "docs/screenshots", `${name}-${suffix}.png`);
      await page.screenshot({ path, animations: "disabled" });
    });
    await page.close();
  }
} finally {
  await browser.close();
  await rm(data, { recursive: true, force: true });
}
process.exit(0);
