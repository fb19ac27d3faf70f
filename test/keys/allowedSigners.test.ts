import { expect, test } from "vitest";
import { allowedSignersLine } from "../../src/keys/allowedSigners";

const SPAN = {
  principal: "alice@example.com",
  algorithm: "ssh-ed25519",
  base64: "AAAA",
  from: Date.parse("2030-01-01T00:00:00Z"),
  until: undefined,
};

test("a span without end has no valid-before", () => {
  expect(allowedSignersLine(SPAN)).toBe('alice@example.com valid-after="20300101000000Z" ssh-ed25519 AAAA');
});

test.each([
  ["whole seconds", "00:00.000", "00:10.000", "000000Z", "000009Z"],
  ["parts of seconds at both ends", "00:00.001", "00:10.999", "000001Z", "000009Z"],
  ["two seconds", "00:00.000", "00:02.000", "000000Z", "000001Z"],
])("the seconds named lie wholly in the span: %s", (_, from, until, first, last) => {
  const span = { ...SPAN, from: at(from), until: at(until) };
  expect(allowedSignersLine(span)).toBe(
    `alice@example.com valid-after="20300101${first}",valid-before="20300101${last}" ssh-ed25519 AAAA`,
  );
});

test.each([
  ["less than two seconds", "00:00.000", "00:01.999"],
  ["two seconds, but not two whole ones", "00:00.500", "00:02.500"],
  ["nothing", "00:05.000", "00:05.000"],
  ["an end before its start", "00:05.000", "00:01.000"],
])("a span of %s has no line", (_, from, until) => {
  expect(allowedSignersLine({ ...SPAN, from: at(from), until: at(until) })).toBeUndefined();
});

test.each(["", "*", "a,b", "!alice", "al?ce", "#alice", "alice smith", '"alice"', "alice\nbob", "älice"])(
  "a principal that is no username is never written: %j",
  (principal) => expect(() => allowedSignersLine({ ...SPAN, principal })).toThrow(RangeError),
);

function at(minutes: string): number {
  return Date.parse(`2030-01-01T00:${minutes}Z`);
}
