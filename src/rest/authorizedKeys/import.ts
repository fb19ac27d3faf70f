import * as z from "zod/mini";
import { parseAuthorizedKeysFile } from "../../keys/authorizedKeysFile";
import { MAX_IMPORT_LINES } from "../../limits";
import { registerKeys } from "../../store/sshKeyRegistration";
import { FINGERPRINT, KEY_ID, PUBLIC_KEY, USER_ID } from "../examples";
import { writeRoute } from "../route";
import { subjectOf } from "../subject";
import { ofUser } from "./fields";
import { outcomeOfLine, prepareImport } from "./importLines";

const text = z.string().check(
  z.refine((s) => s.split("\n").length <= MAX_IMPORT_LINES, `a file of at most ${MAX_IMPORT_LINES} lines`),
  z.meta({ description: "An authorized_keys file; of options, from= and expiry-time= are taken over" }),
);

const line = z.strictObject({
  line: z.int().check(z.meta({ description: "Counted from 1" })),
  result: z.enum(["added", "known", "refused"]),
  id: z.optional(z.string()),
  fingerprint: z.optional(z.string()),
  reason: z.optional(z.string()),
});

export const importKeys = writeRoute({
  name: "importAuthorizedKeys",
  summary: "Register the keys of an authorized_keys file for a user; to import a file again changes nothing",
  http: {
    method: "POST",
    path: "/role-store/api/v1/users/{user_id}/authorizedkeys/import",
    takes: "text",
  },
  access: "ssh:write",
  changes: "directory",
  params: z.strictObject({ path: ofUser, body: text }),
  result: z.strictObject({ added: z.int(), known: z.int(), refused: z.int(), items: z.array(line) }),
  errors: ["noUser"],
  example: {
    params: { path: { user_id: USER_ID }, body: `ssh-ed25519 ${PUBLIC_KEY} joe@example.com\n` },
    result: {
      added: 1,
      known: 0,
      refused: 0,
      items: [{ line: 1, result: "added", id: KEY_ID, fingerprint: FINGERPRINT }],
    },
  },
  async write({ path, body }, call) {
    const { caller, db, now, fail } = call;
    const userId = subjectOf(path.user_id, "ssh:write", call);
    const { keys, lines } = prepareImport(parseAuthorizedKeysFile(body), call);
    const outcomes = await db.run(registerKeys(userId, keys, caller.userId, now()));
    if (!outcomes) throw fail("noUser");
    const items = lines.map((l) => outcomeOfLine(l, keys, outcomes));
    const count = (result: string) => items.filter((item) => item.result === result).length;
    return { added: count("added"), known: count("known"), refused: count("refused"), items };
  },
});
