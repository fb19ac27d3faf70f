import * as z from "zod/mini";
import { fingerprint } from "../../keys/fingerprint";
import { text } from "../../methods/fields";
import { validKey } from "../../store/sshKeys";
import { KEY, PUBLIC_KEY, USERNAME } from "../examples";
import { publicKey } from "../fields";
import { readRoute } from "../route";
import { key } from "./fields";
import { keyAnswer } from "./keyAnswer";

export const resolveKey = readRoute({
  name: "resolveAuthorizedKey",
  summary: "Find the key with that public key that is valid now, of that username where one is given",
  http: { method: "POST", path: "/role-store/api/v1/authorizedkeys/resolve" },
  access: "ssh:read",
  params: z.strictObject({
    body: z.strictObject({
      username: z.optional(text(1, 128, "Optional username, compared byte for byte")),
      public_key: publicKey,
    }),
  }),
  result: key,
  errors: ["noSshKey"],
  example: { params: { body: { username: USERNAME, public_key: PUBLIC_KEY } }, result: KEY },
  read: {
    query: ({ body }, by) => validKey(fingerprint(body.public_key.blob), body.username, by.now),
    answer(found, _params, { now, fail }) {
      if (!found) throw fail("noSshKey");
      return keyAnswer(found, now());
    },
  },
});
