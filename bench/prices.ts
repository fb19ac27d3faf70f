/**
 * Cloudflare's list prices on the Workers Paid plan, in dollars beyond what the plan includes
 * (developers.cloudflare.com/workers/platform/pricing). The only place where a price stands.
 */
export const PRICES = {
  workersRequest: 0.3e-6,
  d1RowRead: 0.001e-6,
  d1RowWritten: 1e-6,
} as const;

/** What one call used. */
export interface Usage {
  readonly rowsRead: number;
  readonly rowsWritten: number;
}

/** Dollars for a million such calls, each a request of its own; CPU time is $0.02 for a million milliseconds. */
export const dollarsPerMillion = ({ rowsRead, rowsWritten }: Usage): number =>
  1e6 * (PRICES.workersRequest + rowsRead * PRICES.d1RowRead + rowsWritten * PRICES.d1RowWritten);
