import { createECDH, createHash } from "node:crypto";
import bs58 from "bs58";

/** A fresh public key as PrivMX writes it. */
export function freshPubKey(): string {
  const pair = createECDH("secp256k1");
  pair.generateKeys();
  const point = pair.getPublicKey(null, "compressed");
  const digest = (bytes: Buffer) => createHash("sha256").update(bytes).digest();
  return bs58.encode(Buffer.concat([point, digest(digest(point)).subarray(0, 4)]));
}

export interface Question {
  method: string;
  params: object;
}

export interface Answer {
  // biome-ignore lint/suspicious/noExplicitAny: tests look into results of every method
  result?: any;
  error?: { code: number; message: string };
}

const MAX_BATCH = 128;

/** A server's JSON-RPC, as whoever holds the token. */
export class Client {
  readonly #url: string;
  readonly #token: string | undefined;

  constructor(url: string, token?: string) {
    this.#url = url;
    this.#token = token;
  }

  static async login(url: string, clientId: string, clientSecret: string): Promise<Client> {
    const params = { grantType: "client_credentials", clientId, clientSecret, scope: [] };
    const { accessToken } = await new Client(url).call("auth/token", params);
    return new Client(url, accessToken);
  }

  post(body: unknown): Promise<Response> {
    const headers: Record<string, string> = { "content-type": "application/json" };
    if (this.#token !== undefined) headers.authorization = `Bearer ${this.#token}`;
    return fetch(`${this.#url}/main`, { method: "POST", headers, body: JSON.stringify(body) });
  }

  /** The result of a call that must succeed. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into results of every method
  async call(method: string, params: object): Promise<any> {
    const answer = (await (await this.post({ jsonrpc: "2.0", id: 1, method, params })).json()) as Answer;
    if (answer.error) throw new Error(`${method}: ${JSON.stringify(answer.error)}`);
    return answer.result;
  }

  /** The answers to all questions, in their order. */
  async ask(questions: readonly Question[]): Promise<Answer[]> {
    const answers: Answer[] = [];
    for (let i = 0; i < questions.length; i += MAX_BATCH) {
      const batch = questions.slice(i, i + MAX_BATCH).map((q, id) => ({ jsonrpc: "2.0", id, ...q }));
      answers.push(...((await (await this.post(batch)).json()) as Answer[]));
    }
    return answers;
  }
}
