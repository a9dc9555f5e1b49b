import type { PlainAnswer } from './behaviour.ts';
import { errors } from './errors.ts';

export interface KeyLimits {
  requestsPerMinute: number;
  maxParallel?: number;
}

export interface Admission {
  /** The 429, when there is one. */
  refusal?: PlainAnswer;
  headers: Record<string, string>;
  /** The request is over, in whatever way. */
  release: () => void;
}

const WINDOW_MS = 60_000;

/**
 * One key's budget: a true sliding window over the arrivals. A request counts from its arrival, whatever becomes of it;
 * only one refused for the window itself does not.
 */
export function createBudget(key: string, limits: KeyLimits) {
  let { requestsPerMinute, maxParallel = Infinity } = limits;
  let arrivals: number[] = [];
  let open = 0;

  const headers = (now: number): Record<string, string> => {
    if (!Number.isFinite(requestsPerMinute)) return {};
    const remaining = String(Math.max(0, requestsPerMinute - arrivals.length));
    const limit = String(requestsPerMinute);
    const [oldest = now] = arrivals;
    return {
      'x-ratelimit-limit-requests': limit,
      'x-ratelimit-remaining-requests': remaining,
      'x-ratelimit-reset-requests': `${Math.ceil((oldest + WINDOW_MS - now) / 1000)}s`,
      'x-ratelimit-api_key-limit-requests': limit,
      'x-ratelimit-api_key-remaining-requests': remaining,
      'x-litellm-key-rpm-limit': limit,
    };
  };

  const refuse = (kind: 'requests' | 'max_parallel_requests', limit: number, now: number): Admission => ({
    refusal: errors.rateLimited(WINDOW_MS / 1000, { key, kind, limit, now }),
    headers: {},
    release() {},
  });

  return {
    /** What has arrived and what is open goes on counting. */
    setLimits(limits: KeyLimits) {
      ({ requestsPerMinute, maxParallel = Infinity } = limits);
    },
    admit(now: number): Admission {
      arrivals = arrivals.filter((at) => at > now - WINDOW_MS);
      if (arrivals.length >= requestsPerMinute) return refuse('requests', requestsPerMinute, now);
      arrivals.push(now);
      if (open >= maxParallel) return refuse('max_parallel_requests', maxParallel, now);
      open += 1;
      let released = false;
      return {
        headers: headers(now),
        release() {
          if (!released) open -= 1;
          released = true;
        },
      };
    },
  };
}

export type Budget = ReturnType<typeof createBudget>;
