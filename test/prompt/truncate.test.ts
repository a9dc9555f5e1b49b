import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { shortestForm, truncateMiddle } from '../../src/prompt/truncate.ts';

const perCharacter = (text: string) => text.length + 4;
const perWord = (text: string) => text.split(/\s+/).length + 4;
const mark = /\n\[\.\.\. (\d+) characters left out \.\.\.\]\n/;

describe('leaving out the middle of a text', () => {
  test('head and tail stay around a mark that says how much is missing', async () => {
    const text = `${'a'.repeat(2_000)}${'b'.repeat(2_000)}`;
    const { text: shortened, tokens } = (await truncate(text, 1_000, perCharacter)) ?? { text: '', tokens: 0 };
    expect(shortened).toMatch(/^a+\n\[\.\.\. \d+ characters left out \.\.\.\]\nb+$/);
    expect(tokens).toBe(perCharacter(shortened));
    const kept = shortened.replace(mark, '').length;
    expect(Number(mark.exec(shortened)?.[1])).toBe(text.length - kept);
  });

  test('says when not even the shortest form fits', async () => {
    const text = 'word '.repeat(1_000);
    const shortest = shortestForm(text);
    expect(await truncate(text, 10, perCharacter)).toBeUndefined();
    expect(await truncate(text, perCharacter(shortest), perCharacter)).toEqual({
      text: shortest,
      tokens: perCharacter(shortest),
    });
  });

  test('the shortest form of a short text is the text', () => {
    expect(shortestForm('a'.repeat(230))).toBe('a'.repeat(230));
    expect(shortestForm('')).toBe('');
  });

  test('no surrogate pair is cut, wherever the cut falls', async () => {
    for (let padding = 0; padding < 4; padding += 1) {
      const text = 'x'.repeat(padding) + '😀'.repeat(1_500);
      for (let maxTokens = 300; maxTokens < 320; maxTokens += 1) {
        expect((await truncate(text, maxTokens, perCharacter))?.text.isWellFormed()).toBe(true);
      }
    }
  });

  test('a text whose tokens are even is counted in one round', async () => {
    const rounds: number[] = [];
    const count = async (texts: readonly string[]) => {
      rounds.push(texts.length);
      return texts.map(perCharacter);
    };
    await truncateMiddle({ text: 'x'.repeat(50_000), tokens: 50_004, maxTokens: 5_000, count });
    expect(rounds).toEqual([2]);
  });

  test.each([
    ['even', perCharacter],
    ['by words', perWord],
    ['dense at the start only', (text: string) => 4 + text.length + 9 * text.replaceAll(/[^x]/g, '').length],
  ])('fits, uses at least 95 %% of the room and counts at most 14 texts (tokens %s)', async (_kind, perText) => {
    const unit = fc.constantFrom('x', 'word ', 'lorem ipsum ', '\n');
    const text = fc.array(unit, { minLength: 500, maxLength: 3_000 }).map((units) => units.join(''));
    await fc.assert(
      fc.asyncProperty(text, fc.double({ min: 0, max: 1, noNaN: true }), async (original, share) => {
        const least = perText(shortestForm(original));
        const maxTokens = Math.floor(least + share * (perText(original) - least - 1));
        let counts = 0;
        const shortened = await truncate(original, maxTokens, (candidate) => {
          counts += 1;
          return perText(candidate);
        });
        expect(shortened?.tokens).toBe(perText(shortened?.text ?? ''));
        expect(shortened?.tokens).toBeLessThanOrEqual(maxTokens);
        expect(shortened?.tokens).toBeGreaterThanOrEqual(Math.floor(maxTokens * 0.95) - 60);
        expect(counts).toBeLessThanOrEqual(14 + 1);
      }),
    );
  });
});

/** Counts the whole text once more than the code that is tested. */
function truncate(text: string, maxTokens: number, perText: (text: string) => number) {
  const count = async (texts: readonly string[]) => texts.map(perText);
  return truncateMiddle({ text, tokens: perText(text), maxTokens, count });
}
