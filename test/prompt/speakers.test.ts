import { expect, test } from '@jest/globals';
import { createSpeakers } from '../../src/prompt/speakers.ts';

/** One token for each letter; a word after a line break costs one more than at the start of a text. */
function scene(ownNames: string[] = []) {
  const rounds: (readonly string[])[] = [];
  const count = async (texts: readonly string[]) => {
    rounds.push(texts);
    return texts.map((text) => text.trim().length + (text.startsWith('\n\n') ? 3 : 0));
  };
  return { rounds, speakers: createSpeakers({ ownNames, count }) };
}

test('counts each prefix once, those of members and ready ones together', async () => {
  const { rounds, speakers } = scene();
  await speakers.meet(['Ann', 'Bob', 'Ann'], ['Mira: ']);
  await speakers.meet(['Bob', 'Cid']);
  await speakers.meet(['Ann'], ['Mira: ']);
  expect(rounds).toEqual([
    ['\n\n', 'Ann: ', '\n\nAnn: ', 'Bob: ', '\n\nBob: ', 'Mira: ', '\n\nMira: '],
    ['\n\n', 'Cid: ', '\n\nCid: '],
  ]);
});

test('takes the larger of the counts at the start of a text and after a line break', async () => {
  const { speakers } = scene();
  await speakers.meet(['Ann'], ['Mira: ']);
  expect([speakers.tokens('Ann'), speakers.tokensOf('Mira: ')]).toEqual([4, 5]);
  const cheaper = createSpeakers({
    ownNames: [],
    count: async (texts) => texts.map((text) => (text.startsWith('\n\nA') ? 2 : text === '\n\n' ? 1 : 4)),
  });
  await cheaper.meet(['Ann']);
  expect(cheaper.tokens('Ann')).toBe(4);
});

test('makes prefixes of names that nobody can mistake, and ready ones as they are', async () => {
  const { speakers } = scene(['Mira']);
  await speakers.meet(['mira', 'A: b', ''], ['Mira: ']);
  expect(['mira', 'A: b', ''].map(speakers.prefix)).toEqual(['mira (member): ', 'A b: ', 'Member: ']);
  expect(speakers.tokensOf('Mira: ')).toBe(5);
});

test('knows only whom it has met', () => {
  const { speakers } = scene();
  expect(() => speakers.tokens('Ann')).toThrow('A speaker was not met.');
});
