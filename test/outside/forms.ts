/** The ways in which bytes may lie in a file or a log. */

const ALPHABETS = ["base64", "base64url"] as const;
const SHIFTS = [0, 1, 2];

/** A secret as it is, in hex, and in base64 wherever it may begin in a longer text. */
export function formsOf(secret: Buffer): Buffer[] {
  const hex = secret.toString("hex");
  return [
    secret,
    Buffer.from(hex),
    Buffer.from(hex.toUpperCase()),
    ...ALPHABETS.flatMap((a) => shifted(secret, a)),
  ];
}

/** A text, and where it is base64 or hex also the bytes that it stands for. */
export function readingsOf(text: string): Buffer[] {
  const readings = [Buffer.from(text)];
  if (/^[\w+/-]+=*$/.test(text)) readings.push(Buffer.from(text, "base64"));
  return readings;
}

/**
 * Base64 writes 3 bytes as 4 letters, so a secret looks different at each offset modulo 3. Its first and last letters
 * depend on its neighbours and are left out.
 */
function shifted(secret: Buffer, alphabet: (typeof ALPHABETS)[number]): Buffer[] {
  return SHIFTS.map((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), secret])
      .toString(alphabet)
      .replace(/=+$/, "");
    const from = shift === 0 ? 0 : shift + 1;
    const to = (shift + secret.length) % 3 === 0 ? text.length : text.length - 1;
    return Buffer.from(text.slice(from, to));
  });
}
