import * as z from "zod/mini";
import { randomUuid } from "../../ids";
import { MAX_SSH_KEYS } from "../../limits";
import { registerKeys } from "../../store/sshKeyRegistration";
import { KEY_BODY, KEY_ID, USER_ID } from "../examples";
import { created } from "../fields";
import { writeRoute } from "../route";
import { subjectOf } from "../subject";
import { keyBody, ofUser } from "./fields";
import { keyFields } from "./keyFields";

export const createKey = writeRoute({
  name: "createAuthorizedKey",
  summary: "Register an authorized key for a user",
  http: { method: "POST", path: "/role-store/api/v1/users/{user_id}/authorizedkeys", status: 201 },
  access: "self:write",
  changes: "directory",
  params: z.strictObject({ path: ofUser, body: keyBody }),
  result: created,
  errors: ["noUser", "sshKeyTaken"],
  example: { params: { path: { user_id: USER_ID }, body: KEY_BODY }, result: { id: KEY_ID } },
  async write({ path, body }, call) {
    const { caller, db, random, now, fail } = call;
    const userId = subjectOf(path.user_id, "ssh:write", call);
    const key = { id: randomUuid(random), ...keyFields(body, call) };
    const outcomes = await db.run(registerKeys(userId, [key], caller.userId, now()));
    switch (outcomes?.[0]?.kind) {
      case "added":
        return { id: key.id };
      case "known":
      case "taken":
        throw fail("sshKeyTaken");
      case "compromised":
        throw fail(
          "invalidParams",
          "public_key: expected a key that was not reported as compromised",
          "public_key",
        );
      case "full":
        throw fail("invalidParams", `the user has ${MAX_SSH_KEYS} keys already, which is the bound`);
      case undefined:
        throw fail("noUser");
    }
  },
});
