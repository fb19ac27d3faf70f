import { KeyError } from "./keyError";
import { parseOpensshTime } from "./opensshTime";
import { hasHostBits, parseSourceAddress } from "./sourceAddress";

/** The options of sshd(8) that have no counterpart here, in lower case. */
const FOREIGN_OPTIONS = new Set([
  "agent-forwarding",
  "cert-authority",
  "command",
  "environment",
  "no-agent-forwarding",
  "no-port-forwarding",
  "no-pty",
  "no-touch-required",
  "no-user-rc",
  "no-x11-forwarding",
  "permitlisten",
  "permitopen",
  "port-forwarding",
  "principals",
  "pty",
  "restrict",
  "tunnel",
  "user-rc",
  "verify-required",
  "x11-forwarding",
]);

/** `name` or `name="value"`; within the quotes a backslash has a meaning only before a quotation mark. */
const OPTION = /([a-z0-9-]+)(?:="((?:[^"\\]|\\"|\\(?!"))*)")?/iy;

interface Option {
  /** In lower case: sshd does not distinguish. */
  readonly name: string;
  readonly value: string | undefined;
}

export interface Restrictions {
  /** As given. Empty: from anywhere. */
  readonly sourceAddress: readonly string[];
  /** ms since the epoch; undefined: without end. */
  readonly notAfter: number | undefined;
}

/**
 * Takes over the options at the start of an authorized_keys line (sshd(8), AUTHORIZED_KEYS FILE FORMAT): `from=` and
 * `expiry-time=`. Any other restricts or widens what cannot be kept here, so it refuses the line.
 * @returns what they mean, and the rest of the line
 * @throws KeyError, naming the options that cannot be taken over
 */
export function takeOptions(line: string): Restrictions & { rest: string } {
  const { options, rest } = splitOptions(line);
  const foreign = options.map(({ name }) => name).filter((name) => FOREIGN_OPTIONS.has(name));
  if (foreign.length > 0) {
    throw new KeyError(`Options that cannot be taken over: ${[...new Set(foreign)].join(", ")}.`);
  }
  if (options.some(({ name }) => name !== "from" && name !== "expiry-time")) throw malformed();
  const [from, second] = valuesOf(options, "from");
  if (second !== undefined) throw new KeyError("sshd(8) allows only one from= option.");
  const ends = valuesOf(options, "expiry-time").map(parseOpensshTime);
  return { sourceAddress: parseFrom(from), notAfter: ends.length > 0 ? Math.min(...ends) : undefined, rest };
}

function splitOptions(line: string): { options: readonly Option[]; rest: string } {
  const options: Option[] = [];
  for (let at = 0; ; at += 1) {
    OPTION.lastIndex = at;
    const match = OPTION.exec(line);
    if (match === null) throw malformed();
    const [text, name = "", value] = match;
    options.push({ name: name.toLowerCase(), value: value?.replaceAll('\\"', '"') });
    at += text.length;
    const next = line[at];
    if (next === " " || next === "\t") return { options, rest: line.slice(at).trimStart() };
    if (next !== ",") throw malformed();
  }
}

function valuesOf(options: readonly Option[], name: string): readonly string[] {
  return options
    .filter((option) => option.name === name)
    .map(({ value }) => {
      if (value === undefined) throw malformed();
      return value;
    });
}

/** sshd matches nothing against a range with host bits, so taking one over would let somebody in. */
function parseFrom(value: string | undefined): readonly string[] {
  const ranges = value?.split(",") ?? [];
  if (ranges.map(parseSourceAddress).some(hasHostBits)) {
    throw new KeyError("A range in from= has bits set after its prefix; sshd lets nobody in from it.");
  }
  return ranges;
}

function malformed(): KeyError {
  return new KeyError(
    "The line must begin with the key's algorithm, or with options as sshd(8) describes them.",
  );
}
