import type { Clock } from '../core/clock.ts';
import type { Logger } from '../core/logger.ts';
import { createRecent } from '../core/recent.ts';
import { createSuspects, type Suspects } from './regex-suspects.ts';

/** What is known of one server or person whose lorebooks hold regular expressions. */
export interface RegexOwner {
  suspects: Suspects;
  /** The last of its batches, after which the next one may begin. Never rejects. */
  last: Promise<unknown>;
  /** There is time left in this minute. */
  mayTest(): boolean;
  spend(ms: number): void;
}

export interface RegexOwnersOptions {
  clock: Pick<Clock, 'monotonic'>;
  logger: Logger;
  maxMsPerMinute: number;
}

const MINUTE_MS = 60_000;
const KEPT = 500;

export function createRegexOwners(options: RegexOwnersOptions): { of(ownerId: string): RegexOwner } {
  const owners = createRecent<string, RegexOwner>({ maxSize: KEPT });
  return {
    of(ownerId) {
      let owner = owners.get(ownerId);
      if (!owner) owners.set(ownerId, (owner = createOwner(ownerId, options)));
      return owner;
    },
  };
}

function createOwner(ownerId: string, { clock, logger, maxMsPerMinute }: RegexOwnersOptions): RegexOwner {
  let spentMs = 0;
  let endsAtMs = 0;

  function startMinute(): void {
    const now = clock.monotonic();
    if (now < endsAtMs) return;
    spentMs = 0;
    endsAtMs = now + MINUTE_MS;
  }

  return {
    suspects: createSuspects(),
    last: Promise.resolve(),
    mayTest() {
      startMinute();
      return spentMs < maxMsPerMinute;
    },
    spend(ms) {
      startMinute();
      const hadTime = spentMs < maxMsPerMinute;
      spentMs += ms;
      if (!hadTime || spentMs < maxMsPerMinute) return;
      logger.warn({ ownerId, maxMsPerMinute }, 'the regular expressions of an owner have used up their minute');
    },
  };
}
