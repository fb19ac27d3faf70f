import { describe, expect, test } from "vitest";
import { ed25519FromPem } from "../../src/keys/ed25519Pem";
import { KeyError } from "../../src/keys/keyError";
import { ed25519Signer } from "../signers";
import { BAD, GOOD, RFC_8410 } from "../vectors/ed25519Pem";

const hex = (bytes: Uint8Array) => Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");

describe("accepted", () => {
  test.each(GOOD)("%s", (_name, text) => {
    expect(hex(ed25519FromPem(text))).toBe(RFC_8410.point);
  });

  test("keys that WebCrypto makes", async () => {
    for (let n = 0; n < 20; n++) expect(ed25519FromPem((await ed25519Signer()).pem)).toHaveLength(32);
  });
});

describe("refused, with a reason and without an echo", () => {
  test("naming what is missing", () => {
    expect(() => ed25519FromPem("")).toThrow("BEGIN PUBLIC KEY");
  });

  test.each(BAD)("%s", (_name, text) => {
    expect(() => ed25519FromPem(text)).toThrow(KeyError);
    expect(() => ed25519FromPem(text)).toThrow(/PEM|Ed25519/);
  });
});
