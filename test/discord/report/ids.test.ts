import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readReportedId, writeReportedId } from '../../../src/discord/report/reported-id.ts';
import { longId, shortId } from '../../../src/discord/report/short-id.ts';

const snowflake = fc.bigInt({ min: 1n, max: 2n ** 64n - 1n }).map(String);

describe('the id of a button below a report', () => {
  test('comes back as it was, and fits into a custom id', () => {
    fc.assert(
      fc.property(
        snowflake,
        fc.option(snowflake, { nil: undefined }),
        fc.string({ minLength: 1, maxLength: 30, unit: fc.constantFrom('a', '.', '-', '_', '9') }),
        (channelId, parentId, what) => {
          const place = parentId === undefined ? { channelId } : { channelId, parentId };
          const written = writeReportedId({ ...place, what });
          expect(written.length).toBeLessThanOrEqual(58);
          expect(readReportedId(written)).toEqual({ ...place, what });
        },
      ),
    );
  });

  test.each(['', 'a', 'a.b', 'a..', '..x', 'A.b.x', `${'z'.repeat(14)}..x`, `a.b.${'x'.repeat(31)}`])(
    'is none: %j',
    (id) => {
      expect(readReportedId(id)).toBe(undefined);
    },
  );

  test('of Discord is exact', () => {
    expect(shortId('18446744073709551615')).toBe('3w5e11264sgsf');
    expect(longId('3w5e11264sgsf')).toBe('18446744073709551615');
  });
});
