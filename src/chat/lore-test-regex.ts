import type { Clock } from '../core/clock.ts';
import { silentLogger } from '../core/logger.ts';
import { createRegexGuard, type RegexGuard, type RegexPattern } from '../prompt/regex-guard.ts';

/** A guard that can tell which expressions it gave up. */
export interface WatchedRegex extends RegexGuard {
  /** Those that took too long, as `/source/flags`. */
  slow(): string[];
  /** How many were not tried any more because of them. */
  untried(): number;
}

/** What all expressions may take together: 10,000 honest ones take a third of it. */
const ALL_MAX_MS = 3_000;

/** Tests expressions one by one, in a thread of its own, so that the one that hangs is known. */
export function createWatchedRegex({ clock }: { clock: Pick<Clock, 'monotonic'> }): WatchedRegex {
  let hangs = 0;
  const guard = createRegexGuard({
    // The time is counted here, and told.
    clock: { monotonic: () => 0 },
    logger: { ...silentLogger, warn: () => void (hangs += 1) },
    maxMsPerMinute: Number.POSITIVE_INFINITY,
  });
  const matcher = guard.of('tested');
  const slow = new Set<string>();
  const untried = new Set<string>();
  let spentMs = 0;

  async function testOne(pattern: RegexPattern, text: string): Promise<boolean> {
    const name = `/${pattern.source}/${pattern.flags}`;
    if (spentMs > ALL_MAX_MS) {
      if (!slow.has(name)) untried.add(name);
      return false;
    }
    const startedAt = clock.monotonic();
    const hangsBefore = hangs;
    const [isMatch = false] = await matcher.test([pattern], text);
    spentMs += clock.monotonic() - startedAt;
    if (hangs > hangsBefore) slow.add(name);
    return isMatch;
  }

  return {
    of: () => ({
      async test(patterns, text) {
        const isMatch: boolean[] = [];
        for (const pattern of patterns) isMatch.push(await testOne(pattern, text));
        return isMatch;
      },
    }),
    slow: () => [...slow],
    untried: () => untried.size,
    close: guard.close,
  };
}
