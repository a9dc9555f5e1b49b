import { expect, test } from '@jest/globals';
import { createTextCounts } from '../../src/chat/text-counts.ts';
import type { TokenCounter } from '../../src/models/tokens.ts';

type TokenizerName = NonNullable<TokenCounter['storeAs']>;

function counting() {
  const asked: string[][] = [];
  const counter = {
    storeAs: 'llama3' as TokenizerName | undefined,
    async count(texts: readonly string[]) {
      asked.push(texts.map((text) => text.slice(0, 4)));
      return texts.map(({ length }) => length);
    },
  };
  return { asked, counter, count: createTextCounts().of(counter) };
}

test('a text is counted once, each time among others', async () => {
  const { asked, count } = counting();
  expect(await count(['a', 'bb', 'a', ''])).toEqual([1, 2, 1, 0]);
  expect(await count(['ccc', 'bb', ''])).toEqual([3, 2, 0]);
  expect(asked).toEqual([['a', 'bb', ''], ['ccc']]);
});

test('an estimate is counted anew', async () => {
  const { asked, counter, count } = counting();
  counter.storeAs = undefined;
  await count(['a']);
  counter.storeAs = 'llama3';
  await count(['a']);
  expect(asked).toEqual([['a'], ['a']]);
});

test('texts of 4 Mi characters in all are remembered, and none that is very long', async () => {
  const { asked, count } = counting();
  const texts = Array.from({ length: 300 }, (_, index) => `${index}`.padEnd(15_000, '.'));
  for (const text of texts) await count([text]);
  await count([texts[299] ?? '', texts[30] ?? '', texts[0] ?? '']);
  expect(asked.slice(300)).toEqual([['0...']]);
  await count(['x'.repeat(20_001)]);
  await count(['x'.repeat(20_001)]);
  expect(asked.slice(301)).toEqual([['xxxx'], ['xxxx']]);
});
