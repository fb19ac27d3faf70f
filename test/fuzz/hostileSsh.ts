import fc from "fast-check";
import files from "../vectors/authorizedKeys.json";
import bad from "../vectors/sshKeys.bad.json";
import good from "../vectors/sshKeys.good.json";
import { hostileText } from "./hostile";

const keys = fc.constantFrom(...good.map((v) => v.text), ...bad.map((v) => v.text));
const options = fc.constantFrom(
  "",
  ...files.accepted.map((v) => v.options),
  'from="',
  'from="*",',
  "no-pty ",
);

/** A line of an authorized_keys file, with something put in at some place, or cut off there. */
const line = fc
  .tuple(options, keys, fc.nat(), fc.oneof(fc.constant(""), hostileText), fc.boolean())
  .map(([option, key, place, text, cuts]) => {
    const whole = option + key;
    const at = place % (whole.length + 1);
    return whole.slice(0, at) + text + (cuts ? "" : whole.slice(at));
  });

const LONG = [
  "A".repeat(250_000),
  `ssh-ed25519 ${"A".repeat(30_000)}`,
  "\n".repeat(250_000),
  'from="'.repeat(4000),
];

/** Files that a parser of SSH keys is given: cut, mixed, with odd line ends and far too long. */
export const hostileSshText: fc.Arbitrary<string> = fc.oneof(
  { weight: 8, arbitrary: fc.array(line, { maxLength: 8 }).map((lines) => lines.join("\n")) },
  { weight: 2, arbitrary: fc.array(line, { maxLength: 8 }).map((lines) => lines.join("\r\n\0")) },
  { weight: 1, arbitrary: fc.constantFrom(...LONG) },
);
