/** `base` to the `exponent`, modulo the prime `p`. For public numbers alone: its time depends on them. */
export function power(base: bigint, exponent: bigint, p: bigint): bigint {
  let result = 1n;
  for (const bit of exponent.toString(2)) {
    result = (result * result) % p;
    if (bit === "1") result = (result * base) % p;
  }
  return result < 0n ? result + p : result;
}
