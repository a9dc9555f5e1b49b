import type { Clock } from '../core/clock.ts';
import { createRecoveringLimit } from './recovering-limit.ts';

/** More than any key is granted; whoever names more means "no limit", or nonsense. */
const PLAUSIBLE_MAX = 100_000;
/** What is left of the rate after a 429 that names none. */
const LOWERED_SHARE = 0.9;

/** What a 429 said. */
export interface Refusal {
  limit?: 'requests' | 'parallel' | undefined;
  requestsPerMinute?: number | undefined;
}

export interface LearnedRate {
  requestsPerMinute(): number;
  maxConcurrent(): number;
  /** The server has said how many requests it allows. */
  isTold(): boolean;
  /** When one of both rises by itself; by the monotonic clock. */
  nextRiseAt(): number;
  told(requestsPerMinute: number): void;
  /** @param isRepeated another request was refused just before, for the same reason */
  refused(refusal: Refusal, isRepeated: boolean): void;
}

/** The limits in force: those that were set, until the server says otherwise. */
export function createLearnedRate(options: {
  requestsPerMinute: number;
  maxConcurrent: number;
  clock: Clock;
}): LearnedRate {
  const { clock } = options;
  const rate = createRecoveringLimit({ limit: options.requestsPerMinute, clock });
  const parallel = createRecoveringLimit({ limit: options.maxConcurrent, clock });
  let isTold = false;
  return {
    requestsPerMinute: rate.current,
    maxConcurrent: parallel.current,
    isTold: () => isTold,
    nextRiseAt: () => Math.min(rate.nextRiseAt(), parallel.nextRiseAt()),
    told(requestsPerMinute) {
      if (!isPlausible(requestsPerMinute)) return;
      isTold = true;
      rate.set(Math.floor(requestsPerMinute));
    },
    refused({ limit, requestsPerMinute }, isRepeated) {
      if (limit === 'parallel') {
        if (!isRepeated) parallel.lowerTo(Math.max(1, parallel.current() - 1));
      } else if (isPlausible(requestsPerMinute)) {
        isTold = true;
        // Known, so there is nothing to recover to: one request more would be refused again. But a refusal raises nothing:
        // whatever was counted against the key, it was no more than what is in force.
        if (requestsPerMinute < rate.current()) rate.set(Math.floor(requestsPerMinute));
      } else if (!isRepeated) {
        rate.lowerTo(Math.max(1, Math.floor(rate.current() * LOWERED_SHARE)));
      }
    },
  };
}

function isPlausible(requestsPerMinute: number | undefined): requestsPerMinute is number {
  return requestsPerMinute !== undefined && requestsPerMinute >= 1 && requestsPerMinute <= PLAUSIBLE_MAX;
}
