import { type Claim, makeClaim } from "../auth/claim";
import type { Credential } from "../auth/credential";
import type { Context } from "../context";
import { Failure } from "../errors";
import type { Task } from "./task";

/** The claims of one request: a credential is verified, looked up and, where it has a nonce, spent once for all calls. */
export class Claims {
  readonly #context: Context;
  readonly #made = new Map<object | string, Promise<Claim>>();

  constructor(context: Context) {
    this.#context = context;
  }

  /** Undefined where the operation is open to a caller without credentials. @throws Failure `unauthorized` */
  of({ operation, credential }: Task): Promise<Claim> | undefined {
    if (operation.access === "everyone") return undefined;
    const shown = orBound(credential, this.#context);
    if (shown.kind === "none") {
      if (operation.publicRead && this.#context.config.publicRead) return undefined;
      throw new Failure("unauthorized", undefined, "no credential");
    }
    const key = keyOf(shown);
    const made = this.#made.get(key) ?? makeClaim(shown, this.#context);
    this.#made.set(key, made);
    return made;
  }
}

/** A call that shows no credential of its own has the rights of the token bound to its socket by then. */
function orBound(credential: Credential, { socket }: Context): Credential {
  if (credential.kind !== "none" || !socket?.bound) return credential;
  return { kind: "bound", verified: socket.bound };
}

/** What tells whether two calls show the same credential. */
const keyOf = (shown: Credential): object | string =>
  shown.kind === "token" ? shown.token : shown.kind === "bound" ? shown.verified : shown;
