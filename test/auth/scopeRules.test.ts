import { describe, expect, test } from "vitest";
import {
  ALL_PERMISSIONS,
  includes,
  isGranting,
  isSameScope,
  parseMaxScope,
  parseTokenScope,
  ScopeError,
  scopeEntries,
} from "../../src/auth/scope";
import { ACCESS_TOKEN_MS } from "../../src/limits";

/** What each scope grants beside itself, by the contract. */
const IMPLIED: Record<string, string[]> = {
  "user:read": ["pki:read", "ssh:read"],
  "user:write": ["pki:write", "ssh:write"],
  "pki:read": [],
  "pki:write": [],
  "ssh:read": [],
  "ssh:write": [],
  "ssh:self": [],
  "audit:read": [],
  "ops:read": [],
};
const NAMES = Object.keys(IMPLIED);
const permissions = (...entries: string[]) => parseTokenScope(entries).permissions;

describe("one scope", () => {
  test.each(NAMES)("%s grants itself and what it implies, and nothing else", (name) => {
    const granted = NAMES.filter((other) => includes(permissions(name), permissions(other)));
    expect(granted).toEqual(NAMES.filter((other) => other === name || IMPLIED[name]?.includes(other)));
  });

  test.each(NAMES)("%s is granting, and more than what it implies", (name) => {
    expect(isGranting(name)).toBe(true);
    expect(includes(permissions(...(IMPLIED[name] ?? [])), permissions(name))).toBe(false);
  });

  test("is what the first key has, each of them and each that a later version may bring", () => {
    for (let bit = 0; bit < 31; bit++) expect(includes(ALL_PERMISSIONS, 1 << bit), `bit ${bit}`).toBe(true);
  });

  test.each(["", "user", "user:", "user:read ", "User:read", "user:read_write", "profile", "*", "__proto__"])(
    "%j by itself is not",
    (entry) => {
      expect(isGranting(entry)).toBe(false);
    },
  );
});

describe("a list", () => {
  test("grants what its entries grant, each of them", () => {
    expect(includes(permissions("pki:read", "audit:read"), permissions("pki:read"))).toBe(true);
    expect(includes(permissions("pki:read", "audit:read"), permissions("audit:read"))).toBe(true);
    expect(includes(permissions("pki:read", "audit:read"), permissions("pki:write"))).toBe(false);
    expect(includes(permissions("pki:read"), permissions("pki:read", "audit:read"))).toBe(false);
  });

  test("that is empty, or holds what means nothing here, grants nothing", () => {
    expect(permissions()).toBe(0);
    expect(permissions("profile", "toString", "__proto__", "ipAddr:203.0.113.9")).toBe(0);
  });

  test("with ssh:read and ssh:write, or both at once, covers one's own keys", () => {
    expect(includes(permissions("ssh:read_write"), permissions("ssh:self"))).toBe(true);
    expect(includes(permissions("ssh:self"), permissions("ssh:read"))).toBe(false);
    expect(includes(permissions("ssh:self"), permissions("ssh:write"))).toBe(false);
  });

  test.each<[string, string[], string[]]>([
    ["read_write stands for both", ["pki:read_write"], ["pki:read", "pki:write"]],
    ["of an area unknown here too", ["profile:read_write"], ["profile:read", "profile:write"]],
    ["of an area over two lines", ["a\nb:read_write"], ["a\nb:read", "a\nb:write"]],
    ["but not without an area", [":read_write", "read_write"], [":read_write", "read_write"]],
    ["nor with more behind it", ["pki:read_write:x"], ["pki:read_write:x"]],
    ["nor in a session's name", ["session:a:read_write"], ["session:a:read_write"]],
    [
      "but where session: is not at the start",
      ["my session:read_write"],
      ["my session:read", "my session:write"],
    ],
    ["duplicates are dropped, the order kept", ["b", "a", "b", "a"], ["b", "a"]],
    ["what read_write made twice too", ["pki:write", "pki:read_write"], ["pki:write", "pki:read"]],
  ])("keeps its entries as given; %s", (_what, given, entries) => {
    expect(parseTokenScope(given).entries).toEqual(entries);
    expect(isSameScope(given, entries)).toBe(true);
  });
});

describe("two lists ask for the same", () => {
  test("whatever the order, doubles and read_write", () => {
    expect(isSameScope(["a", "b"], ["b", "a", "a"])).toBe(true);
    expect(isSameScope(["pki:read_write"], ["pki:write", "pki:read"])).toBe(true);
    expect(isSameScope([], [])).toBe(true);
  });

  test("not where one has an entry more, whatever that entry grants", () => {
    expect(isSameScope(["a"], ["a", "b"])).toBe(false);
    expect(isSameScope(["a", "b"], ["a"])).toBe(false);
    expect(isSameScope([], ["a"])).toBe(false);
    expect(isSameScope(["user:read"], ["user:read", "pki:read"])).toBe(false);
    expect(isSameScope(["a,b"], ["a", "b"])).toBe(false);
  });
});

test("OAuth's one text is split at spaces, however many", () => {
  expect(scopeEntries("pki:read ops:read")).toEqual(["pki:read", "ops:read"]);
  expect(scopeEntries("  a  b ")).toEqual(["a", "b"]);
  expect(scopeEntries("")).toEqual([]);
});

describe("what restricts a token", () => {
  test("is nothing, where nothing is said", () => {
    expect(parseTokenScope(["pki:read"])).toMatchObject({
      connection: false,
      sessionName: null,
      accessMs: ACCESS_TOKEN_MS,
      ipAddrs: null,
    });
  });

  test("connection is that entry alone", () => {
    expect(parseTokenScope(["connection"]).connection).toBe(true);
    expect(parseTokenScope(["connection:", "Connection", "a connection"]).connection).toBe(false);
  });

  test.each<[string[], string | null]>([
    [["session:phone"], "phone"],
    [["session:"], ""],
    [["session:a:b"], "a:b"],
    [["my session:phone"], null],
    [["session:phone", "session:phone"], "phone"],
  ])("%j names the session %j", (entries, name) => {
    expect(parseTokenScope(entries).sessionName).toBe(name);
  });

  test("two sessions are refused", () => {
    expect(() => parseTokenScope(["session:a", "session:b"])).toThrow(ScopeError);
    expect(() => parseTokenScope(["session:a", "session:b"])).toThrow(/one session: entry/);
  });

  test.each<[string[], number]>([
    [["expires:1"], 1],
    [[`expires:${ACCESS_TOKEN_MS}`], ACCESS_TOKEN_MS],
    [["expires:20000", "expires:3000", "expires:10000"], 3000],
    [["it expires:1"], ACCESS_TOKEN_MS],
  ])("%j makes the access token last %d ms", (entries, ms) => {
    expect(parseTokenScope(entries).accessMs).toBe(ms);
  });

  test.each(["", "0", "01", "-1", "+1", "1.5", "1e3", "0x10", " 1", "1 ", "1s", "9".repeat(10), "Infinity"])(
    "expires:%s is refused",
    (ms) => {
      expect(() => parseTokenScope([`expires:${ms}`])).toThrow(ScopeError);
    },
  );

  test("a lifetime longer than usual is refused, beside a good one too", () => {
    expect(() => parseTokenScope([`expires:${ACCESS_TOKEN_MS + 1}`])).toThrow(/whole number of milliseconds/);
    expect(() => parseTokenScope(["expires:1", `expires:${ACCESS_TOKEN_MS + 1}`])).toThrow(ScopeError);
  });
});

describe.each([
  ["a token", parseTokenScope],
  ["a key", parseMaxScope],
])("%s may be bound to addresses", (_what, parse) => {
  test("which are kept in canonical form", () => {
    expect(parse(["ipAddr:203.0.113.9", "pki:read", "ipAddr:2001:DB8:0::1"]).ipAddrs).toEqual([
      "203.0.113.9",
      "2001:db8::1",
    ]);
    expect(parse(["my ipAddr:203.0.113.9", "pki:read"]).ipAddrs).toBeNull();
  });

  test("of which each must be one", () => {
    for (const bad of ["ipAddr:", "ipAddr:203.0.113.0/24", "ipAddr:example.com"]) {
      expect(() => parse(["ipAddr:203.0.113.9", bad]), bad).toThrow(ScopeError);
      expect(() => parse([bad, "ipAddr:203.0.113.9"]), bad).toThrow(/one IPv4 or IPv6 address/);
    }
  });
});

describe("a key's maxScope", () => {
  test("keeps its entries and grants them", () => {
    expect(parseMaxScope(["pki:read_write", "profile"])).toEqual({
      entries: ["pki:read", "pki:write", "profile"],
      permissions: permissions("pki:read", "pki:write"),
      ipAddrs: null,
    });
  });

  test.each(["connection", "session:", "session:a", "expires:", "expires:1000"])(
    "holds no %s, which belongs to a token",
    (entry) => {
      expect(() => parseMaxScope(["pki:read", entry])).toThrow(ScopeError);
      expect(() => parseMaxScope([entry, "pki:read"])).toThrow(/belong to a token/);
    },
  );

  test("may hold what only looks like these", () => {
    const entries = ["connections", "my session:a", "it expires:1"];
    expect(parseMaxScope(entries).entries).toEqual(entries);
  });
});
