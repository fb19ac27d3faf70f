import { KeyError } from "./keyError";
import { formatOpensshTime, lastSecond } from "./opensshTime";
import { networkForm } from "./sourceAddress";
import { isAlgorithmName } from "./sshAlgorithms";
import { type Restrictions, takeOptions } from "./sshdOptions";
import { parseSshKey, type SshKey } from "./sshKey";

/** A key as sshd is told about it. `notAfter`: ms since the epoch, the first moment without the key. */
export interface AuthorizedKey extends Restrictions {
  readonly algorithm: string;
  readonly base64: string;
  readonly comment: string | undefined;
}

/** What became of one line of a file, counted from 1. */
export type ImportedLine = { readonly line: number } & (
  | { readonly key: SshKey & Restrictions }
  | { readonly refused: string }
);

/** In UTF-16 units; 64 source addresses and the longest RSA key take 6000. */
const MAX_LINE = 32 * 1024;
const UNRESTRICTED: Restrictions = { sourceAddress: [], notAfter: undefined };

/**
 * One line for sshd, without its line feed (sshd(8), AUTHORIZED_KEYS FILE FORMAT).
 * @param expiry whether to state `expiry-time=`, whose `Z` OpenSSH before 9.1 does not understand
 * @throws KeyError if a source address is none
 * @throws RangeError if `notAfter` is before 1970-01-01T00:00:02Z or after the year 9999
 */
export function authorizedKeysLine(key: AuthorizedKey, { expiry }: { expiry: boolean }): string {
  const options: string[] = [];
  if (key.sourceAddress.length > 0) options.push(`from="${key.sourceAddress.map(networkForm).join(",")}"`);
  if (expiry && key.notAfter !== undefined) {
    options.push(`expiry-time="${formatOpensshTime(lastSecond(key.notAfter))}"`);
  }
  // A line feed in a comment would begin a line of its author's choice.
  const comment = key.comment?.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ");
  return [options.join(","), key.algorithm, key.base64, comment].filter(Boolean).join(" ");
}

/**
 * Parses an authorized_keys file for an import. Blank lines and comments are left out; every other line yields its key
 * with what its options say, or the reason why it is refused.
 */
export function parseAuthorizedKeysFile(text: string): readonly ImportedLine[] {
  return text
    .split(/\r?\n/)
    .map((content, index) => ({ line: index + 1, content: content.trim() }))
    .filter(({ content }) => content !== "" && !content.startsWith("#"))
    .map(({ line, content }) => ({ line, ...parseLine(content) }));
}

function parseLine(content: string): { key: SshKey & Restrictions } | { refused: string } {
  try {
    if (content.length > MAX_LINE) throw new KeyError(`A line must have at most ${MAX_LINE} characters.`);
    const { rest, ...restrictions } = startsWithKey(content)
      ? { rest: content, ...UNRESTRICTED }
      : takeOptions(content);
    // sshd knows no base64 alone.
    if (!startsWithKey(rest)) throw new KeyError("The key's algorithm must follow the options.");
    return { key: { ...parseSshKey(rest), ...restrictions } };
  } catch (error) {
    if (error instanceof KeyError) return { refused: error.reason };
    throw error;
  }
}

function startsWithKey(line: string): boolean {
  return isAlgorithmName(line.split(/[ \t]/, 1)[0] ?? "");
}
