import * as z from "zod/mini";
import { auditEntryOf, cursor, cursorOf, placeOf } from "../../methods/audit/entry";
import { AUDIT_ENTRY } from "../../methods/examples";
import { auditAfter } from "../../store/audit";
import { readRoute } from "../route";

const START = "0.0";

export const exportAudit = readRoute({
  name: "exportAudit",
  summary:
    "The audit trail as NDJSON, oldest first, a piece at a time: go on with the `cursor` of its last line until nothing comes",
  http: { method: "GET", path: "/audit/export", gives: "text" },
  access: "audit:read",
  params: z.strictObject({ query: z.strictObject({ after: z.optional(cursor) }) }),
  result: z.string(),
  errors: [],
  readsAll: true,
  example: {
    params: { query: {} },
    result: `${JSON.stringify({ cursor: "1752006667020.0", ...AUDIT_ENTRY })}\n`,
  },
  read: {
    query: ({ query: { after } }) => auditAfter(placeOf(after ?? START)),
    answer: (rows) =>
      rows.map((row) => `${JSON.stringify({ cursor: cursorOf(row), ...auditEntryOf(row) })}\n`).join(""),
  },
});
