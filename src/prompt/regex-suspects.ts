import type { RegexPattern } from './regex-guard.ts';

export interface Suspects {
  isBad(pattern: RegexPattern): boolean;
  /** It hung. */
  condemn(pattern: RegexPattern): void;
  /** What it took; often slow is as bad as hanging once. */
  note(pattern: RegexPattern, tookMs: number, timeoutMs: number): void;
}

const KEPT = 100;
const STRIKES = 3;
/** The share of its time that makes a pattern slow: 50 of 250 ms, where an honest one takes less than one. */
const SLOW_SHARE = 0.2;

/** Patterns of one owner that took too long, the oldest forgotten first. */
export function createSuspects(): Suspects {
  const strikes = new Map<string, number>();
  const nameOf = ({ source, flags }: RegexPattern) => `${flags}/${source}`;

  function put(pattern: RegexPattern, count: number): void {
    strikes.delete(nameOf(pattern));
    strikes.set(nameOf(pattern), count);
    for (const oldest of strikes.keys()) {
      if (strikes.size <= KEPT) break;
      strikes.delete(oldest);
    }
  }

  return {
    isBad: (pattern) => (strikes.get(nameOf(pattern)) ?? 0) >= STRIKES,
    condemn: (pattern) => put(pattern, STRIKES),
    note(pattern, tookMs, timeoutMs) {
      if (tookMs > timeoutMs * SLOW_SHARE) put(pattern, (strikes.get(nameOf(pattern)) ?? 0) + 1);
    },
  };
}
