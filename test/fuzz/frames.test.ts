import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { ERRORS } from "../../src/errors";
import { TestSocket } from "../socket";
import { hostileValue, rawJson } from "./hostile";

/** RFC 6455, section 7.4.1: no UTF-8, too big, try again later. */
const CLOSE_CODES = [1007, 1009, 1013];
let socket: TestSocket | undefined;
afterAll(() => socket?.close());

const call = hostileValue
  .chain(rawJson)
  .map((params) => `{"jsonrpc":"2.0","id":"x","method":"pki/getHost","params":${params}}`);
const frame = fc.oneof(
  hostileValue.chain(rawJson),
  call,
  call.map((text) => new TextEncoder().encode(text)),
  fc.string({ unit: "binary" }),
  fc.uint8Array({ maxLength: 200 }),
  fc.constantFrom("[".repeat(200_000), "a".repeat(256 * 1024 + 1), new Uint8Array(256 * 1024 + 1)),
);

test("whatever the frame, it is answered as documented or closes the socket, which else goes on working", async () => {
  await fc.assert(
    fc.asyncProperty(frame, async (sent) => {
      socket ??= await TestSocket.open();
      const answer = socket.exchange(sent).then((text) => {
        for (const { error } of [JSON.parse(text)].flat())
          expect(error?.code).not.toBe(ERRORS.internalError.code);
      });
      const alive = socket.code("pki/getHost").then((code) => expect(code).toBe(14));
      const end = await Promise.race([Promise.all([answer, alive]), alive, socket.closed]);
      if (end && "code" in end) {
        expect(CLOSE_CODES).toContain(end.code);
        socket = undefined;
      }
    }),
    { numRuns: 200 },
  );
});
