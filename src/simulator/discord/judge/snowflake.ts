const DISCORD_EPOCH_MS = 1_420_070_400_000;
const SEQUENCE_BITS = 22n;
// Ids of fewer than 17 digits are not recognised as ids by clients that cut them out of a path with \d{17,19}.
const SMALLEST_ID = 10n ** 16n;

/** Makes ids of 17 to 19 digits that only grow, also within one millisecond and when the clock steps back. */
export function createSnowflakes(now: () => number): () => string {
  let last = SMALLEST_ID - 1n;
  return () => {
    const fresh = BigInt(Math.trunc(now()) - DISCORD_EPOCH_MS) << SEQUENCE_BITS;
    last = fresh > last ? fresh : last + 1n;
    return last.toString();
  };
}

/** The Unix time in milliseconds at which the id was made. */
export function snowflakeTime(id: string): number {
  return Number(BigInt(id) >> SEQUENCE_BITS) + DISCORD_EPOCH_MS;
}
