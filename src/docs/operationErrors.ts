import { COMMON_ERRORS, type ErrorName } from "../errors";
import type { Operation } from "../operation";

const OF_CREDENTIALS: readonly ErrorName[] = ["unauthorized", "insufficientScope"];

/** Every error a call may be answered with: those it shares with all others, then its own. */
export const errorsOf = ({ access, errors }: Operation): ErrorName[] => [
  ...new Set([
    ...COMMON_ERRORS.filter((error) => access !== "everyone" || !OF_CREDENTIALS.includes(error)),
    ...errors,
  ]),
];
