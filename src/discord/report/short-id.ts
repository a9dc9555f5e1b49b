const RADIX = 36;
const SHORT = /^[\da-z]{1,13}$/;

/** An id of Discord in at most 13 characters, so that custom ids have room for two of them. */
export function shortId(id: string): string {
  return BigInt(id).toString(RADIX);
}

/** Undefined for what {@link shortId} did not make. */
export function longId(short: string): string | undefined {
  if (!SHORT.test(short)) return undefined;
  // Exact, as numbers of this length are not.
  return Array.from(short)
    .reduce((sum, digit) => sum * BigInt(RADIX) + BigInt(Number.parseInt(digit, RADIX)), 0n)
    .toString();
}
