import { execFile } from "node:child_process";
import { chmodSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type InstalledCommand, installCommand } from "./authorizedKeysCommand.ts";

/** What the example does with answers that a healthy directory does not give: they come from a server of the test's own. */

const FINGERPRINT = "SHA256:+chEvSahCT7T+NX4a6wpTkaOBEc6rYbDWBr2bTO/IWY";
const SECRET = "the-secret-of-the-api-key";
const LINE = "ssh-ed25519 AAAA joe@example.com\n";
const NOTHING = { status: 0, output: "" };
const COMPLAINT = expect.stringMatching(/^veridge: .+\n$/);

type Answer = (request: IncomingMessage, response: ServerResponse) => void;
const gives =
  (status: number, body = "", headers = {}): Answer =>
  (_, response) =>
    void response.writeHead(status, headers).end(body);

let command: InstalledCommand;
let server: Server;
let url: string;
let answer: Answer;
let requests: IncomingMessage[];

beforeAll(async () => {
  command = installCommand();
  server = createServer((request, response) => {
    requests.push(request);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server?.closeAllConnections();
  server?.close();
  command?.uninstall();
});
beforeEach(() => {
  for (const path of command.kept()) rmSync(path);
  requests = [];
  answer = gives(200, LINE);
  command.setCredentials(`user = "id:${SECRET}"\n`);
  command.configure({ URL: url, KEEP_SECONDS: "60" });
});

const run = (username = "joe") => command.run(username, FINGERPRINT);
/** What sshd reads of an output: comments and blank lines are none. */
const keysOf = (output: string) => output.split("\n").filter((line) => line !== "" && !line.startsWith("#"));

describe("authorized-keys, the AuthorizedKeysCommand", () => {
  it("asks for one key of one user, with the credentials of its file", async () => {
    const { status, output, log } = await run("Joe.O+tag@example.com");
    expect({ status, keys: keysOf(output), log }).toEqual({ status: 0, keys: [LINE.trim()], log: "" });
    const { pathname, searchParams } = new URL(requests[0]?.url ?? "", url);
    expect(pathname).toBe("/ssh/authorized_keys/Joe.O+tag@example.com");
    expect([...searchParams]).toEqual([["fingerprint", FINGERPRINT]]);
    expect(requests[0]?.headers.authorization).toBe(`Basic ${btoa(`id:${SECRET}`)}`);
  });

  it("shows the secret to nobody who lists processes", async () => {
    let processes = "";
    answer = async (request, response) => {
      processes = (await promisify(execFile)("ps", ["-A", "-ww", "-o", "args="])).stdout;
      gives(200, LINE)(request, response);
    };
    await run();
    expect(processes).toContain(`${url}/ssh/authorized_keys/joe`);
    expect(processes).not.toContain(SECRET);
  });

  it.each([
    ["", FINGERPRINT],
    [".", FINGERPRINT],
    ["..", FINGERPRINT],
    ["-joe", FINGERPRINT],
    ["../users", FINGERPRINT],
    ["joe/../ann", FINGERPRINT],
    ["joe?fingerprint=", FINGERPRINT],
    ["joe#", FINGERPRINT],
    ["jo%65", FINGERPRINT],
    ["joe ann", FINGERPRINT],
    ["joe\nann", FINGERPRINT],
    ["$(id)", FINGERPRINT],
    ["*", FINGERPRINT],
    ["jö", FINGERPRINT],
    ["j".repeat(129), FINGERPRINT],
    ["joe", ""],
    ["joe", "MD5:16:27:ac:a5:76:28:2d:36:63:1b:56:4d:eb:df:a6:48"],
    ["joe", `${FINGERPRINT}A`],
    ["joe", FINGERPRINT.replace("/", "&")],
    ["joe", FINGERPRINT.replace("SHA256:", "")],
  ])("asks nothing about %j with the fingerprint %j", async (username, fingerprint) => {
    expect(await command.run(username, fingerprint)).toEqual({ ...NOTHING, log: COMPLAINT });
    expect(requests).toEqual([]);
  });

  it.each<[string, Answer, { prints: boolean; keeps: boolean; logs: boolean }]>([
    ["an answer without keys", gives(200), { prints: false, keeps: false, logs: false }],
    ["404", gives(404, "{}"), { prints: false, keeps: false, logs: false }],
    ["401", gives(401, LINE), { prints: false, keeps: true, logs: true }],
    ["403", gives(403, LINE), { prints: false, keeps: true, logs: true }],
    ["400", gives(400, LINE), { prints: false, keeps: true, logs: true }],
    ["a redirect", gives(302, LINE, { location: "/elsewhere" }), { prints: false, keeps: true, logs: true }],
    ["429", gives(429), { prints: true, keeps: true, logs: true }],
    ["500", gives(500), { prints: true, keeps: true, logs: true }],
    ["503", gives(503), { prints: true, keeps: true, logs: true }],
    ["no answer at all", () => {}, { prints: true, keeps: true, logs: true }],
    ["a closed connection", ({ socket }) => socket.destroy(), { prints: true, keeps: true, logs: true }],
    [
      "an answer that breaks off",
      ({ socket }) =>
        socket.end(`HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n${LINE.replace("joe", "mallory")}`),
      { prints: true, keeps: true, logs: true },
    ],
  ])("after a good answer, at %s", async (_, then, { prints, keeps, logs }) => {
    await run();
    const [kept = ""] = command.kept();
    expect(readFileSync(kept, "utf8")).toContain(LINE);
    answer = then;
    const started = Date.now();
    const { status, output, log } = await run();
    expect(Date.now() - started).toBeLessThan(10_000);
    expect({ status, keys: keysOf(output) }).toEqual({ status: 0, keys: prints ? [LINE.trim()] : [] });
    expect(log).toEqual(logs ? COMPLAINT : "");
    expect(command.kept()).toEqual(keeps ? [kept] : []);
  });

  it("forgets at 404 all that was kept of the user, and of nobody else", async () => {
    const other = FINGERPRINT.replace("+", "A");
    for (const username of ["joe", "joe.ann"]) {
      for (const fingerprint of [FINGERPRINT, other]) await command.run(username, fingerprint);
    }
    answer = gives(404);
    await run();
    expect(command.kept()).toHaveLength(2);
    await run("joe.ann");
    expect(command.kept()).toEqual([]);
  });

  it("keeps nothing unless told for how long, and drops what it kept before", async () => {
    await run();
    command.configure({ URL: url });
    await run();
    expect(command.kept()).toEqual([]);
  });

  it.each([
    ["too old", () => `#${Math.floor(Date.now() / 1000) - 60}`],
    ["from the future", () => `#${Math.floor(Date.now() / 1000) + 60}`],
    ["of no date", () => "#x[$(id)]"],
  ])("does not use an answer that is %s", async (_, since) => {
    await run();
    const [kept = ""] = command.kept();
    writeFileSync(kept, readFileSync(kept, "utf8").replace(/^#\d+/, since()));
    answer = gives(503);
    expect(await run()).toEqual({ ...NOTHING, log: COMPLAINT });
  });

  it("neither uses nor keeps anything where others may write", async () => {
    await run();
    const [kept = ""] = command.kept();
    chmodSync(dirname(kept), 0o770);
    answer = gives(503);
    const { output, log } = await run();
    chmodSync(dirname(kept), 0o700);
    expect(output).toBe("");
    expect(log).toContain("nothing is kept");
  });

  it.each([
    { URL: "http://veridge.example.com" },
    { URL: "http://localhost.example.com" },
    { URL: "" },
    { URL: "https://veridge.example.com", CREDENTIALS: "/nowhere" },
    { URL: "https://veridge.example.com", CREDENTIALS: "" },
  ])("asks nobody where it is configured as %j", async (settings) => {
    command.configure(settings);
    expect(await run()).toEqual({ ...NOTHING, log: COMPLAINT });
  });

  it("takes a time to keep that is no number for none, and says so", async () => {
    command.configure({ URL: url, KEEP_SECONDS: "1h" });
    const { output, log } = await run();
    expect(keysOf(output)).toEqual([LINE.trim()]);
    expect(log).toContain("KEEP_SECONDS");
    expect(command.kept()).toEqual([]);
  });
});
