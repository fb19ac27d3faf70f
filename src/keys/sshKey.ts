import { decodeBase64 } from "./base64";
import { KeyError } from "./keyError";
import { isRfc4716, parseRfc4716 } from "./rfc4716";
import { isAlgorithmName, readBlob, refusal, type SshAlgorithm } from "./sshAlgorithms";

/** In UTF-16 units; the longest accepted key, RSA of 16384 bits, takes 2800. */
const MAX_TEXT = 32 * 1024;
/** In Unicode code points. */
const MAX_COMMENT = 1024;

/** PEM and RFC 4716 look-alikes, PuTTY's file, and the base64 of OpenSSH's magic `openssh-key-v1`. */
const PRIVATE_KEY = /^-{4,5} ?BEGIN [A-Z0-9 ]*PRIVATE KEY|^PuTTY-User-Key-File|^b3BlbnNzaC1rZXktdj/m;
/** Up to three fields between blanks; the third, the comment, keeps its own. */
const FIELDS = /^([^ \t]+)(?:[ \t]+([^ \t]+)(?:[ \t]+(.*))?)?$/s;

export interface SshKey {
  readonly algorithm: SshAlgorithm;
  /** The key in SSH's wire format (RFC 4253 section 6.6), which begins with the algorithm's name. */
  readonly blob: Uint8Array;
  /** The blob in canonical, padded base64. */
  readonly base64: string;
  readonly comment: string | undefined;
  /** Of an RSA key its modulus, else its curve, in bits: the figure that `ssh-keygen -l` prints. */
  readonly bits: number;
}

interface KeyText {
  readonly base64: string;
  /** What the text says before the base64, if it says it. */
  readonly algorithm?: string;
  readonly comment: string | undefined;
}

/**
 * Parses one public key: an OpenSSH line (`ssh-ed25519 AAAA… comment`), its base64 blob alone, or RFC 4716 text. White
 * space around it is ignored.
 * @throws KeyError for everything else, for private keys, options before the key, DSA and certificates
 */
export function parseSshKey(text: string): SshKey {
  if (text.length > MAX_TEXT) throw new KeyError(`The key's text must have at most ${MAX_TEXT} characters.`);
  const trimmed = text.trim();
  if (PRIVATE_KEY.test(trimmed)) {
    throw new KeyError(
      "This is a PRIVATE key, which nobody else may see: send the public key, a file that ends in .pub.",
    );
  }
  const { base64, algorithm, comment }: KeyText = isRfc4716(trimmed)
    ? parseRfc4716(trimmed)
    : parseLine(trimmed);
  checkComment(comment);
  const blob = decodeBase64(base64);
  const read = readBlob(blob);
  if (algorithm !== undefined && algorithm !== read.algorithm) {
    throw new KeyError("The algorithm at the line's start is not the one inside the key.");
  }
  return { ...read, blob, base64, comment };
}

/** sshd(8), AUTHORIZED_KEYS FILE FORMAT, without options. */
function parseLine(line: string): KeyText {
  if (line === "") throw new KeyError("The key is empty.");
  if (line.startsWith("-----BEGIN")) {
    throw new KeyError(
      "PEM keys are refused: `ssh-keygen -i -m PKCS8 -f FILE` converts one into an OpenSSH line.",
    );
  }
  if (/[\r\n]/.test(line)) throw new KeyError("Send exactly one key, on one line.");
  const [, first = "", second, comment] = FIELDS.exec(line) ?? [];
  const refused = refusal(first);
  if (refused !== undefined) throw new KeyError(refused);
  if (!isAlgorithmName(first)) {
    if (second === undefined) return { base64: first, comment: undefined };
    throw new KeyError(
      "The line must begin with the key's algorithm, such as ssh-ed25519, with no options before it.",
    );
  }
  if (second === undefined)
    throw new KeyError("The key itself is missing: base64 text must follow the algorithm.");
  return { algorithm: first, base64: second, comment };
}

function checkComment(comment = ""): void {
  if ([...comment].length > MAX_COMMENT) {
    throw new KeyError(`The key's comment must have at most ${MAX_COMMENT} characters.`);
  }
  if (!comment.isWellFormed() || /[\p{Cc}\p{Zl}\p{Zp}]/u.test(comment)) {
    throw new KeyError(
      "The key's comment must not contain control characters, line separators or broken Unicode.",
    );
  }
}
