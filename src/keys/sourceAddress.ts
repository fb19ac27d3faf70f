import { formatIp, type Ip, parseIp, WIDTH } from "./ipAddress";
import { KeyError } from "./keyError";

/** In UTF-16 units: six groups of four digits, dotted decimal, a prefix. */
const MAX_TEXT = "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255/128".length;
/** IPv4 inside IPv6 is `::ffff:0:0/96` (RFC 4291 section 2.5.5.2). */
const MAPPED = { upper: 0xffffn, prefix: 96 };
/** Whoever has one IPv6 address has its whole /64 to choose from (RFC 4291 section 2.5.4). */
const LIMIT_PREFIX = 64;

/** All addresses that share their first `prefix` bits with `value`; a single address where that is all of them. */
export interface SourceAddress extends Ip {
  readonly prefix: number;
}

/**
 * Parses an IPv4 or IPv6 address or a CIDR range (RFC 4632, RFC 4291). Host bits may be set. IPv4-mapped IPv6 becomes
 * IPv4. Refused: names, wildcards, `!`, zone ids, leading zeros, shortened IPv4, a mapped range wider than IPv4.
 * @throws KeyError
 */
export function parseSourceAddress(text: string): SourceAddress {
  const [address = "", prefixText, ...more] = text.length > MAX_TEXT ? [] : text.split("/");
  const ip = parseIp(address);
  if (ip === undefined || more.length > 0) throw notAnAddress();
  const prefix = prefixText === undefined ? WIDTH[ip.version] : parsePrefix(prefixText);
  if (prefix > WIDTH[ip.version]) throw notAnAddress();
  if (ip.version === 4 || ip.value >> 32n !== MAPPED.upper) return { ...ip, prefix };
  if (prefix < MAPPED.prefix) throw notAnAddress();
  return { version: 4, value: BigInt.asUintN(32, ip.value), prefix: prefix - MAPPED.prefix };
}

/** The text that sshd's `from=` takes: host bits cleared, RFC 5952, no prefix for a single address. @throws KeyError */
export function networkForm(text: string): string {
  return formatNetwork(parseSourceAddress(text));
}

/** Whether bits after the prefix are set. sshd lets nobody in from such a range. */
export function hasHostBits(range: SourceAddress): boolean {
  return networkValue(range) !== range.value;
}

/** Whether every address of `inner` lies in `outer`. @throws KeyError */
export function isWithin(inner: string, outer: string): boolean {
  return includes(parseSourceAddress(outer), parseSourceAddress(inner));
}

/** Whether the address lies in the range. @throws KeyError, also if `address` is a range */
export function contains(range: string, address: string): boolean {
  return includes(parseSourceAddress(range), parseAddress(address));
}

/** Whether both texts mean the same single address. @throws KeyError */
export function sameAddress(a: string, b: string): boolean {
  return includes(parseAddress(a), parseAddress(b));
}

/** Dotted decimal, which is its own canonical form. */
const DOTTED = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/;

/** What a limit counts by: an IPv4 address, or the /64 of an IPv6 address. @throws KeyError */
export function limitKey(address: string): string {
  if (DOTTED.test(address)) return address;
  const ip = parseAddress(address);
  return formatNetwork(ip.version === 4 ? ip : { ...ip, prefix: LIMIT_PREFIX });
}

function parseAddress(text: string): SourceAddress {
  if (text.includes("/")) throw new KeyError("This must be a single IPv4 or IPv6 address, not a range.");
  return parseSourceAddress(text);
}

function parsePrefix(text: string): number {
  if (!/^(0|[1-9]\d{0,2})$/.test(text)) throw notAnAddress();
  return Number(text);
}

function includes(outer: SourceAddress, inner: SourceAddress): boolean {
  return (
    outer.version === inner.version &&
    outer.prefix <= inner.prefix &&
    networkValue(outer) === networkValue({ ...inner, prefix: outer.prefix })
  );
}

function networkValue({ version, value, prefix }: SourceAddress): bigint {
  const hostBits = BigInt(WIDTH[version] - prefix);
  return (value >> hostBits) << hostBits;
}

function formatNetwork(range: SourceAddress): string {
  const { version, prefix } = range;
  const network = formatIp({ version, value: networkValue(range) });
  return prefix === WIDTH[version] ? network : `${network}/${prefix}`;
}

function notAnAddress(): KeyError {
  return new KeyError(
    "A source address must be an IPv4 or IPv6 address or a CIDR range: no names, wildcards, `!` or zone ids.",
  );
}

/** The one text that stands for an address (not a range): IPv4 of an IPv4-mapped one, RFC 5952; undefined if it is none. */
export function canonicalAddress(text: string): string | undefined {
  if (DOTTED.test(text)) return text;
  if (text.includes("/")) return undefined;
  try {
    return networkForm(text);
  } catch {
    return undefined;
  }
}
