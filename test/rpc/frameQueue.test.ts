import { describe, expect, it } from "vitest";
import { FrameQueue } from "../../src/rpc/frameQueue";

/** A queue whose frames end when told to. */
function setup() {
  const queue = new FrameQueue();
  const log: string[] = [];
  const add = (name: string, binds = false) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const added = queue.add({ bytes: 1, binds }, async () => {
      log.push(`${name} starts`);
      await promise;
      log.push(`${name} ends`);
    });
    return () => {
      resolve();
      return added;
    };
  };
  return { queue, log, add };
}

describe("FrameQueue", () => {
  it("runs frames side by side", async () => {
    const { log, add } = setup();
    const [a, b] = [add("a"), add("b")];
    await b();
    await a();
    expect(log).toEqual(["a starts", "b starts", "b ends", "a ends"]);
  });

  it("holds frames back behind one that binds, which waits for none but another such", async () => {
    const { log, add } = setup();
    const [a, bind, b, rebind, c] = [add("a"), add("bind", true), add("b"), add("rebind", true), add("c")];
    await bind();
    const ended = b();
    await rebind();
    await Promise.all([ended, c(), a()]);
    expect(log.indexOf("bind starts")).toBeLessThan(log.indexOf("a ends"));
    expect(log.indexOf("b starts")).toBeGreaterThan(log.indexOf("bind ends"));
    expect(log.indexOf("rebind starts")).toBeGreaterThan(log.indexOf("bind ends"));
    expect(log.indexOf("c starts")).toBeGreaterThan(log.indexOf("rebind ends"));
  });

  it("has room again when a frame is answered, and is drained when all are", async () => {
    const { queue, add } = setup();
    const first = add("a");
    const others = Array.from({ length: 255 }, (_, i) => add(String(i)));
    expect(queue.hasRoomFor(1)).toBe(false);
    await first();
    expect(queue.hasRoomFor(2 * 1024 * 1024 - 255)).toBe(true);
    expect(queue.hasRoomFor(2 * 1024 * 1024 - 254)).toBe(false);
    let isDrained = false;
    const drained = queue.drained().then(() => {
      isDrained = true;
    });
    await Promise.all(others.slice(1).map((end) => end()));
    expect(isDrained).toBe(false);
    await others[0]?.();
    await drained;
  });
});
