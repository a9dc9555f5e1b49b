import type { Clock } from '../core/clock.ts';

/** A lowered limit rises by one each time this has passed. */
const RISE_MS = 60_000;

export interface RecoveringLimit {
  current(): number;
  /** From now on it is this, and recovers up to this. */
  set(limit: number): void;
  /** Never raises it. */
  lowerTo(limit: number): void;
  /** By the monotonic clock. */
  nextRiseAt(): number;
}

/** A limit that may be lowered for a while: each minute without that gives one back. Needs no timer. */
export function createRecoveringLimit({ limit, clock }: { limit: number; clock: Clock }): RecoveringLimit {
  let full = limit;
  let lowered: { to: number; at: number } | undefined;

  const rises = (at: number) => Math.floor((clock.monotonic() - at) / RISE_MS);

  function current(): number {
    if (lowered && lowered.to + rises(lowered.at) >= full) lowered = undefined;
    return lowered ? lowered.to + rises(lowered.at) : full;
  }

  return {
    current,
    set(limit) {
      full = limit;
      lowered = undefined;
    },
    lowerTo(limit) {
      lowered = { to: Math.min(current(), limit), at: clock.monotonic() };
    },
    nextRiseAt() {
      return lowered && current() < full ? lowered.at + (rises(lowered.at) + 1) * RISE_MS : Infinity;
    },
  };
}
