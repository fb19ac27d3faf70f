import { useState } from "preact/hooks";
import { type Action, type Loaded, useAction, useLoad } from "./load";
import { ErrorNotice } from "./notice";

interface Page<T, C> {
  readonly list: readonly T[];
  /** Where the next page begins; absent at the end. */
  readonly cursor?: C | undefined;
}

interface Pages<T> {
  readonly first: Loaded<unknown>;
  /** Of all pages loaded so far; undefined before the first. */
  readonly items: readonly T[] | undefined;
  readonly action: Action;
  /** Loads one more page; undefined where there is none. */
  readonly next: (() => Promise<void>) | undefined;
}

/** A list that comes page by page. When `inputs` change it begins anew, and a page of the old list is dropped. */
export function usePages<T, C>(
  load: (cursor: C | undefined) => Promise<Page<T, C>>,
  inputs: readonly unknown[],
): Pages<T> {
  const first = useLoad(() => load(undefined), inputs);
  const [more, setMore] = useState<{ after: unknown; pages: readonly Page<T, C>[] }>();
  const action = useAction();
  const begin = first.data;
  const later = more && more.after === begin ? more.pages : [];
  const cursor = (later.at(-1) ?? begin)?.cursor;
  const next = async () => {
    setMore({ after: begin, pages: [...later, await load(cursor)] });
  };
  return {
    first,
    items: begin && [begin, ...later].flatMap((page) => page.list),
    action,
    next: cursor === undefined ? undefined : next,
  };
}

/** The button below a list that has further pages. */
export const ShowMore = ({ pages: { action, next } }: { readonly pages: Pages<unknown> }) => (
  <>
    <ErrorNotice error={action.error} />
    {next && (
      <p>
        <button type="button" class="button quiet" aria-busy={action.busy} onClick={() => action.run(next)}>
          Show more
        </button>
      </p>
    )}
  </>
);
