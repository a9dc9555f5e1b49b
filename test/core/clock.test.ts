import { getEventListeners } from 'node:events';
import { expect, test } from '@jest/globals';
import { systemClock } from '../../src/core/clock.ts';

test('tells Unix time in milliseconds', () => {
  const before = Date.now();
  const now = systemClock.now();
  expect([before <= now, now <= Date.now()]).toEqual([true, true]);
});

test('a sleep ends, and leaves nothing on its signal', async () => {
  const { signal } = new AbortController();
  await systemClock.sleep(1);
  await systemClock.sleep(1, { signal });
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

test.each([
  { name: 'before', abortFirst: true },
  { name: 'during', abortFirst: false },
])('an abort $name a sleep rejects with its own reason', async ({ abortFirst }) => {
  const controller = new AbortController();
  const reason = new Error('stopped');
  if (abortFirst) controller.abort(reason);
  const sleeping = systemClock.sleep(1_000_000, { signal: controller.signal });
  controller.abort(reason);
  await expect(sleeping).rejects.toBe(reason);
});

test('a sleep that cannot be timed rejects with what is wrong', async () => {
  const { signal } = new AbortController();
  await expect(systemClock.sleep('soon' as unknown as number, { signal })).rejects.toThrow('delay');
});
