import { KeyError } from "./keyError";

const LENGTH_BYTES = 4;
const LATIN1 = new TextDecoder("latin1");

/** Reads the data types of RFC 4251 section 5 from a public key's blob, in order. Every method throws KeyError. */
export class WireReader {
  readonly #bytes: Uint8Array;
  #offset = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** `string`: a 32-bit length and that many bytes. */
  string(): Uint8Array {
    const left = this.#bytes.length - this.#offset;
    if (left < LENGTH_BYTES) throw cutShort();
    const at = this.#bytes.byteOffset + this.#offset;
    const length = new DataView(this.#bytes.buffer, at, LENGTH_BYTES).getUint32(0);
    if (length > left - LENGTH_BYTES) throw cutShort();
    const start = this.#offset + LENGTH_BYTES;
    this.#offset = start + length;
    return this.#bytes.subarray(start, this.#offset);
  }

  /** `string` that holds a name. Bytes outside ASCII become characters that no name contains. */
  name(): string {
    return LATIN1.decode(this.string());
  }

  /**
   * `mpint` from 0 on: its magnitude, big-endian, without leading zeros. Unnecessary leading bytes are refused, as
   * RFC 4251 says; OpenSSH would drop them and so see a key with another fingerprint.
   */
  natural(): Uint8Array {
    const bytes = this.string();
    const [first = 1, second = 0] = bytes;
    if (first >= 0x80) throw new KeyError("The key is damaged: a number in it is negative.");
    if (first !== 0) return bytes;
    if (second < 0x80) throw new KeyError("The key is damaged: a number in it has needless leading zeros.");
    return bytes.subarray(1);
  }

  /** Nothing may follow. */
  end(): void {
    if (this.#offset !== this.#bytes.length) {
      throw new KeyError("The key is damaged: bytes follow after its end.");
    }
  }
}

function cutShort(): KeyError {
  return new KeyError("The key is cut short or damaged: copy all of it again.");
}
