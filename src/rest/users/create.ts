import * as z from "zod/mini";
import { randomUuid } from "../../ids";
import { addUser } from "../../store/userChanges";
import { USER_ID, USERNAME } from "../examples";
import { created } from "../fields";
import { writeRoute } from "../route";
import { profileJson, userBody } from "./fields";

export const createUser = writeRoute({
  name: "createLocalUser",
  summary: "Create a user",
  http: { method: "POST", path: "/local-user-store/api/v1/users", status: 201 },
  access: "user:write",
  changes: "directory",
  params: z.strictObject({ body: userBody }),
  result: created,
  errors: ["usernameTaken"],
  example: {
    params: { body: { username: USERNAME, full_name: "Joe Example" } },
    result: { id: USER_ID },
  },
  async write({ body }, { caller, db, random, now, fail }) {
    const id = randomUuid(random);
    const user = {
      id,
      username: body.username,
      profile: profileJson(body),
      author: caller.userId,
      now: now(),
    };
    if (!(await db.run(addUser(user)))) throw fail("usernameTaken");
    return { id };
  },
});
