import type * as z from "zod/mini";
import type { METHODS } from "../methods";

type Method = (typeof METHODS)[number];
type Named<N extends MethodName> = Extract<Method, { readonly name: N }>;

export type MethodName = Method["name"];
export type ParamsOf<N extends MethodName> = z.input<Named<N>["params"]>;
export type ResultOf<N extends MethodName> = z.output<Named<N>["result"]>;

/** Calls a method; params may be left out where none is required. */
export type Call = <N extends MethodName>(
  method: N,
  ...params: Record<never, never> extends ParamsOf<N> ? [params?: ParamsOf<N>] : [params: ParamsOf<N>]
) => Promise<ResultOf<N>>;
