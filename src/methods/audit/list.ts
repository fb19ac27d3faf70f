import * as z from "zod/mini";
import { MAX_AUDIT_LIST_ROWS, MAX_AUDIT_SCAN_ROWS } from "../../limits";
import { readMethod } from "../../operation";
import { type AuditRow, auditBefore } from "../../store/audit";
import { AUDIT_ENTRY } from "../examples";
import { date, text } from "../fields";
import { auditEntry, auditEntryOf, cursor, cursorOf, placeOf } from "./entry";

const DEFAULT_ROWS = 100;

const filters = {
  userId: z.optional(text(1, 128, "Who acted")),
  apiKeyId: z.optional(text(1, 128, "The API key that acted")),
  method: z.optional(text(1, 128, "The method that was called")),
};
const FILTERS = ["userId", "apiKeyId", "method"] as const;

export const list = readMethod({
  name: "audit/list",
  summary: "Who changed what and who was refused, newest first",
  access: "audit:read",
  params: z.strictObject({
    ...filters,
    from: z.optional(date),
    before: z.optional(date),
    limit: z.optional(
      z.int().check(z.minimum(1), z.maximum(MAX_AUDIT_LIST_ROWS), z.meta({ description: "Entries at most" })),
    ),
    cursor: z.optional(cursor),
  }),
  result: z.strictObject({ list: z.array(auditEntry), cursor: z.optional(cursor) }),
  errors: [],
  readsAll: true,
  example: {
    params: { method: "pkiAdmin/setKey", limit: 1 },
    result: { list: [AUDIT_ENTRY] },
  },
  read: {
    query: ({ from = 0, before = Number.MAX_SAFE_INTEGER, cursor }) =>
      auditBefore(cursor === undefined ? { stamp: before, part: 0 } : placeOf(cursor), from),
    /** Filters look through the rows of one call alone: a page may be short, and its cursor tells where to go on. */
    answer(rows, { limit = DEFAULT_ROWS, ...params }) {
      const matches = rows.filter((row) =>
        FILTERS.every((f) => params[f] === undefined || row[f] === params[f]),
      );
      const page = matches.slice(0, limit);
      const last = lastSeen(rows, matches, page);
      return { list: page.map(auditEntryOf), ...(last && { cursor: cursorOf(last) }) };
    },
  },
});

/** The row behind which the next call goes on; undefined where nothing is left. */
function lastSeen(
  rows: readonly AuditRow[],
  matches: readonly AuditRow[],
  page: readonly AuditRow[],
): AuditRow | undefined {
  if (page.length < matches.length) return page.at(-1);
  return rows.length === MAX_AUDIT_SCAN_ROWS ? rows.at(-1) : undefined;
}
