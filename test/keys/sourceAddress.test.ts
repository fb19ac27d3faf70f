import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { KeyError } from "../../src/keys/keyError";
import {
  canonicalAddress,
  contains,
  hasHostBits,
  isWithin,
  limitKey,
  networkForm,
  parseSourceAddress,
  sameAddress,
} from "../../src/keys/sourceAddress";

describe("in network form", () => {
  test.each([
    ["192.0.2.1", "192.0.2.1"],
    ["192.0.2.1/32", "192.0.2.1"],
    ["192.0.2.129/25", "192.0.2.128/25"],
    ["255.255.255.255/0", "0.0.0.0/0"],
    ["0.0.0.0", "0.0.0.0"],
    ["2001:DB8::1", "2001:db8::1"],
    ["2001:db8:0:0:0:0:0:1/128", "2001:db8::1"],
    ["2001:db8:ffff::/33", "2001:db8:8000::/33"],
    ["2001:0db8:0000:0000:0001:0000:0000:0001", "2001:db8::1:0:0:1"],
    ["2001:db8:0:0:1:0:0:0", "2001:db8:0:0:1::"],
    ["2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"],
    ["1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"],
    ["::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"],
    ["10:100:0:0:0:0:0:10", "10:100::10"],
    ["::", "::"],
    ["::/0", "::/0"],
    ["::1", "::1"],
    ["1::", "1::"],
    ["64:ff9b::192.0.2.33", "64:ff9b::c000:221"],
    ["1:2:3:4:5:6:192.0.2.1", "1:2:3:4:5:6:c000:201"],
    ["::ffff:192.0.2.1", "192.0.2.1"],
    ["::FFFF:c000:0201", "192.0.2.1"],
    ["::ffff:192.0.2.1/120", "192.0.2.0/24"],
    ["::ffff:0:0/96", "0.0.0.0/0"],
  ])("%s is %s", (text, expected) => expect(networkForm(text)).toBe(expected));
});

describe("refused", () => {
  test.each([
    ["nothing", ""],
    ["a name", "host.example.com"],
    ["a wildcard", "192.0.2.*"],
    ["a negation", "!192.0.2.1"],
    ["white space before", " 192.0.2.1"],
    ["a line feed after", "192.0.2.1\n"],
    ["a list", "192.0.2.1,192.0.2.2"],
    ["a port", "192.0.2.1:22"],
    ["brackets", "[::1]"],
    ["a zone id", "fe80::1%eth0"],
    ["a leading zero", "192.0.2.01"],
    ["octal", "0300.0.2.1"],
    ["hexadecimal", "0xc0.0.2.1"],
    ["a number over 255", "192.0.2.256"],
    ["three numbers", "192.0.2"],
    ["five numbers", "192.0.2.1.1"],
    ["an empty number", "192..2.1"],
    ["one number", "3221225985"],
    ["other digits", "１９２.0.2.1"],
    ["a sign", "+192.0.2.1"],
    ["no prefix after the slash", "192.0.2.0/"],
    ["a prefix alone", "/24"],
    ["a prefix over 32", "192.0.2.0/33"],
    ["a prefix over 128", "2001:db8::/129"],
    ["a negative prefix", "192.0.2.0/-1"],
    ["a prefix with a leading zero", "192.0.2.0/024"],
    ["two prefixes", "192.0.2.0/24/24"],
    ["a netmask", "192.0.2.0/255.255.255.0"],
    ["seven groups", "1:2:3:4:5:6:7"],
    ["nine groups", "1:2:3:4:5:6:7:8:9"],
    ["a gap that stands for nothing", "1:2:3:4::5:6:7:8"],
    ["two gaps", "1::2::3"],
    ["three colons", ":::"],
    ["a colon before", ":1:2:3:4:5:6:7:8"],
    ["a colon after", "1:2:3:4:5:6:7:8:"],
    ["a group of five digits", "2001:db8::00001"],
    ["a letter that is no digit", "2001:db8::g"],
    ["dotted decimal before the gap", "192.0.2.1::"],
    ["dotted decimal in the middle", "1:2:3:4:192.0.2.1:7:8"],
    ["dotted decimal out of range after eight groups", "1:2:3:4:5:6:7:8:192.0.2.256"],
    ["dotted decimal after seven groups", "1:2:3:4:5:6:7:192.0.2.1"],
    ["a mapped range wider than IPv4", "::ffff:0.0.0.0/95"],
    ["a mapped address with an IPv4 prefix", "::ffff:192.0.2.0/24"],
    ["long text", `${"0".repeat(100)}::1`],
  ])("%s: %s", (_, text) => expect(() => parseSourceAddress(text)).toThrow(KeyError));
});

test.each([
  ["192.0.2.0/24", "192.0.2.255", true],
  ["192.0.2.0/24", "192.0.3.0", false],
  ["192.0.2.77/24", "192.0.2.1", true],
  ["192.0.2.1", "192.0.2.1", true],
  ["192.0.2.1", "192.0.2.2", false],
  ["192.0.2.0/24", "::ffff:192.0.2.1", true],
  ["::ffff:192.0.2.0/120", "192.0.2.1", true],
  ["::/0", "192.0.2.1", false],
  ["::/0", "::ffff:192.0.2.1", false],
  ["0.0.0.0/0", "::1", false],
  ["2001:db8::/32", "2001:db8:ffff::1", true],
  ["2001:db8::/32", "2001:db9::1", false],
])("%s contains %s: %s", (range, address, expected) => expect(contains(range, address)).toBe(expected));

test("only an address can be contained, be the same or be limited", () => {
  expect(() => contains("0.0.0.0/0", "192.0.2.0/24")).toThrow(/single IPv4 or IPv6 address/);
  expect(() => sameAddress("192.0.2.1", "192.0.2.1/32")).toThrow(KeyError);
  expect(() => limitKey("192.0.2.0/24")).toThrow(KeyError);
});

test.each([
  ["192.0.2.0/25", "192.0.2.0/24", true],
  ["192.0.2.0/24", "192.0.2.0/24", true],
  ["192.0.2.0/24", "192.0.2.0/25", false],
  ["192.0.2.128/25", "192.0.2.0/25", false],
  ["192.0.2.1", "192.0.2.0/31", true],
  ["::ffff:192.0.2.0/121", "192.0.2.0/24", true],
  ["192.0.2.0/24", "::/0", false],
])("%s is within %s: %s", (inner, outer, expected) => expect(isWithin(inner, outer)).toBe(expected));

test.each([
  ["192.0.2.1", "::ffff:c000:201", true],
  ["2001:db8::1", "2001:DB8:0::0:1", true],
  ["192.0.2.1", "192.0.2.2", false],
  ["192.0.2.1", "::192.0.2.1", false],
])("%s and %s are the same: %s", (a, b, expected) => expect(sameAddress(a, b)).toBe(expected));

test.each([
  ["192.0.2.1", "192.0.2.1"],
  ["::ffff:192.0.2.1", "192.0.2.1"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
  ["2001:db8:1:2:ffff::", "2001:db8:1:2::/64"],
])("%s is limited as %s", (address, expected) => expect(limitKey(address)).toBe(expected));

describe("the one text of an address", () => {
  test("in dotted decimal is that text, for every number from 0 to 255 at every place, and nothing else is", () => {
    const numbers = Array.from({ length: 1_000 }, (_, n) => String(n));
    const others = ["", "00", "01", "001", "1x", "1x1", "11x", "x1", "2x0", "20x", "25x", "-1", " 1", "1000"];
    const isNumber = (text: string) => numbers.indexOf(text) >= 0 && numbers.indexOf(text) < 256;
    for (const text of [...numbers, ...others]) {
      for (let place = 0; place < 4; place++) {
        const address = ["1", "2", "3", "4"].with(place, text).join(".");
        expect(canonicalAddress(address), address).toBe(isNumber(text) ? address : undefined);
        if (isNumber(text)) expect(limitKey(address)).toBe(address);
        else expect(() => limitKey(address), address).toThrow(KeyError);
      }
    }
  });

  test.each([
    "1.2.3",
    "1.2.3.4.5",
    "1.2.3.4.",
    ".1.2.3.4",
    "1.2.3.4 ",
    "1.2.3.4\n",
    "1.2.3.4/32",
    "a.b.c.d",
    "::1/128",
    "",
  ])("%j has none", (text) => expect(canonicalAddress(text)).toBeUndefined());

  test("in IPv6 is RFC 5952's, and IPv4's where it is mapped", () => {
    expect(canonicalAddress("2001:DB8:0::01")).toBe("2001:db8::1");
    expect(canonicalAddress("::ffff:c000:201")).toBe("192.0.2.1");
  });
});

test("host bits are seen", () => {
  expect(hasHostBits(parseSourceAddress("10.0.0.1/8"))).toBe(true);
  expect(hasHostBits(parseSourceAddress("10.0.0.0/8"))).toBe(false);
  expect(hasHostBits(parseSourceAddress("10.0.0.1"))).toBe(false);
});

const prefix = (max: number) => fc.nat({ max }).map((bits) => `/${bits}`);
const range = fc.oneof(
  fc.tuple(fc.ipV4(), prefix(32)).map((parts) => parts.join("")),
  fc.tuple(fc.ipV6(), fc.oneof(fc.constant(""), prefix(128))).map((parts) => parts.join("")),
);

test("the network form means the same range, has no host bits and is stable", () => {
  fc.assert(
    fc.property(range, (text) => {
      fc.pre(!/^(0*:)*:?(0*:)*ffff:/i.test(text));
      const form = networkForm(text);
      expect(isWithin(text, form) && isWithin(form, text)).toBe(true);
      expect(hasHostBits(parseSourceAddress(form))).toBe(false);
      expect(networkForm(form)).toBe(form);
    }),
  );
});

test("IPv6 text agrees with the URL standard's", () => {
  fc.assert(
    fc.property(fc.ipV6(), (text) => {
      const { hostname } = new URL(`http://[${text}]/`);
      fc.pre(!hostname.startsWith("[::ffff:"));
      expect(`[${networkForm(text)}]`).toBe(hostname);
    }),
  );
});
