import { useState } from "preact/hooks";

const COPIED_MS = 1500;

export function CopyButton({ text, what }: { readonly text: string; readonly what: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
    setTimeout(() => setCopied(false), COPIED_MS);
  };
  return (
    <button type="button" class="button link small" onClick={copy}>
      {copied ? "Copied" : "Copy"}
      <span class="visually-hidden"> {what}</span>
    </button>
  );
}

/** A key or an id in full, to be compared and copied. */
export const KeyText = ({ text, what }: { readonly text: string; readonly what: string }) => (
  <span class="key">
    <code>{text}</code>
    <CopyButton text={text} what={what} />
  </span>
);
