import * as z from "zod/mini";
import { writeMethod } from "../../operation";
import { endSession } from "../../store/sessionChanges";
import { ok, targetUserId, text } from "../fields";

export const deleteSession = writeMethod({
  name: "user/deleteSession",
  summary: "Ends a session: its tokens work no more",
  access: "user:write",
  changes: "credentials",
  params: z.strictObject({ sessionId: text(1, 128, "Session id"), userId: targetUserId }),
  result: ok,
  errors: ["noSession"],
  example: { params: { sessionId: "VGhlIG5hbWUgb2YgaXQuLg" }, result: "OK" },
  async write({ sessionId, userId }, { caller, db, fail }) {
    if (!(await db.run(endSession(sessionId, userId ?? caller.userId)))) throw fail("noSession");
    return "OK" as const;
  },
});
