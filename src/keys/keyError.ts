/** A key, or what surrounds it, is refused. The reason tells a person what to do and never repeats input. */
export class KeyError extends Error {
  override readonly name = "KeyError";
  readonly reason: string;

  /** @param reason one or two sentences, fit to be shown to whoever sent the key */
  constructor(reason: string) {
    super(reason);
    this.reason = reason;
  }
}
