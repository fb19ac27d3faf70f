/** Something else did not answer in time. */
export class OutOfTime extends Error {}

/**
 * What `work` gives, if it settles within `ms`; what it does after that is lost.
 * @throws what `work` throws, or OutOfTime with that message
 */
export async function withinTime<T>(work: Promise<T>, ms: number, message: string): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new OutOfTime(message)), ms);
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
