import * as z from "zod/mini";
import { KeyError } from "../keys/keyError";
import { parseSourceAddress } from "../keys/sourceAddress";
import { parseSshKey } from "../keys/sshKey";
import { MAX_USERNAME_CHARS } from "../limits";
import { text } from "../methods/fields";
import { parseDateTime } from "./rfc3339";

/** Shared fields of the REST API, checked as those of the methods are: the message of a check says what is expected. */

const ID_CHARS = 128;

export const userId = text(1, ID_CHARS, "User ID");
export const userIdOrCurrent = text(1, ID_CHARS, "User ID, or `current` for the token's user");
export const keyId = text(1, ID_CHARS, "Key ID");

/** Fields that only the server sets. Clients send back what they read, so these may come, and have no effect. */
export const readOnly = (...names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, ignored]));
const ignored = z.optional(z.unknown()).check(z.meta({ description: "Read-only; ignored in requests" }));

const USERNAME = /^(?!-)(?!\.{1,2}$)[A-Za-z0-9._@+-]{1,128}$/;
export const username = z.string().check(
  z.refine(
    (s) => USERNAME.test(s),
    `1 to ${MAX_USERNAME_CHARS} of A-Z a-z 0-9 . _ @ + -, not starting with -, not . or ..`,
  ),
  z.meta({ maxLength: MAX_USERNAME_CHARS, description: "Unique without regard to case" }),
);

/** A transform that refuses by the reason of a KeyError. */
const parsed = <T>(parse: (text: string) => T, expected: string) =>
  z.transform((value: string, context: z.core.ParsePayload): T => {
    try {
      return parse(value);
    } catch (error) {
      if (!(error instanceof KeyError)) throw error;
      context.issues.push({ code: "custom", message: `${expected}: ${error.reason}`, input: "" });
      return z.NEVER;
    }
  });

export const publicKey = z.pipe(
  z
    .string()
    .check(z.meta({ description: "OpenSSH line, its base64 blob alone, or RFC 4716 text: one public key" })),
  parsed(parseSshKey, "an SSH public key"),
);

export const sourceAddress = z.string().check(
  (payload) => {
    try {
      parseSourceAddress(payload.value);
    } catch (error) {
      if (!(error instanceof KeyError)) throw error;
      payload.issues.push({ code: "custom", message: `another address: ${error.reason}`, input: "" });
    }
  },
  z.meta({ description: "IP address or CIDR range" }),
);

/** ms since 1970 */
export const dateTime = (description: string) =>
  z.pipe(
    z.string().check(z.meta({ format: "date-time", description })),
    z.transform((value: string, context: z.core.ParsePayload): number => {
      const ms = parseDateTime(value);
      if (ms !== undefined) return ms;
      const message = "a date-time of RFC 3339, such as 2020-07-31T17:32:28Z";
      context.issues.push({ code: "custom", message, input: "" });
      return z.NEVER;
    }),
  );

/** A date-time in an answer. */
export const time = z.string().check(z.meta({ format: "date-time" }));

export const created = z.strictObject({ id: z.string() });
