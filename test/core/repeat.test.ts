import { expect, test } from '@jest/globals';
import { silentLogger } from '../../src/core/logger.ts';
import { repeat } from '../../src/core/repeat.ts';
import { FakeClock } from '../support/fake-clock.ts';

test('a task runs again after each interval, a failure included, until the end', async () => {
  const clock = new FakeClock();
  const ending = new AbortController();
  const log: (number | string)[] = [];
  const logger = { ...silentLogger, warn: (_facts: object, message: string) => void log.push(message) };
  let runs = 0;
  repeat(
    async () => {
      log.push(clock.now());
      runs += 1;
      if (runs === 2) throw new Error('no');
    },
    { intervalMs: () => (runs < 2 ? 10 : 100), clock, logger, signal: ending.signal },
  );
  await clock.advance(130);
  ending.abort();
  await clock.advance(1_000);
  expect(log).toEqual([10, 20, 'a background task failed', 120]);
  expect(clock.sleeping).toBe(0);
});
