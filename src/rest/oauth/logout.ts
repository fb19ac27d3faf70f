import * as z from "zod/mini";
import { endSession } from "../../store/sessionChanges";
import { writeRoute } from "../route";

export const logout = writeRoute({
  name: "logout",
  summary: "End the session of the token shown",
  http: { method: "POST", path: "/auth/api/v1/logout", gives: "nothing" },
  access: "authenticated",
  changes: "credentials",
  params: z.strictObject({}),
  result: z.undefined(),
  errors: [],
  example: { params: {}, result: undefined },
  async write(_params, { caller, db }) {
    // An API key that shows its own secret has no session to end.
    if (caller.sessionId !== null) await db.run(endSession(caller.sessionId, caller.userId));
    return undefined;
  },
});
