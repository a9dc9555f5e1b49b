import { UserError } from '../../core/errors.ts';

/** Tests of texts, of which a few may run at once: each has a thread of its own for regular expressions. */
export interface TestLimit {
  /** @throws UserError `unavailable` while there are too many */
  run<T>(test: () => Promise<T>): Promise<T>;
}

const AT_ONCE_MAX = 2;

export function createTestLimit(): TestLimit {
  let running = 0;
  return {
    async run(test) {
      if (running >= AT_ONCE_MAX) {
        throw new UserError('unavailable', 'Other lorebooks are being tested right now. Try again in a few seconds.');
      }
      running += 1;
      try {
        return await test();
      } finally {
        running -= 1;
      }
    },
  };
}
