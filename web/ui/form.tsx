import type { ComponentChildren } from "preact";
import type { Action } from "./load";
import { ErrorNotice } from "./notice";

interface Props {
  readonly action: Action;
  readonly submit: string;
  readonly work: () => Promise<void>;
  readonly children: ComponentChildren;
  /** Further buttons beside the one that submits. */
  readonly beside?: ComponentChildren;
  readonly label?: string;
}

/** A form that does one thing, says what it is doing, and what went wrong. The page's policy lets no form navigate. */
export const Form = ({ action, submit, work, children, beside, label }: Props) => (
  <form
    class="stack"
    aria-label={label}
    onSubmit={(event) => {
      event.preventDefault();
      action.run(work);
    }}
  >
    {children}
    <ErrorNotice error={action.error} />
    <div class="row">
      <button type="submit" class="button" aria-busy={action.busy}>
        {submit}
      </button>
      {beside}
    </div>
  </form>
);
