import type * as z from "zod/mini";
import type { ErrorName } from "../errors";
import type { Access, Declared, Http, Read, Write } from "../operation";

/** An operation of the REST API. */
export type Route<
  Name extends string = string,
  P extends z.ZodMiniType = z.ZodMiniType,
  R extends z.ZodMiniType = z.ZodMiniType,
  H extends Http = Http,
> = Declared<Name, P, R> & { readonly http: H };

/** Declares a route that changes nothing. */
export function readRoute<
  const Name extends string,
  P extends z.ZodMiniType,
  R extends z.ZodMiniType,
  const E extends ErrorName,
  Found,
  const H extends Http,
>(declaration: Read<Name, P, R, E, Found> & { readonly http: H }): Route<Name, P, R, H> {
  return declaration as unknown as Route<Name, P, R, H>;
}

/** Declares a route that may change state. */
export function writeRoute<
  const Name extends string,
  P extends z.ZodMiniType,
  R extends z.ZodMiniType,
  const E extends ErrorName,
  const A extends Access,
  const H extends Http,
>(declaration: Write<Name, P, R, E, A> & { readonly http: H }): Route<Name, P, R, H> {
  return declaration as unknown as Route<Name, P, R, H>;
}
