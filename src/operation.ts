import type * as z from "zod/mini";
import type { Caller } from "./auth/caller";
import type { Permission } from "./auth/scope";
import type { Context } from "./context";
import type { COMMON_ERRORS, ErrorName, Failure } from "./errors";
import type { KnownHistories } from "./finality/knownHistories";
import type { Query } from "./store/query";

/** Who may call: everyone (no credential is looked at), whoever shows a credential, or who holds a permission. */
export type Access = "everyone" | "authenticated" | Permission;

export type Change = "directory" | "credentials" | "binding";

type CommonError = (typeof COMMON_ERRORS)[number];

/** What a handler gets: the request's context, the proven caller, and the only way to refuse. */
export interface Call<E extends ErrorName, C> extends Context {
  readonly caller: C;
  /**
   * Makes the failure to throw; `sentence` reaches the caller and says what to do, without any value they sent.
   * `property` names the field it speaks of.
   */
  fail(error: E | CommonError, sentence?: string, property?: string): Failure;
}

/** What a read may choose by before its caller is proven. */
export interface By {
  /** Empty where the caller shows no credential. */
  readonly apiKeyId: string;
  /** ms */
  readonly now: number;
  /** What this isolate knows may choose between queries of the same answer. */
  readonly histories: KnownHistories;
}

/** How an operation of the REST API stands on HTTP. Params of a route are `{ path, query, body }`, as far as it has them. */
export interface Http {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** As in the API document: `/role-store/api/v1/users/{user_id}`. */
  readonly path: `/${string}`;
  /** Media type of the body; JSON where it is left out. */
  readonly takes?: "json" | "text" | "form";
  /** What a success is: JSON unless it says otherwise. A `redirect` gives the Location as its result. */
  readonly gives?: "json" | "text" | "nothing" | "redirect";
  /** Of a success; 200 where it is left out. */
  readonly status?: 201 | 307;
  /** Errors are RFC 6749's, with PrivX's beside them. */
  readonly oauth?: true;
}

interface Declaration<
  Name extends string,
  P extends z.ZodMiniType,
  R extends z.ZodMiniType,
  E extends ErrorName,
> {
  /** As on the wire. */
  readonly name: Name;
  readonly summary: string;
  readonly params: P;
  readonly result: R;
  /** Errors beyond the common ones; a handler can raise no others. */
  readonly errors: readonly E[];
  /** It promises a count, or everything there is, and so reads as many rows as there are. */
  readonly readsAll?: true;
  readonly http?: Http;
  readonly example: { readonly params: z.input<P>; readonly result: z.input<R> };
}

/** A method that changes nothing. */
export interface Read<
  Name extends string,
  P extends z.ZodMiniType,
  R extends z.ZodMiniType,
  E extends ErrorName,
  Found,
> extends Declaration<Name, P, R, E> {
  readonly access: Access;
  /** Opened to callers without credentials by PUBLIC_READ; checks of credentials may be a few seconds old. */
  readonly publicRead?: true;
  readonly read: {
    /** Pure. It joins the credential's query in one round trip. */
    query(params: z.output<P>, by: By): Query<Found>;
    answer(
      found: Found,
      params: z.output<P>,
      call: Call<E, Caller | undefined>,
    ): z.input<R> | Promise<z.input<R>>;
    /** What the database would say, without it; asked for only where the credential needs no look-up. */
    recall?(params: z.output<P>, context: Context): Found | undefined | Promise<Found | undefined>;
    /** Keeps what the database said for `recall`; `askedAt` in ms. */
    remember?(found: Found, context: Context, askedAt: number): Promise<void>;
    /** What else a batch that holds such reads is to ask once, so that `recall` keeps up; its decoder takes it in. */
    refresh?(context: Context, askedAt: number): Query<void> | undefined;
  };
}

/** A method that may change state. */
export interface Write<
  Name extends string,
  P extends z.ZodMiniType,
  R extends z.ZodMiniType,
  E extends ErrorName,
  A extends Access,
> extends Declaration<Name, P, R, E> {
  readonly access: A;
  /**
   * What it may change. A change of credentials makes this isolate forget whom it looked up; one of the binding holds back
   * the socket's later frames.
   */
  readonly changes: Change;
  /** Whether a call checks a secret and counts against the stricter rate limit. */
  readonly checksSecret?: true;
  write(params: z.output<P>, call: Call<E, A extends "everyone" ? undefined : Caller>): Promise<z.input<R>>;
}

/** Any declaration, its types erased: what the dispatcher and the documents work with. */
export interface Operation {
  readonly name: string;
  readonly summary: string;
  readonly access: Access;
  readonly publicRead?: true;
  readonly changes?: Change;
  readonly checksSecret?: true;
  readonly params: z.ZodMiniType;
  readonly result: z.ZodMiniType;
  readonly errors: readonly ErrorName[];
  readonly readsAll?: true;
  readonly http?: Http;
  readonly example: { readonly params: unknown; readonly result: unknown };
  readonly read?: {
    query(params: unknown, by: By): Query<unknown>;
    answer(found: unknown, params: unknown, call: Call<ErrorName, unknown>): unknown;
    recall?(params: unknown, context: Context): unknown;
    remember?(found: unknown, context: Context, askedAt: number): Promise<void>;
    refresh?(context: Context, askedAt: number): Query<void> | undefined;
  };
  write?(params: unknown, call: Call<ErrorName, unknown>): Promise<unknown>;
}

/** A declaration as the registry keeps it: erased for the dispatcher, with its types for the client. */
export type Declared<Name extends string, P extends z.ZodMiniType, R extends z.ZodMiniType> = Operation & {
  readonly name: Name;
  readonly params: P;
  readonly result: R;
};

export function readMethod<
  const Name extends string,
  P extends z.ZodMiniType,
  R extends z.ZodMiniType,
  const E extends ErrorName,
  Found,
>(declaration: Read<Name, P, R, E, Found>): Declared<Name, P, R> {
  return declaration as unknown as Declared<Name, P, R>;
}

export function writeMethod<
  const Name extends string,
  P extends z.ZodMiniType,
  R extends z.ZodMiniType,
  const E extends ErrorName,
  const A extends Access,
>(declaration: Write<Name, P, R, E, A>): Declared<Name, P, R> {
  return declaration as unknown as Declared<Name, P, R>;
}
