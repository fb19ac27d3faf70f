import * as z from "zod/mini";
import { authorizedKeysLine } from "../../keys/authorizedKeysFile";
import { text } from "../../methods/fields";
import { type StoredSshKey, validKeysOf } from "../../store/sshKeys";
import { FINGERPRINT, PUBLIC_KEY } from "../examples";
import { readRoute } from "../route";

/** A `+` that was not encoded arrives as a space, which no fingerprint has. */
const fingerprint = z.pipe(
  text(1, 64, "Give this one key; a space counts as +"),
  z.transform((s: string) => s.replaceAll(" ", "+")),
);
const expiry = z
  .literal("none")
  .check(
    z.meta({ description: "Leave expiry-time= out, for OpenSSH before 9.1; do not keep such an answer" }),
  );

export const authorizedKeysFile = readRoute({
  name: "getAuthorizedKeysFile",
  summary: "The user's keys that are valid now, as sshd's AuthorizedKeysCommand prints them",
  http: { method: "GET", path: "/ssh/authorized_keys/{username}", gives: "text" },
  access: "ssh:read",
  params: z.strictObject({
    path: z.strictObject({ username: text(1, 128, "Username, compared byte for byte") }),
    query: z.object({ fingerprint: z.optional(fingerprint), expiry: z.optional(expiry) }),
  }),
  result: z.string(),
  errors: ["noUser"],
  example: {
    params: { path: { username: "joe" }, query: { fingerprint: FINGERPRINT } },
    result: `from="192.168.100.0/24",expiry-time="20320731173227Z" ssh-ed25519 ${PUBLIC_KEY} Joe's work laptop key\n`,
  },
  read: {
    query: ({ path, query }, by) => validKeysOf(path.username, query.fingerprint, by.now),
    answer(keys, { query }, { fail }) {
      if (!keys) throw fail("noUser");
      return keys.map((key) => `${lineOf(key, query.expiry !== "none")}\n`).join("");
    },
  },
});

const lineOf = (key: StoredSshKey, expiry: boolean): string =>
  authorizedKeysLine(
    {
      algorithm: key.algorithm,
      base64: key.publicKey,
      comment: key.comment ?? undefined,
      sourceAddress: JSON.parse(key.sourceAddress) as string[],
      notAfter: key.notAfter ?? undefined,
    },
    { expiry },
  );
