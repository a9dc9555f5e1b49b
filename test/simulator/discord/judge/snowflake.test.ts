import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createSnowflakes, snowflakeTime } from '../../../../src/simulator/discord/judge/snowflake.ts';

const NOV_2026_MS = Date.UTC(2026, 10, 22);

test('an id tells the millisecond in which it was made', () => {
  const next = createSnowflakes(() => NOV_2026_MS);
  expect(snowflakeTime(next())).toBe(NOV_2026_MS);
});

test('the documented example is read as documented', () => {
  expect(snowflakeTime('175928847299117063')).toBe(1_462_015_105_796);
});

test('ids grow and have 17 to 19 digits, whatever the clock does', () => {
  const times = fc.array(fc.integer({ min: 0, max: Date.UTC(2080, 0, 1) }), { minLength: 2, maxLength: 50 });
  fc.assert(
    fc.property(times, (readings) => {
      let reading = 0;
      const next = createSnowflakes(() => readings[reading++] ?? 0);
      const ids = readings.map(() => next());
      for (const id of ids) expect(id).toMatch(/^\d{17,19}$/);
      for (const [index, id] of ids.slice(1).entries()) expect(BigInt(id)).toBeGreaterThan(BigInt(ids[index] ?? id));
    }),
  );
});

test('thousands of ids within one millisecond are all different', () => {
  const next = createSnowflakes(() => NOV_2026_MS);
  expect(new Set(Array.from({ length: 10_000 }, next)).size).toBe(10_000);
});
