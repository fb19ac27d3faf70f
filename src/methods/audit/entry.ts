import * as z from "zod/mini";
import type { AuditPlace, AuditRow } from "../../store/audit";
import { timestamp } from "../fields";

/** A place in the trail, as clients pass it on. */
export const cursor = z
  .string()
  .check(
    z.regex(/^[0-9]{1,16}\.[0-9]{1,9}$/, "a cursor from an earlier answer"),
    z.meta({ description: "Where an earlier answer ended; absent at the end" }),
  );

export const cursorOf = ({ stamp, part }: AuditPlace): string => `${stamp}.${part}`;

export function placeOf(text: string): AuditPlace {
  const [stamp, part] = text.split(".");
  return { stamp: Number(stamp), part: Number(part) };
}

/** One object that a call changed, or one refusal. */
export const auditEntry = z.strictObject({
  date: timestamp,
  part: z.int().check(z.meta({ description: "Counts what one call changed, from 0" })),
  method: z.string(),
  action: z
    .string()
    .check(z.meta({ description: "What happened to which kind of object; `refused` for a refusal" })),
  subject: z.optional(z.record(z.string(), z.string())),
  code: z.optional(z.int().check(z.meta({ description: "Why it was refused" }))),
  count: z.optional(
    z.int().check(z.meta({ description: "Refusals of that hour, where one entry stands for many" })),
  ),
  userId: z.optional(z.string()),
  apiKeyId: z.optional(z.string()),
  sessionId: z.optional(z.string()),
  address: z.optional(z.string()),
  requestId: z.optional(z.string()),
});

/** A row as it is answered: what it does not have is absent. */
export function auditEntryOf({ stamp, subject, ...row }: AuditRow): z.output<typeof auditEntry> {
  const given = Object.entries(row).filter(([, value]) => value !== null && value !== "");
  const rest = Object.fromEntries(given) as Pick<z.output<typeof auditEntry>, "part" | "method" | "action">;
  return { date: stamp, ...rest, ...(subject !== null && { subject: JSON.parse(subject) }) };
}
