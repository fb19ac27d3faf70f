import type { ComponentChildren } from "preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";
import { useAction } from "./load";
import { ErrorNotice } from "./notice";

interface Props {
  readonly title: string;
  readonly children: ComponentChildren;
  /** What the button that does it says, such as "Delete host". */
  readonly does: string;
  readonly work: () => Promise<void>;
  readonly onClose: () => void;
}

/** Asks before something that cannot be taken back. Escape and Cancel leave it alone; the focus begins on Cancel. */
export function Confirm({ title, children, does, work, onClose }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const action = useAction();
  const id = useId();
  useLayoutEffect(() => dialog.current?.showModal(), []);
  const act = async () => {
    if (await action.run(work)) onClose();
  };
  return (
    <dialog ref={dialog} class="stack" aria-labelledby={id} onClose={onClose}>
      <h2 id={id}>{title}</h2>
      <div>{children}</div>
      <ErrorNotice error={action.error} />
      <div class="row">
        <button type="button" class="button quiet" onClick={onClose}>
          Cancel
        </button>
        <button type="button" class="button danger" aria-busy={action.busy} onClick={act}>
          {does}
        </button>
      </div>
    </dialog>
  );
}
