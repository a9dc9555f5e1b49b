import type { Clock } from '../core/clock.ts';
import type { Logger } from '../core/logger.ts';
import { REGEX_TEXT_MAX_LENGTH } from './regex-limits.ts';
import { createRegexOwners, type RegexOwner } from './regex-owners.ts';
import { createRegexThread, NOT_BEGUN } from './regex-thread.ts';

export interface RegexPattern {
  source: string;
  flags: string;
}

/** Tests the patterns of one owner. */
export interface RegexMatcher {
  /**
   * Which of the patterns match; one that is not valid, is longer than 500 characters or takes too long does not. Never
   * rejects.
   *
   * @param text The first 64 KiB (UTF-16 units) are looked at.
   */
  test(patterns: readonly RegexPattern[], text: string): Promise<boolean[]>;
}

export interface RegexGuard {
  /** @param ownerId Of the server or person whose time it takes. */
  of(ownerId: string): RegexMatcher;
  close(): Promise<void>;
}

export interface RegexGuardOptions {
  clock: Pick<Clock, 'monotonic'>;
  logger: Logger;
  /** What one pattern may take. */
  timeoutMs?: number;
  /** What all patterns of one owner may take; beyond it none of theirs matches until the minute is over. */
  maxMsPerMinute?: number;
  /** How long the thread lives without work. */
  idleMs?: number;
}

const PATTERN_MAX_LENGTH = 500;
const RESTARTS_MAX = 8;

/**
 * Tests strangers' regular expressions in a thread, which starts with the first and is ended when one hangs: that pattern
 * is not tried again for its owner, the others are. Each owner has one batch in line, whose place is lost when a pattern
 * hangs: so owners take turns.
 */
export function createRegexGuard(options: RegexGuardOptions): RegexGuard {
  const { clock, logger, timeoutMs = 250, maxMsPerMinute = 1_000, idleMs = 60_000 } = options;
  const thread = createRegexThread({ logger, timeoutMs });
  const owners = createRegexOwners({ clock, logger, maxMsPerMinute });
  let idle: NodeJS.Timeout | undefined;
  let line: Promise<unknown> = Promise.resolve();
  let isClosed = false;

  /** Tests those from an index on. @returns the index to go on from, if there is more to do */
  async function testFrom(from: number, { owner, patterns, text, progress }: Batch): Promise<number | undefined> {
    if (isClosed || !owner.mayTest()) return undefined;
    clearTimeout(idle);
    Atomics.store(progress, 0, NOT_BEGUN);
    const { ended, workMs } = await thread.run({ patterns, text, from, progress: progress.buffer });
    owner.spend(ended === 'done' ? takenMs(progress, from) : workMs);
    // Not the clock's: whether a thread lives a while longer changes nothing that is seen.
    idle = setTimeout(() => void thread.end(), idleMs).unref();
    if (ended === 'done') return undefined;
    await thread.end();
    const index = Atomics.load(progress, 0);
    const guilty = patterns[index];
    if (ended === 'late' || !guilty || isClosed) return undefined;
    owner.suspects.condemn(guilty);
    logger.warn({ ended, timeoutMs, length: guilty.source.length }, 'a regular expression of a lorebook hangs');
    return index + 1;
  }

  async function testAll(batch: Batch): Promise<boolean[]> {
    const { owner, patterns, progress } = batch;
    let from: number | undefined = 0;
    for (let runs = 0; runs <= RESTARTS_MAX && from !== undefined && from < patterns.length; runs += 1) {
      const start: number = from;
      const run = line.then(() => testFrom(start, batch));
      line = run.catch(() => {});
      from = await run;
    }
    return patterns.map((pattern, index) => {
      owner.suspects.note(pattern, (progress[2 + 2 * index] ?? 0) / 1000, timeoutMs);
      return progress[1 + 2 * index] === 1;
    });
  }

  async function test(owner: RegexOwner, patterns: readonly RegexPattern[], text: string): Promise<boolean[]> {
    const indexes = patterns.flatMap((pattern, index) => {
      return pattern.source.length <= PATTERN_MAX_LENGTH && !owner.suspects.isBad(pattern) ? [index] : [];
    });
    const isMatch = patterns.map(() => false);
    if (indexes.length === 0 || isClosed) return isMatch;
    const tested = indexes.map((index) => patterns[index] ?? { source: '', flags: '' });
    const progress = new Int32Array(new SharedArrayBuffer((1 + 2 * tested.length) * Int32Array.BYTES_PER_ELEMENT));
    const batch = { owner, patterns: tested, text: text.slice(0, REGEX_TEXT_MAX_LENGTH), progress };
    const answers = await testAll(batch);
    for (const [place, index] of indexes.entries()) isMatch[index] = answers[place] ?? false;
    return isMatch;
  }

  return {
    of: (ownerId) => ({
      async test(patterns, text) {
        const owner = owners.of(ownerId);
        const answer = owner.last
          .then(() => test(owner, patterns, text))
          .catch((err: unknown) => {
            logger.warn({ err }, 'the regular expressions of lorebooks were not tested');
            return patterns.map(() => false);
          });
        owner.last = answer;
        return answer;
      },
    }),
    async close() {
      isClosed = true;
      clearTimeout(idle);
      await thread.end();
    },
  };
}

interface Batch {
  owner: RegexOwner;
  patterns: readonly RegexPattern[];
  text: string;
  /** As `RegexQuestion` has it. */
  progress: Int32Array<SharedArrayBuffer>;
}

function takenMs(progress: Int32Array, from: number): number {
  return progress.reduce((sum, value, index) => sum + (index > 2 * from && index % 2 === 0 ? value : 0), 0) / 1000;
}
