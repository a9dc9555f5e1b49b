import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { nextSpeakers, type SceneMember } from '../../src/chat/next-speakers.ts';

const member = (ref: string, name: string, more: Partial<SceneMember> = {}): SceneMember => ({
  ref,
  name,
  talkativeness: 0,
  ...more,
});
const cast = [
  member('bezel', 'Inspector Bezel'),
  member('ottilie', 'Ottilie Marsh'),
  member('teller', 'The Storyteller'),
  member('aiko', 'アイコ'),
  member('elodie', 'Élodie d’Or'),
  member('x', 'X Æ'),
];
/** Gives these, then the last for ever. */
function dice(...values: number[]): () => number {
  let index = 0;
  return () => values[Math.min(index++, values.length - 1)] ?? 0;
}
const ask = (text: string, more: Partial<Parameters<typeof nextSpeakers>[0]> = {}) =>
  nextSpeakers({ personas: cast, speaking: 'natural', text, isByMember: true, random: () => 0, ...more });

describe('natural: who is named speaks, in order of mention', () => {
  test.each([
    ['Bezel, what do you see?', ['bezel']],
    ['bezel?', ['bezel']],
    ['INSPECTOR!', ['bezel']],
    ['I ask Marsh and then the inspector.', ['ottilie', 'bezel']],
    ["Ottilie's lamp, Bezel's hat, Ottilie's tea", ['ottilie', 'bezel']],
    ['**Bezel**-_Marsh_', ['bezel', 'ottilie']],
    ['storyteller: go on', ['teller']],
    ['アイコさん、元気？', ['aiko']],
    ['ÉLODIE e\u0301lodie', ['elodie']],
    ['Ｂｅｚｅｌ', ['bezel']],
    ['æ', []],
    ['Bezels, bezeled, Marshland', []],
    ['the lamp, the tea', []],
    ['x', []],
  ])('%j', (text, refs) => {
    const speakers = ask(text);
    // Nobody is talkative: without a mention one is drawn, here the first.
    expect(speakers).toEqual(refs.length > 0 ? refs : ['bezel']);
  });

  test('two of one name both speak', () => {
    const personas = [member('a', 'Old Tom'), member('b', 'Young Tom')];
    expect(ask('Tom!', { personas })).toEqual(['a', 'b']);
    expect(ask('Young Tom!', { personas })).toEqual(['b', 'a']);
  });

  test('a name of nothing but small words still calls', () => {
    const personas = [member('a', 'Tom'), member('who', 'The Of')];
    expect(ask('the?', { personas })).toEqual(['who']);
  });
});

describe('natural: others by talkativeness', () => {
  const personas = [
    member('a', 'Ann', { talkativeness: 1 }),
    member('b', 'Ben', { talkativeness: 0.5 }),
    member('c', 'Cid'),
  ];

  test.each([
    // Three draws shuffle a, b, c, three more decide.
    { draws: [0, 0, 0, 0.99, 0.4, 0], text: 'Hm.', refs: ['a', 'b'] },
    { draws: [0, 0, 0, 0.99, 0.5, 0], text: 'Hm.', refs: ['a'] },
    { draws: [0.99, 0.99, 0.99, 0, 0, 0], text: 'Hm.', refs: ['b', 'a'] },
    { draws: [0, 0, 0.3, 0.7], text: 'Cid?', refs: ['c', 'a'] },
    { draws: [0.99, 0, 0.1, 0.1], text: 'Cid?', refs: ['c', 'b', 'a'] },
  ])('$draws: $refs', ({ draws, text, refs }) => {
    expect(ask(text, { personas, random: dice(...draws) })).toEqual(refs);
  });

  test('one at random speaks if nobody wants to, of those who talk at all', () => {
    const shy = [
      member('a', 'Ann'),
      member('b', 'Ben', { talkativeness: 0.1 }),
      member('c', 'Cid', { talkativeness: 0.1 }),
    ];
    expect(ask('Hm.', { personas: shy, random: dice(0, 0, 0, 0.9, 0.9, 0.9, 0) })).toEqual(['b']);
    expect(ask('Hm.', { personas: shy, random: dice(0, 0, 0, 0.9, 0.9, 0.9, 0.99) })).toEqual(['c']);
  });

  test('of those who never talk, if there are no others', () => {
    expect(ask('Hm.', { random: dice(0.99) })).toEqual(['x']);
  });
});

test('list: all speak, in their order', () => {
  expect(ask('Storyteller?', { speaking: 'list' })).toEqual(cast.map(({ ref }) => ref));
});

test('manual: nobody speaks, named or not', () => {
  expect(ask('Bezel?', { speaking: 'manual' })).toEqual([]);
});

test.each(['natural', 'list', 'manual'] as const)('%s: nobody answers a persona', (speaking) => {
  expect(ask('Bezel, Ottilie?', { speaking, isByMember: false })).toEqual([]);
});

test.each(['natural', 'list'] as const)('%s: who is muted does not speak, even if named', (speaking) => {
  const personas = [member('a', 'Ann', { isMuted: true, talkativeness: 1 }), member('b', 'Ben')];
  expect(ask('Ann?', { personas, speaking })).toEqual(['b']);
  expect(ask('Ann?', { personas: personas.slice(0, 1), speaking })).toEqual([]);
});

test('whatever is said, each speaks at most once, and somebody does', () => {
  const name = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('Ann', 'Old Tom', 'アイコ', '...', ''));
  const personas = fc
    .array(fc.record({ name, talkativeness: fc.double({ min: 0, max: 1, noNaN: true }) }), { minLength: 1 })
    .map((list) => list.map((persona, index) => ({ ...persona, ref: `${index}` })));
  const draws = fc.array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), { minLength: 1 });
  fc.assert(
    fc.property(personas, name, draws, (list, text, values) => {
      const refs = ask(text, { personas: list, random: dice(...values) });
      expect(new Set(refs).size).toBe(refs.length);
      expect(refs.length).toBeGreaterThan(0);
      expect(list.map(({ ref }) => ref)).toEqual(expect.arrayContaining(refs));
    }),
  );
});
