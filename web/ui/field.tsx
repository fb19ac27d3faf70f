import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";

interface Common {
  readonly label: string;
  readonly hint?: ComponentChildren;
  readonly value: string;
  readonly onValue: (value: string) => void;
  readonly class?: string;
  readonly required?: boolean;
}

interface LineProps extends Common {
  readonly type?: "text" | "password" | "datetime-local";
  readonly autocomplete?: "username" | "current-password" | "off";
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly step?: number;
  readonly max?: string;
}

/** A labelled line of text. */
export function TextField({ label, hint, value, onValue, type = "text", ...rest }: LineProps) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        autocomplete="off"
        spellcheck={false}
        {...rest}
        // Preact's types tell inputs apart by a literal; what differs between them is not used here.
        type={type as "text"}
        id={id}
        value={value}
        aria-describedby={hint ? `${id}-hint` : undefined}
        onInput={(e) => onValue(e.currentTarget.value)}
      />
      {hint && (
        <span class="hint" id={`${id}-hint`}>
          {hint}
        </span>
      )}
    </div>
  );
}

export interface AreaProps extends Common {
  readonly rows?: number;
  readonly placeholder?: string;
}

/** A labelled text of several lines. */
export function AreaField({ label, hint, value, onValue, ...rest }: AreaProps) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <textarea
        spellcheck={false}
        {...rest}
        id={id}
        value={value}
        aria-describedby={hint ? `${id}-hint` : undefined}
        onInput={(e) => onValue(e.currentTarget.value)}
      />
      {hint && (
        <span class="hint" id={`${id}-hint`}>
          {hint}
        </span>
      )}
    </div>
  );
}
