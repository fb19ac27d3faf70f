import type { Source } from "../context";
import { canonicalAddress } from "../keys/sourceAddress";
import { originOf } from "./requestTarget";

/** Where an HTTP request comes from. Each look into one leaves JavaScript and costs, so it is taken when asked for. */
export class HttpSource implements Source {
  readonly requestId: string;
  readonly #request: Request;
  #address: string | undefined;

  constructor(requestId: string, request: Request) {
    this.requestId = requestId;
    this.#request = request;
  }

  /** From `CF-Connecting-IP`; X-Forwarded-For is the caller's own word and never read. */
  get address(): string {
    this.#address ??= canonicalAddress(this.#request.headers.get("cf-connecting-ip") ?? "") ?? "";
    return this.#address;
  }

  get origin(): string {
    return originOf(this.#request.url);
  }

  get bookmark(): string | undefined {
    return this.#request.headers.get("x-d1-bookmark") ?? undefined;
  }
}
