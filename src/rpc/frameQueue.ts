import { MAX_PENDING_FRAME_BYTES, MAX_PENDING_FRAMES } from "../limits";

/** The frames of one socket that wait for their answers. They run side by side, but none before a frame that binds a token is done. */
export class FrameQueue {
  readonly #pending = new Set<Promise<void>>();
  #bytes = 0;
  #binding: Promise<void> = Promise.resolve();

  hasRoomFor(bytes: number): boolean {
    return this.#pending.size < MAX_PENDING_FRAMES && this.#bytes + bytes <= MAX_PENDING_FRAME_BYTES;
  }

  /** Runs a frame when its turn comes. `run` must not throw. */
  async add(
    frame: { readonly bytes: number; readonly binds: boolean },
    run: () => Promise<void>,
  ): Promise<void> {
    const answered = this.#binding.then(run);
    if (frame.binds) this.#binding = answered;
    this.#pending.add(answered);
    this.#bytes += frame.bytes;
    await answered;
    this.#pending.delete(answered);
    this.#bytes -= frame.bytes;
  }

  /** Settles when every frame added so far is answered. */
  async drained(): Promise<void> {
    await Promise.all(this.#pending);
  }
}
