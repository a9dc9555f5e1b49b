import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { budgetOf, scaled } from '../../src/prompt/budget.ts';

const plain = { ratio: 1, extra: 0 };

describe('the budget of a prompt', () => {
  test.each([
    ['leaves the reply what it may take', 32_000, 2_000, plain, { promptTokens: 30_000, replyTokens: 2_000 }],
    ['leaves the prompt half of a small window', 3_001, 2_000, plain, { promptTokens: 1_501, replyTokens: 1_500 }],
    ['keeps one token for a reply', 100, 0, plain, { promptTokens: 99, replyTokens: 1 }],
    ['is in raw tokens', 1_000, 300, { ratio: 1.12, extra: 37 }, { promptTokens: 591, replyTokens: 300 }],
    ['is nothing where there is no window', 0, 300, plain, { promptTokens: 0, replyTokens: 1 }],
  ])('%s', (_behaviour, contextLength, maxReplyTokens, scale, expected) => {
    expect(budgetOf({ contextLength, maxReplyTokens, scale })).toMatchObject(expected);
  });

  test('is the most that fits, whatever the scale', () => {
    const anyScale = fc.record({ ratio: fc.double({ min: 0.5, max: 2, noNaN: true }), extra: fc.nat({ max: 100 }) });
    fc.assert(
      fc.property(fc.integer({ min: 500, max: 200_000 }), anyScale, (contextLength, scale) => {
        const { promptTokens, replyTokens } = budgetOf({ contextLength, maxReplyTokens: 2_000, scale });
        expect(scaled(promptTokens, scale) + replyTokens).toBeLessThanOrEqual(contextLength);
        expect(scaled(promptTokens + 1, scale) + replyTokens).toBeGreaterThan(contextLength);
      }),
    );
  });
});
