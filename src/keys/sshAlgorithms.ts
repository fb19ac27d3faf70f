import { checkEd25519Point, checkNistPoint, NIST_CURVES } from "./curve";
import { KeyError } from "./keyError";
import { WireReader } from "./sshWire";

const MIN_RSA_BITS = 2048;
const MAX_RSA_BITS = 16384;
/** OpenSSL verifies nothing with a longer exponent when the modulus has more than 3072 bits. */
const MAX_RSA_EXPONENT_BITS = 64;
const MAX_APPLICATION_BYTES = 255;

/** Of each accepted algorithm: reads what follows its name in the blob and returns the key's size in bits. */
const BODY = {
  "ssh-ed25519": readEd25519,
  "ecdsa-sha2-nistp256": (reader) => readEcdsa(reader, "nistp256"),
  "ecdsa-sha2-nistp384": (reader) => readEcdsa(reader, "nistp384"),
  "ecdsa-sha2-nistp521": (reader) => readEcdsa(reader, "nistp521"),
  "ssh-rsa": readRsa,
  "sk-ssh-ed25519@openssh.com": (reader) => withApplication(reader, readEd25519(reader)),
  "sk-ecdsa-sha2-nistp256@openssh.com": (reader) => withApplication(reader, readEcdsa(reader, "nistp256")),
} as const satisfies Record<string, (reader: WireReader) => number>;

/** The public key algorithms that are accepted, by the names of RFC 4253, RFC 5656, RFC 8709 and PROTOCOL.u2f. */
export type SshAlgorithm = keyof typeof BODY;

export const SSH_ALGORITHMS = Object.keys(BODY) as readonly SshAlgorithm[];

/** Why keys of a known algorithm are refused; undefined if they are not. */
export function refusal(name: string): string | undefined {
  if (name === "ssh-dss") return "DSA keys are refused, OpenSSH has dropped them: make an Ed25519 key.";
  if (name.endsWith("-cert-v01@openssh.com")) return "Certificates are refused: send the plain public key.";
  return undefined;
}

/** Whether the name is that of an algorithm, accepted or refused, and so may begin an OpenSSH line. */
export function isAlgorithmName(name: string): boolean {
  return isAccepted(name) || refusal(name) !== undefined;
}

/**
 * Reads a public key's blob to its end.
 * @throws KeyError
 */
export function readBlob(blob: Uint8Array): { algorithm: SshAlgorithm; bits: number } {
  const reader = new WireReader(blob);
  const algorithm = reader.name();
  if (!isAccepted(algorithm)) {
    throw new KeyError(refusal(algorithm) ?? `The key is none of ${SSH_ALGORITHMS.join(", ")}.`);
  }
  const bits = BODY[algorithm](reader);
  reader.end();
  return { algorithm, bits };
}

function isAccepted(name: string): name is SshAlgorithm {
  return Object.hasOwn(BODY, name);
}

/** RFC 8709 section 4. */
function readEd25519(reader: WireReader): number {
  checkEd25519Point(reader.string());
  return 256;
}

/** RFC 5656 section 3.1. */
function readEcdsa(reader: WireReader, name: keyof typeof NIST_CURVES): number {
  if (reader.name() !== name) throw new KeyError("The ECDSA key's curve is not that of its algorithm.");
  checkNistPoint(reader.string(), NIST_CURVES[name]);
  return NIST_CURVES[name].bits;
}

/** RFC 4253 section 6.6. */
function readRsa(reader: WireReader): number {
  const exponent = reader.natural();
  const modulus = reader.natural();
  if (!isOdd(exponent) || bitLength(exponent) < 2 || bitLength(exponent) > MAX_RSA_EXPONENT_BITS) {
    throw new KeyError(
      `The RSA key's exponent must be odd, from 3 on, of at most ${MAX_RSA_EXPONENT_BITS} bits.`,
    );
  }
  const bits = bitLength(modulus);
  if (bits < MIN_RSA_BITS || bits > MAX_RSA_BITS) {
    throw new KeyError(`An RSA key must have ${MIN_RSA_BITS} to ${MAX_RSA_BITS} bits.`);
  }
  if (!isOdd(modulus)) throw new KeyError("The RSA key is damaged: its modulus is even.");
  return bits;
}

/** The `application` string that ends a security key's blob (OpenSSH's PROTOCOL.u2f), such as `ssh:`. */
function withApplication(reader: WireReader, bits: number): number {
  const application = reader.string();
  if (application.length === 0 || application.length > MAX_APPLICATION_BYTES) {
    throw new KeyError(`The security key's application must have 1 to ${MAX_APPLICATION_BYTES} bytes.`);
  }
  if (!isPlainUtf8(application)) {
    throw new KeyError("The security key's application is not UTF-8 text without control characters.");
  }
  return bits;
}

function isPlainUtf8(bytes: Uint8Array): boolean {
  try {
    return !/\p{Cc}/u.test(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    return false;
  }
}

function isOdd(magnitude: Uint8Array): boolean {
  return ((magnitude.at(-1) ?? 0) & 1) === 1;
}

/** Of a magnitude without leading zeros. */
function bitLength(magnitude: Uint8Array): number {
  const [first] = magnitude;
  return first === undefined ? 0 : magnitude.length * 8 - (Math.clz32(first) - 24);
}
