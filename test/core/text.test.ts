import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { clip } from '../../src/core/text.ts';

test.each([
  { text: '', maxLength: 3, clipped: '' },
  { text: 'abc', maxLength: 3, clipped: 'abc' },
  { text: 'abcd', maxLength: 3, clipped: 'ab…' },
  { text: 'ab cd', maxLength: 4, clipped: 'ab…' },
  { text: 'a😀b', maxLength: 3, clipped: 'a…' },
  { text: 'a😀bc', maxLength: 4, clipped: 'a😀…' },
  { text: 'abc', maxLength: 1, clipped: '…' },
])('$text in $maxLength is $clipped', ({ text, maxLength, clipped }) => {
  expect(clip(text, maxLength)).toBe(clipped);
});

test('never longer than allowed, never half a character, always the beginning', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 30 }), (text, maxLength) => {
      const clipped = clip(text, maxLength);
      expect(clipped.length).toBeLessThanOrEqual(maxLength);
      expect(clipped.isWellFormed()).toBe(true);
      expect(text.startsWith(text.length <= maxLength ? clipped : clipped.slice(0, -1))).toBe(true);
    }),
  );
});
