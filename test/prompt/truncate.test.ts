import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { shortestForm, truncateMiddle } from '../../src/prompt/truncate.ts';

const perCharacter = (text: string) => text.length + 4;
const perWord = (text: string) => text.split(/\s+/).length + 4;
const mark = /\n\[\.\.\. (\d+) characters left out \.\.\.\]\n/;

describe('leaving out the middle of a text', () => {
  test('a text that fits comes back as it is, after one count', () => {
    const counted: string[] = [];
    const countTokens = (text: string) => counted.push(text);
    expect(truncateMiddle({ text: 'short', maxTokens: 5, countTokens })).toBe('short');
    expect(counted).toEqual(['short']);
  });

  test('head and tail stay around a mark that says how much is missing', () => {
    const text = `${'a'.repeat(2_000)}${'b'.repeat(2_000)}`;
    const shortened = truncateMiddle({ text, maxTokens: 1_000, countTokens: perCharacter }) ?? '';
    expect(shortened).toMatch(/^a+\n\[\.\.\. \d+ characters left out \.\.\.\]\nb+$/);
    const kept = shortened.replace(mark, '').length;
    expect(Number(mark.exec(shortened)?.[1])).toBe(text.length - kept);
  });

  test('says when not even the shortest form fits', () => {
    const text = 'word '.repeat(1_000);
    expect(truncateMiddle({ text, maxTokens: 10, countTokens: perCharacter })).toBeUndefined();
    expect(truncateMiddle({ text, maxTokens: perCharacter(shortestForm(text)), countTokens: perCharacter })).toBe(
      shortestForm(text),
    );
  });

  test('the shortest form of a short text is the text', () => {
    expect(shortestForm('a'.repeat(230))).toBe('a'.repeat(230));
    expect(shortestForm('')).toBe('');
  });

  test('no surrogate pair is cut, wherever the cut falls', () => {
    for (let padding = 0; padding < 4; padding += 1) {
      const text = 'x'.repeat(padding) + '😀'.repeat(1_500);
      for (let maxTokens = 300; maxTokens < 320; maxTokens += 1) {
        expect(truncateMiddle({ text, maxTokens, countTokens: perCharacter })?.isWellFormed()).toBe(true);
      }
    }
  });

  test.each([
    ['even', perCharacter],
    ['by words', perWord],
    ['dense at the start only', (text: string) => 4 + text.length + 9 * text.replaceAll(/[^x]/g, '').length],
  ])('fits, uses at least 95 %% of the room and counts at most 14 times (tokens %s)', (_kind, countTokens) => {
    const unit = fc.constantFrom('x', 'word ', 'lorem ipsum ', '\n');
    const text = fc.array(unit, { minLength: 500, maxLength: 3_000 }).map((units) => units.join(''));
    fc.assert(
      fc.property(text, fc.double({ min: 0, max: 1, noNaN: true }), (original, share) => {
        const least = countTokens(shortestForm(original));
        const maxTokens = Math.floor(least + share * (countTokens(original) - least));
        let counts = 0;
        const shortened = truncateMiddle({
          text: original,
          maxTokens,
          countTokens: (candidate) => {
            counts += 1;
            return countTokens(candidate);
          },
        });
        expect(countTokens(shortened ?? '')).toBeLessThanOrEqual(maxTokens);
        expect(countTokens(shortened ?? '')).toBeGreaterThanOrEqual(Math.floor(maxTokens * 0.95) - 60);
        expect(counts).toBeLessThanOrEqual(14);
      }),
    );
  });
});
