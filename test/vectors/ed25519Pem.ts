import { toBase64 } from "../../src/bytes";

/** Ed25519 public keys in PEM, and what only looks like one. Names say what is wrong. */

const bytes = (hex: string) => Uint8Array.from(hex.match(/../g) ?? [], (b) => Number.parseInt(b, 16));
const pem = (body: string, label = "PUBLIC KEY") =>
  `-----BEGIN ${label}-----\n${body}\n-----END ${label}-----\n`;
const SPKI = "302a300506032b6570032100";
const spki = (point: string, prefix = SPKI) => pem(toBase64(bytes(prefix + point)));

/** RFC 8410, section 10.1. */
const BODY = "MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=";
const POINT = "19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1";

export const RFC_8410 = { text: pem(BODY), point: POINT };

export const GOOD: readonly (readonly [name: string, text: string])[] = [
  ["the example of RFC 8410", pem(BODY)],
  ["with line breaks of Windows", pem(BODY).replaceAll("\n", "\r\n")],
  ["without a line break at its end", pem(BODY).trimEnd()],
  ["with space around it", `\n  ${pem(BODY)}\n\n`],
  ["of 1,024 characters", pem(BODY).padEnd(1024, "\n")],
  ["with its body on several lines", pem(`${BODY.slice(0, 20)}\n${BODY.slice(20, 40)}\n${BODY.slice(40)}`)],
];

export const BAD: readonly (readonly [name: string, text: string])[] = [
  ["nothing", ""],
  ["the base64 alone", BODY],
  ["no end line", pem(BODY).split("-----END")[0] as string],
  ["an empty body", pem("")],
  ["two keys", pem(BODY) + pem(BODY)],
  ["text after its body", pem(BODY).replace("=\n", "=\n!")],
  ["text before it", `Key: ${pem(BODY)}`],
  ["the label of a private key", pem(BODY, "PRIVATE KEY")],
  ["the label of PKCS #1", pem(BODY, "RSA PUBLIC KEY")],
  ["the label of a certificate", pem(BODY, "CERTIFICATE")],
  ["labels that differ", pem(BODY).replace("END PUBLIC", "END PRIVATE")],
  ["letters that base64 does not have", pem(BODY.replace("M", "!"))],
  ["base64 of the URL kind", pem(BODY.replace("Z9w7", "_9w-"))],
  ["base64 without its padding", pem(BODY.replace("=", ""))],
  ["base64 whose last bits are not zero", pem(BODY.replace("E=", "F="))],
  [
    "a private key (RFC 8410, section 10.3)",
    pem("MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC"),
  ],
  ["an X25519 key", spki(POINT, SPKI.replace("6570", "656e"))],
  ["an Ed448 identifier", spki(POINT, SPKI.replace("6570", "6571"))],
  ["a point of 31 bytes", spki(POINT.slice(2))],
  ["a byte after the point", spki(`${POINT}00`)],
  ["bits said to be unused", spki(POINT, SPKI.replace(/00$/, "01"))],
  ["parameters beside the algorithm", spki(POINT, "302c300706032b65700500032100")],
  ["the point alone, without its wrapping", pem(toBase64(bytes(POINT)))],
  ["a point that is not on the curve", spki(`02${"00".repeat(31)}`)],
  ["the neutral point", spki(`01${"00".repeat(31)}`)],
  ["the neutral point with a sign", spki(`01${"00".repeat(30)}80`)],
  ["the point of order 2", spki(`ec${"ff".repeat(30)}7f`)],
  ["a point of order 4", spki("00".repeat(32))],
  ["the other point of order 4", spki(`${"00".repeat(31)}80`)],
  ["a point of order 8", spki("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05")],
  ["a second point of order 8", spki("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85")],
  ["a third point of order 8", spki("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a")],
  ["a fourth point of order 8", spki("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa")],
  ["a coordinate that is the field's prime", spki(`ed${"ff".repeat(30)}7f`)],
  ["a coordinate beyond the prime", spki(`f0${"ff".repeat(30)}7f`)],
  ["more text than any key has", pem(`${BODY}${"\n".repeat(1024)}`)],
];
