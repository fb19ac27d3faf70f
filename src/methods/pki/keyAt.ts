import type { Context } from "../../context";
import type { KeyOwner } from "../../finality/history";
import type { By } from "../../operation";
import { entryAt, type Reading } from "../../store/keyReading";
import { refreshHistories, rememberReadings } from "./keyMemory";

type Asked = KeyOwner & { date: number };

/** The entry in force at a date: how both methods that ask for it find it, in memory where the answer is final. */
export const keyAt = {
  query: (asked: Asked, { histories }: By) =>
    entryAt(asked, asked.date, histories.isReplaced(asked, asked.date)),
  recall(asked: Asked, { memory: { histories }, now }: Context): Reading | undefined {
    const [entry] = histories.find(asked, asked.date, asked.date, now()) ?? [];
    return entry && { owner: asked, entry };
  },
  remember: (reading: Reading, context: Context, askedAt: number) =>
    rememberReadings([reading], context, askedAt),
  refresh: refreshHistories,
};
