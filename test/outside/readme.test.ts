import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Server, startServer } from "./server.ts";
import { freePort } from "./sshd.ts";

/** The README's commands do what it says, pasted in order into a shell. */

const run = promisify(execFile);
let readme: string;
let server: Server;

beforeAll(async () => {
  readme = await readFile("README.md", "utf8");
  server = await startServer({ script: "start" });
});
afterAll(() => server.stop());

const section = (title: string) => readme.split(/^## /m).find((part) => part.startsWith(`${title}\n`)) ?? "";
const shellBlocks = (text: string) =>
  [...text.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block]) => block as string);
const printed = (label: string) => new RegExp(`${label}: +(\\S+)`).exec(server.output())?.[1] as string;

/** What each block prints, run in one shell against the test's server, and what they print to stderr. */
async function paste(blocks: string[]): Promise<{ outputs: string[]; errors: string }> {
  const mark = "--- next block ---";
  const script = blocks
    .join(`\necho '${mark}'\n`)
    .replaceAll("http://localhost:8101", server.url)
    .replace("<API key id>", printed("API key id"))
    .replace("<API key secret>", printed("API key secret"));
  const { stdout, stderr } = await run("bash", ["--norc", "-euo", "pipefail", "-c", script]);
  return { outputs: stdout.split(`${mark}\n`), errors: stderr };
}

describe("the README", () => {
  it("registers a host, verifies it and a key, and rotates the key, as its commands say", async () => {
    const { outputs, errors } = await paste(shellBlocks(section("See it work")));
    expect(errors).toBe("");
    const answers = outputs.map((output) =>
      output
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line).result),
    );
    const host = "8UV7xqdcyqYDcZomeZbv4YNXLhikz1gt5teR9Qgot8xknL6nhH";
    const listed = { instanceId: host, hostPubKey: host, addresses: ["https://bridge.example.com/api/v2.0"] };
    expect(answers).toEqual([[], [], [host, [listed]], ["OK"], [true, true], ["OK", true, false]]);
  });

  it("lists the hosts over a WebSocket by the example it shows", async () => {
    const [, shown = ""] = /```js\n([\s\S]*?)```/.exec(section("WebSocket")) ?? [];
    expect(await readFile("examples/websocket.mjs", "utf8")).toContain(shown);
    expect(shown).not.toBe("");
    const [setUp = ""] = shellBlocks(section("See it work"));
    const { outputs, errors } = await paste([setUp, ...shellBlocks(section("WebSocket"))]);
    expect(errors).toBe("");
    expect(JSON.parse(outputs[1] ?? "")).toMatchObject([
      { addresses: ["https://bridge.example.com/api/v2.0"] },
    ]);
  });

  it("lets a registered SSH key in by a local sshd, and refuses it once it is deleted", async () => {
    const libexec = await mkdtemp("/var/lib/veridge-readme-"); // root's, and nobody else's at the same time
    const port = await freePort();
    const stopSshd = `trap 'kill "$(cat "$TRY/sshd.pid")" 2> "$TRY/killed"' ERR`;
    const blocks = shellBlocks(section("SSH")).map((block) =>
      block.replaceAll("/usr/local/libexec/veridge-try", libexec).replaceAll("2222", String(port)),
    );
    try {
      const { outputs, errors } = await paste([stopSshd, ...blocks]);
      expect(outputs.filter((output) => output !== "")).toEqual(["Logged in.\n", "Refused.\n"]);
      expect(errors).toMatch(/^\S+: Permission denied \(publickey\)\.\r?\n$/);
    } finally {
      await rm(libexec, { recursive: true });
    }
  });

  it("shows a curl command on the first run that logs in", async () => {
    const curl = /^ {2}(curl .*)$/m.exec(server.output())?.[1] as string;
    const { stdout } = await run("bash", ["-c", curl]);
    expect(JSON.parse(stdout).result.scope).toEqual(["user:read", "user:write"]);
  });

  it("makes the first API key by the command of its deployment section", async () => {
    const fresh = await startServer({ vars: { PMX_INITIALIZATION_TOKEN: "token-for-the-first-key" } });
    try {
      const command = shellBlocks(section("Deploy to Cloudflare")).join("\n");
      const [published = ""] = /^curl .*$/m.exec(command) ?? [];
      const curl = published
        .replace(/https:\/\/veridge\.\S+\/main/, `${fresh.url}/main`)
        .replace("<token>", "token-for-the-first-key");
      const { stdout } = await run("bash", ["-c", curl]);
      expect(JSON.parse(stdout).result).toEqual({
        apiKeyId: expect.any(String),
        apiKeySecret: expect.any(String),
      });
    } finally {
      await fresh.stop();
    }
  });

  it("explains every variable and secret that the Worker reads, and no other", async () => {
    const config = await readFile("src/config.ts", "utf8");
    const read = [...config.matchAll(/^ {2}readonly ([A-Z_]+)\?: string;$/gm)].map(([, name]) => name);
    const explained = [...section("Configuration").matchAll(/^\| `([A-Z_]+)` /gm)].map(([, name]) => name);
    expect(explained.toSorted()).toEqual(read.toSorted());
  });
});
