import { expect, test } from '@jest/globals';
import { parseRetryAfter } from '../../src/completions/retry-after.ts';

const NOW = Date.parse('Tue, 03 Nov 2026 12:00:00 GMT');

test.each([
  ['5', 5_000],
  [' 5 ', 5_000],
  ['0', 0],
  ['1.25', 1_250],
  ['0.0001', 1],
  ['-3', undefined],
  ['-0', undefined],
  ['3600', 120_000],
  ['Tue, 03 Nov 2026 12:00:07 GMT', 7_000],
  ['Tue, 03 Nov 2026 11:00:00 GMT', 0],
  ['Tue, 03 Nov 2026 13:00:00 GMT', 120_000],
  ['', undefined],
  [null, undefined],
  ['soon', undefined],
  ['soon 5', undefined],
  ['Someday, sometime GMT', undefined],
  ['5s', undefined],
  ['0x10', undefined],
  ['Infinity', undefined],
])('Retry-After %p is a wait of %p ms', (header, waitMs) => {
  expect(parseRetryAfter(header, NOW)).toBe(waitMs);
});
