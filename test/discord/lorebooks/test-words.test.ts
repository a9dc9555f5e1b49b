import { expect, test } from '@jest/globals';
import type { LoreTestLine } from '../../../src/chat/lore-test.ts';
import { positionWords } from '../../../src/discord/lorebooks/position-words.ts';
import { readTestId } from '../../../src/discord/lorebooks/test-view.ts';
import { entryLine } from '../../../src/discord/lorebooks/test-words.ts';
import { newEntry } from '../../../src/personas/lorebooks/new-entry.ts';

type Facts = Partial<Omit<LoreTestLine, 'entry'>> & { entry?: Partial<LoreTestLine['entry']> };

function line({ entry, ...facts }: Facts): LoreTestLine {
  return {
    sourceId: 'B',
    entryId: '7',
    title: 'Moon',
    outcome: 'active',
    because: 'moon',
    tokens: 12,
    position: 'after-character',
    bookName: 'World',
    entry: newEntry({ id: '7', keys: ['moon'], content: 'x', ...entry }),
    isByRecursion: false,
    role: 'system',
    depth: 4,
    place: undefined,
    ...facts,
  };
}

test.each<[Facts, string]>([
  [{}, '**Moon**: key “moon” · below the persona’s description · 12 tokens'],
  [{ title: ' ', tokens: 1 }, '**entry 7**: key “moon” · below the persona’s description · 1 token'],
  [{ because: 'constant', entry: { isConstant: true } }, '**Moon**: always on · below'],
  [{ because: 'constant' }, '**Moon**: key “constant” · below'],
  [{ because: 'sticky', entry: { sticky: 3 } }, '**Moon**: still on since an earlier message · below'],
  [{ because: 'decorator', entry: { content: '@@activate' } }, '**Moon**: a decorator keeps it on · below'],
  [{ because: ' ' }, '**Moon**: a blank key, which anything calls · below'],
  [{ because: '*mo\n on*' }, '**Moon**: key “\\*mo on\\*” · below'],
  [{ isByRecursion: true }, '**Moon**: key “moon” in the text of another entry · below'],
  [
    { entry: { isSelective: true, secondaryKeys: ['sun'], secondaryLogic: 'not-any' } },
    '**Moon**: key “moon” without any of “sun” · below',
  ],
  [
    { entry: { isSelective: true, secondaryKeys: ['a', 'b', 'c', 'd', 'e'] } },
    '**Moon**: key “moon” with one of “a”, “b”, “c” and 2 more · below',
  ],
  [{ entry: { secondaryKeys: ['sun'] } }, '**Moon**: key “moon” · below'],
  [{ entry: { probability: 30 } }, '12 tokens · by chance, 30 % of the time'],
  [{ entry: { probability: 100, groups: ['sky'] } }, '12 tokens · one of the group “sky”, drawn by chance'],
  [{ outcome: 'over-budget' }, '**Moon**: key “moon”, but there is no room left for it (12 tokens)'],
  [{ outcome: 'over-budget', tokens: 0 }, 'but there is no room left for it'],
  [
    { outcome: 'lost-group', entry: { groups: ['sky', 'sea'] } },
    'but another entry of its group “sky”, “sea” comes instead',
  ],
  [{ outcome: 'improbable' }, 'but its probability is 0 %'],
  [{ outcome: 'cooling-down', entry: { cooldown: 5 } }, 'but it was active lately and rests for 5 messages'],
  [{ outcome: 'delayed', entry: { delay: 1 } }, 'but it waits until there are 1 message'],
])('%j is told as %j', (facts, told) => {
  expect(entryLine(line(facts), { hasBooks: false })).toContain(told);
});

test('among several lorebooks, a line says which one it is of', () => {
  expect(entryLine(line({}), { hasBooks: true })).toContain('- **Moon** (World): key “moon”');
});

test.each([
  [{ position: 'at-depth', depth: 0, role: 'assistant' }, 'below the newest message, as assistant'],
  [{ position: 'at-depth', depth: 1 }, 'above the newest 1 message, as system'],
  [{ position: 'at-depth', depth: 4 }, 'above the newest 4 messages, as system'],
  [{ position: 'outlet' }, 'where an outlet asks for it'],
  [{ place: 'scenario' }, 'with the scenario'],
] as const)('%j goes %j', (facts, words) => {
  expect(positionWords({ position: 'note-top', depth: 4, role: 'system', ...facts })).toBe(words);
});

test.each([
  ['all:2', { shortRef: undefined, page: 2 }],
  ['g1z.abc:3', { shortRef: 'g1z.abc', page: 3 }],
])('the page button %s leads to %j', (id, read) => {
  expect(readTestId(id)).toEqual(read);
});
