import { WINDOW_MS } from './window.ts';

/** Before any request has ended. */
const FIRST_HOLD_MS = 10_000;
const KEPT_HOLDS = 50;

/** What decides when the next requests can start; times are the monotonic clock's. */
export interface Prospect {
  now: number;
  /** Of the window, oldest first. */
  starts: readonly number[];
  requestsPerMinute: number;
  shutUntil: number | undefined;
  /** When the requests that run were started. */
  runningSince: readonly number[];
  maxConcurrent: number;
  /** How long a request is expected to run. */
  holdMs: number;
}

/**
 * When each of the next `count` requests is expected to start: a start needs the one that is `requestsPerMinute` before it
 * to have left the window, and of all before it at most `maxConcurrent - 1` to run still.
 */
export function expectedStarts(prospect: Prospect, count: number): number[] {
  const { now, starts, requestsPerMinute, shutUntil = now, runningSince, maxConcurrent, holdMs } = prospect;
  // In order of time, as all are taken to run for the same time.
  const ends = runningSince.map((since) => since + holdMs).sort((a, b) => a - b);
  const expected: number[] = [];
  const startAt = (index: number) => starts[index] ?? expected[index - starts.length] ?? -Infinity;
  const endAt = (index: number) => ends[index] ?? (expected[index - ends.length] ?? -Infinity) + holdMs;
  for (let index = 0; index < count; index++) {
    const roomAt = startAt(starts.length + index - requestsPerMinute) + WINDOW_MS;
    const placeAt = endAt(ends.length + index - maxConcurrent);
    expected.push(Math.max(now, shutUntil, roomAt, placeAt, expected.at(-1) ?? now));
  }
  return expected;
}

export interface HoldTimes {
  record(heldMs: number): void;
  meanMs(): number;
}

/** How long the newest requests ran. */
export function createHoldTimes(): HoldTimes {
  const kept: number[] = [];
  return {
    record(heldMs) {
      kept.push(heldMs);
      if (kept.length > KEPT_HOLDS) kept.shift();
    },
    meanMs() {
      return kept.length === 0 ? FIRST_HOLD_MS : kept.reduce((total, heldMs) => total + heldMs, 0) / kept.length;
    },
  };
}
