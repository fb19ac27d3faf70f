/** An address as a number; its width in bits is `WIDTH[version]`. */
export interface Ip {
  readonly version: 4 | 6;
  readonly value: bigint;
}

export const WIDTH = { 4: 32, 6: 128 } as const;

const GROUPS = 8;

/** Four decimal numbers without leading zeros, or RFC 4291 section 2.2 text without zone id; else undefined. */
export function parseIp(text: string): Ip | undefined {
  const version = text.includes(":") ? 6 : 4;
  const value = version === 6 ? parseIpv6(text) : parseIpv4(text);
  return value === undefined ? undefined : { version, value };
}

/** Dotted decimal, or RFC 5952 text. */
export function formatIp({ version, value }: Ip): string {
  return version === 4 ? digits(value, 4, 8n).join(".") : formatIpv6(value);
}

function parseIpv4(text: string): bigint | undefined {
  const parts = text.split(".");
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255))
    return;
  return parts.reduce((value, part) => (value << 8n) | BigInt(part), 0n);
}

function parseIpv6(text: string): bigint | undefined {
  const [head = "", tail, ...more] = text.split("::");
  if (more.length > 0) return;
  // Only the very last 32 bits may be dotted decimal.
  const before = parseGroups(head, tail === undefined);
  const after = parseGroups(tail ?? "", true);
  if (before === undefined || after === undefined) return;
  const missing = GROUPS - before.length - after.length;
  if (tail === undefined ? missing !== 0 : missing < 1) return;
  const groups = [...before, ...new Array<bigint>(missing).fill(0n), ...after];
  return groups.reduce((value, group) => (value << 16n) | group, 0n);
}

function parseGroups(text: string, isLast: boolean): bigint[] | undefined {
  if (text === "") return [];
  const parts = text.split(":");
  const dotted = isLast && text.includes(".") ? parts.pop() : undefined;
  const ipv4 = dotted === undefined ? undefined : parseIpv4(dotted);
  if (dotted !== undefined && ipv4 === undefined) return;
  if (!parts.every((part) => /^[0-9a-f]{1,4}$/i.test(part))) return;
  const groups = parts.map((part) => BigInt(`0x${part}`));
  return ipv4 === undefined ? groups : [...groups, ipv4 >> 16n, ipv4 & 0xffffn];
}

/** RFC 5952: lower case, no leading zeros, the first of the longest runs of two or more zero groups becomes `::`. */
function formatIpv6(value: bigint): string {
  const text = digits(value, GROUPS, 16n)
    .map((group) => group.toString(16))
    .join(":");
  const [longest] = [...text.matchAll(/\b0(?::0)+\b/g)].sort((a, b) => b[0].length - a[0].length);
  if (longest === undefined) return text;
  const { index, 0: run } = longest;
  return `${text.slice(0, index).replace(/:$/, "")}::${text.slice(index + run.length).replace(/^:/, "")}`;
}

/** The number's digits to the base 2^bits, most significant first. */
function digits(value: bigint, count: number, bits: bigint): bigint[] {
  return Array.from({ length: count }, (_, i) =>
    BigInt.asUintN(Number(bits), value >> (bits * BigInt(count - 1 - i))),
  );
}
