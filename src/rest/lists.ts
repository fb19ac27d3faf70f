import * as z from "zod/mini";
import { DEFAULT_PAGE_ITEMS, MAX_PAGE_ITEMS } from "../limits";
import type { Page } from "../store/page";

/** Query parameters of lists. Unknown ones are ignored. */

const MAX_OFFSET = 1_000_000_000;

const whole = (min: number, max: number, description: string) =>
  z.pipe(
    z.string().check(
      z.refine(
        (s) => /^[0-9]{1,10}$/.test(s) && Number(s) >= min && Number(s) <= max,
        `a whole number from ${min} to ${max}`,
      ),
      z.meta({ description }),
    ),
    z.transform(Number),
  );

const direction = z.pipe(
  z.string().check(
    z.refine((s) => /^(asc|desc)$/i.test(s), "ASC or DESC"),
    z.meta({ description: "Sort direction, ASC (default) or DESC, in any case" }),
  ),
  z.transform((s: string) => s.toUpperCase() as "ASC" | "DESC"),
);

export const listFields = (sortKeys: readonly string[]) => ({
  limit: z.optional(whole(1, MAX_PAGE_ITEMS, "Maximum number of objects to return")),
  offset: z.optional(whole(0, MAX_OFFSET, "How many objects to leave out first")),
  sortkey: z.optional(z.enum(sortKeys)),
  sortdir: z.optional(direction),
});

interface ListQuery {
  readonly limit?: number | undefined;
  readonly offset?: number | undefined;
  readonly sortkey?: string | undefined;
  readonly sortdir?: "ASC" | "DESC" | undefined;
}

/** For lists that give everything unless a limit is asked for. */
export const UNLIMITED = -1;

export const pageOf = (
  { limit, offset, sortkey, sortdir }: ListQuery,
  unasked = DEFAULT_PAGE_ITEMS,
): Page => ({
  limit: limit ?? unasked,
  offset: offset ?? 0,
  sortkey: sortkey ?? "created",
  descending: sortdir === "DESC",
});

/** A list on the wire: `count` is that of all matches. */
export const listOf = <T extends z.ZodMiniType>(item: T) =>
  z.strictObject({ count: z.int(), items: z.array(item) });
