import { describe, expect, it } from "vitest";
import { advance } from "../../src/rpc/socketMemory";

const verified = (sessionId: string) => ({
  sessionId,
  generation: 1,
  apiKeyId: "key",
  userId: "user",
  expires: 1,
});
const memory = { origin: "https://veridge.example.com", address: "192.0.2.1", activeAt: 1, isClosed: false };
const [old, newer, newest] = ["00000001-a", "00000002-a", "00000003-a"];

describe("the bookmark of a socket", () => {
  it.each([
    ["a frame alone", { kept: old, before: old, after: newer }, newer],
    ["the first that saw the database", { kept: undefined, before: undefined, after: old }, old],
    ["one that did not see it", { kept: old, before: old, after: old }, old],
    ["one that was overtaken", { kept: newest, before: old, after: newer }, newest],
    ["one that overtook another", { kept: newer, before: old, after: newest }, newest],
    ["one whose bookmark the database refused", { kept: "zzz", before: "zzz", after: newer }, newer],
    ["one that was overtaken, both refused", { kept: newer, before: "zzz", after: undefined }, newer],
  ])("after %s", (_name, { kept, before, after }, expected) => {
    const bound = undefined;
    const result = advance(
      { ...memory, bound, bookmark: kept },
      { bound, bookmark: before },
      { bound, bookmark: after },
    );
    expect(result.bookmark).toBe(expected);
  });
});

describe("the bound token of a socket", () => {
  it("is the one that the frame bound, else the one kept meanwhile", () => {
    const [before, kept, after] = [verified("before"), verified("kept"), verified("after")];
    const seen = (bound: typeof before) => ({ bound, bookmark: undefined });
    const now = { ...memory, ...seen(kept) };
    expect(advance(now, seen(before), seen(after)).bound).toBe(after);
    expect(advance(now, seen(before), seen(before)).bound).toBe(kept);
  });
});
