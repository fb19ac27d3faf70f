import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { startServer } from "./server.ts";

/** An SSH key pair made by ssh-keygen. */
export interface SshKeyPair {
  /** Path of the private key. */
  path: string;
  /** As in the `.pub` file: algorithm, base64, comment. */
  publicKey: string;
  /** `SHA256:…` */
  fingerprint: string;
}

export interface Directory {
  url: string;
  /** @returns the user's id */
  addUser(username: string): Promise<string>;
  /** @returns a curl configuration with a new API key of that scope */
  addCredentials(maxScope: string[]): Promise<string>;
  /** @returns the key's path, for `rest` */
  addKey(userId: string, key: SshKeyPair, more?: object): Promise<string>;
  /** As the owner. @throws Error with the answer, unless it says success */
  rest(method: string, path: string, body?: object): Promise<{ id?: string; result?: { apiKeyId: string } }>;
  /** Ends the server; its data go. */
  stop(): Promise<void>;
}

/** Starts the directory with an owner and an API key that has every scope. */
export async function startDirectory(): Promise<Directory> {
  const token = randomUUID();
  const server = await startServer({ vars: { RATE_LIMIT: "off", PMX_INITIALIZATION_TOKEN: token } });
  const first = { jsonrpc: "2.0", id: 1, method: "auth/createFirstApiKey" };
  const { result: owner } = await send("POST", "/main", {
    ...first,
    params: { initializationToken: token, name: "owner" },
  });
  const authorization = `Basic ${btoa(`${owner.apiKeyId}:${owner.apiKeySecret}`)}`;

  // biome-ignore lint/suspicious/noExplicitAny: answers of every route
  async function send(method: string, path: string, body?: object, headers?: object): Promise<any> {
    const answer = await fetch(server.url + path, {
      method,
      headers: { "Content-Type": "application/json", ...headers },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    const json = text === "" ? {} : JSON.parse(text);
    if (!answer.ok || json.error) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return json;
  }
  const rest: Directory["rest"] = (method, path, body) => send(method, path, body, { authorization });

  return {
    url: server.url,
    rest,
    async addUser(username) {
      const { id } = await rest("POST", "/local-user-store/api/v1/users", { username });
      return id as string;
    },
    async addCredentials(maxScope) {
      const clientSecret = randomUUID();
      const params = { type: "secret", name: "test", clientSecret, maxScope };
      const call = { jsonrpc: "2.0", id: 1, method: "user/addApiKey", params };
      const { result } = await rest("POST", "/main", call);
      return `user = "${result?.apiKeyId}:${clientSecret}"\n`;
    },
    async addKey(userId, { publicKey }, more = {}) {
      const path = `/role-store/api/v1/users/${userId}/authorizedkeys`;
      const { id } = await rest("POST", path, { name: "test", public_key: publicKey, ...more });
      return `${path}/${id}`;
    },
    stop: server.stop,
  };
}

/** Makes an Ed25519 key without passphrase in `directory`. */
export function makeSshKey(directory: string): SshKeyPair {
  const path = join(directory, `key-${randomUUID()}`);
  execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "test@example.com", "-f", path]);
  const [, fingerprint = ""] = execFileSync("ssh-keygen", ["-lf", path], { encoding: "utf8" }).split(" ");
  return { path, publicKey: readFileSync(`${path}.pub`, "utf8").trim(), fingerprint };
}
