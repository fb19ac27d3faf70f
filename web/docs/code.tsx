/** A block of text to copy. The page's script makes the button work and puts its own origin in. */
export const Code = ({
  name,
  text,
  kind,
}: {
  readonly name: string;
  readonly text: string;
  readonly kind?: string;
}) => (
  <figure>
    <div class="code-head">
      <figcaption>{name}</figcaption>
      <button type="button" class="button link small" data-copy hidden>
        Copy<span class="visually-hidden"> {name}</span>
      </button>
    </div>
    {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
    <section tabIndex={0} aria-label={name} class="scroll">
      <pre data-example={kind}>
        <code>{text}</code>
      </pre>
    </section>
  </figure>
);
