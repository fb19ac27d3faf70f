import type { ChangeOutcome } from "../../store/apiKeyChanges";

const REFUSALS = {
  noUser: "noUser",
  noApiKey: "noApiKey",
  notOwned: "accessDenied",
  lastOwnerKey: "accessDenied",
  notCovered: "insufficientScope",
} as const satisfies Record<Exclude<ChangeOutcome, "done">, string>;

/** The error that tells why an API key was not changed. */
export const refusalOf = (outcome: keyof typeof REFUSALS) => REFUSALS[outcome];
