import type { ComponentChildren } from "preact";
import { explainError } from "../console/api";

/** What went wrong, in words, read out at once; with a way to try again where there is one. */
export const ErrorNotice = ({ error, retry }: { readonly error: unknown; readonly retry?: () => void }) =>
  error === undefined ? null : (
    <div class="notice bad row spread" role="alert">
      <span>{explainError(error)}</span>
      {retry && (
        <button type="button" class="button quiet small" onClick={retry}>
          Try again
        </button>
      )}
    </div>
  );

export const Loading = ({ what }: { readonly what: string }) => (
  <p class="loading" role="status">
    Loading {what}…
  </p>
);

export const Empty = ({
  title,
  children,
}: {
  readonly title: string;
  readonly children: ComponentChildren;
}) => (
  <div class="empty">
    <h3>{title}</h3>
    <p>{children}</p>
  </div>
);
