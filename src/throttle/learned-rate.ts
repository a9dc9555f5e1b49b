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

/** What an answer said. */
export interface Told {
  requestsPerMinute: number;
  /** It is the limit of a server behind the gateway, not the key's: it lowers what the key has, and never raises it. */
  isOfBackend?: true | undefined;
}

export interface LearnedRate {
  requestsPerMinute(): number;
  maxConcurrent(): number;
  /** The server has said how many requests it allows. */
  isTold(): boolean;
  /** When one of both rises by itself; by the monotonic clock. */
  nextRiseAt(): number;
  told(told: Told): void;
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
  let ofKey = options.requestsPerMinute;
  let isKeyTold = false;
  /** As the newest answer said it; a model has its own. */
  let ofBackend = Infinity;

  function setKey(requestsPerMinute: number): void {
    ofKey = Math.floor(requestsPerMinute);
    isKeyTold = true;
    ofBackend = Infinity;
  }

  return {
    requestsPerMinute: rate.current,
    maxConcurrent: parallel.current,
    isTold: () => isKeyTold || ofBackend < ofKey,
    nextRiseAt: () => Math.min(rate.nextRiseAt(), parallel.nextRiseAt()),
    told({ requestsPerMinute, isOfBackend }) {
      if (!isPlausible(requestsPerMinute)) return;
      const before = Math.min(ofKey, ofBackend);
      if (isOfBackend) ofBackend = Math.floor(requestsPerMinute);
      else setKey(requestsPerMinute);
      const limit = Math.min(ofKey, ofBackend);
      // Every answer says it again, which undoes nothing that a 429 has lowered since.
      if (limit !== before) rate.set(limit);
    },
    refused({ limit, requestsPerMinute }, isRepeated) {
      if (limit === 'parallel') {
        if (!isRepeated) parallel.lowerTo(Math.max(1, parallel.current() - 1));
        return;
      }
      const isNamed = isPlausible(requestsPerMinute);
      if (isNamed && requestsPerMinute < rate.current()) {
        // Known, so there is nothing to recover to: one request more would be refused again.
        setKey(requestsPerMinute);
        rate.set(ofKey);
        return;
      }
      // A refusal raises nothing: whatever was counted against the key, it was no more than what is in force.
      isKeyTold ||= isNamed;
      if (!isRepeated && (limit === 'requests' || !isNamed)) {
        rate.lowerTo(Math.max(1, Math.floor(rate.current() * LOWERED_SHARE)));
      }
    },
  };
}

function isPlausible(requestsPerMinute: number | undefined): requestsPerMinute is number {
  return requestsPerMinute !== undefined && requestsPerMinute >= 1 && requestsPerMinute <= PLAUSIBLE_MAX;
}
