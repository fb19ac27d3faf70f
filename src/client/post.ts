import { HttpError } from "./errors";
import { readAnswer, resultOf, writeCall } from "./message";
import type { Call } from "./methods";

export interface ClientOptions {
  /** The server's origin, such as `https://keys.example.com`. */
  readonly url: string;
  /** An access token, or what gives the newest one for each call. */
  readonly token?: string | (() => string | Promise<string>);
  readonly fetch?: typeof fetch;
}

export interface Client {
  /** @throws RpcError, HttpError, and what `fetch` throws where there was no answer at all: the call may have run then */
  readonly call: Call;
}

/** A client over HTTP: one `POST /main` for each call. */
export function createClient({ url, token, fetch = globalThis.fetch }: ClientOptions): Client {
  const endpoint = new URL("/main", url);
  const call = async (method: string, params: unknown = {}) => {
    const shown = typeof token === "function" ? await token() : token;
    const answer = await fetch(endpoint, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        ...(shown !== undefined && { authorization: `Bearer ${shown}` }),
      },
      body: writeCall(1, method, params),
    });
    if (!answer.headers.get("content-type")?.startsWith("application/json"))
      throw new HttpError(answer.status);
    return resultOf(readAnswer(await answer.text()));
  };
  return { call: call as Call };
}
