/** How many calls meet. Even, so that two sides of a conflict get as many each. */
export const RACERS = 50;

/** Calls that conflict: `call` is made for 0 to 49 at the same moment. */
export interface Race {
  /** Gives how it ended: a JSON-RPC code (0 for success), or an HTTP status. */
  call(i: number): Promise<number | string>;
  /** How many calls end in which way. Null where that is for chance to say; `after` then judges. */
  readonly expected: Readonly<Record<string, number>> | null;
  /** What must be so afterwards, beside the invariants. */
  after?(outcomes: readonly (number | string)[]): Promise<void>;
}

/** By operation and promise: each prepares a race on an empty database. */
export type Races = Readonly<Record<string, Readonly<Record<string, () => Promise<Race>>>>>;

export function tally(outcomes: readonly (number | string)[]): Record<string, number> {
  return Object.fromEntries([...Map.groupBy(outcomes, String)].map(([end, all]) => [end, all.length]));
}
