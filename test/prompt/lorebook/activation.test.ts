import { describe, expect, test } from '@jest/globals';
import { activateLore } from '../../../src/prompt/lorebook.ts';
import { activate, activeOf, decisionsOf, type EntryFacts, requestOf, sourceOf } from './support.ts';

const constant = (content: string, facts: Partial<EntryFacts> = {}): EntryFacts => ({
  content,
  isConstant: true,
  ...facts,
});
const keyed = (key: string, content: string, facts: Partial<EntryFacts> = {}): EntryFacts => ({
  content,
  keys: [key],
  ...facts,
});
const byOrder = <Entry extends EntryFacts>(entries: Entry[]) =>
  entries.map((entry, index) => ({ order: index, ...entry }));

describe('recursion', () => {
  const chain = byOrder([keyed('lamp', 'burns oil'), keyed('oil', 'from Brimhaven'), keyed('Brimhaven', 'a port')]);
  const chat = ['lamp'];

  test.each([
    ['goes on to the end', {}, ['burns oil', 'from Brimhaven', 'a port']],
    ['is off', { recursive: false }, ['burns oil']],
    ['has as many steps as allowed', { maxRecursionSteps: 2 }, ['burns oil', 'from Brimhaven']],
  ])('%s', async (_, settings, expected) => {
    expect(await activeOf(chain, { chat, settings })).toEqual(expected);
  });

  test.each([
    ['an entry that prevents it calls none', [{ preventRecursion: true }, {}, {}], ['burns oil']],
    ['an excluded entry is not called by it', [{}, { excludeRecursion: true }, {}], ['burns oil']],
    ['an entry that looks at no message sees nothing', [{}, { scanDepth: 0 }, {}], ['burns oil']],
  ])('%s', async (_, facts, expected) => {
    const entries = chain.map((entry, index) => ({ ...entry, ...facts[index] }));
    expect(await activeOf(entries, { chat })).toEqual(expected);
  });

  test('delayed entries wait for it, and for their level', async () => {
    const entries = byOrder([
      keyed('lamp', 'wick'),
      keyed('lamp', 'level 1', { delayUntilRecursion: 1 }),
      keyed('wick', 'level 2', { delayUntilRecursion: 2 }),
      keyed('nothing', 'level 3', { delayUntilRecursion: 3 }),
    ]);
    expect(await activeOf(entries, { chat })).toEqual(['wick', 'level 1', 'level 2']);
    const [, alone] = entries;
    expect(await activeOf(alone ? [alone] : [], { chat })).toEqual([]);
  });

  test.each([
    ['that does not recur takes no part', false, true, ['burns oil']],
    ['that recurs does so where others do not', true, false, ['burns oil', 'from Brimhaven', 'a port']],
  ])('a book %s', async (_, recursive, others, expected) => {
    const request = requestOf([sourceOf(chain, { recursive })], { chat, settings: { recursive: others } });
    expect((await activateLore(request)).before.split('\n')).toEqual(expected);
  });

  test('a hundred steps are the most', async () => {
    const entries = Array.from({ length: 300 }, (_, index) => keyed(`key${index}`, `key${index + 1}`));
    const request = { chat: ['key0'], settings: { maxRecursionSteps: 0 }, contextTokens: 100_000 };
    expect(await activeOf(entries, request)).toHaveLength(100);
  });
});

describe('a least number of entries', () => {
  const chat = ['oldest', 'third', 'second', 'newest'];
  const entries = byOrder(['newest', 'third', 'oldest'].map((word) => keyed(word, `${word} lore`)));
  test.each([
    [{ minActivations: 1 }, ['newest lore']],
    [{ minActivations: 2 }, ['newest lore', 'third lore']],
    [{ minActivations: 3 }, ['newest lore', 'third lore', 'oldest lore']],
    [{ minActivations: 9, maxRecursionSteps: 5 }, ['newest lore', 'third lore', 'oldest lore']],
    [{ minActivations: 3, minActivationsDepthMax: 2 }, ['newest lore', 'third lore']],
  ])('%j', async (settings, expected) => {
    expect(await activeOf(entries, { chat, settings: { depth: 1, ...settings } })).toEqual(expected);
  });
});

test('a thousand messages are looked through for a large book', async () => {
  const entries = Array.from({ length: 500 }, (_, index) => keyed(`key ${index}`, `lore ${index}`));
  const chat = ['key 7', ...Array.from({ length: 999 }, () => 'word')];
  expect(await activeOf(entries, { chat, settings: { minActivations: 1 } })).toEqual(['lore 7']);
});

describe('the budget', () => {
  const entries = [constant('b b b b', { order: 3 }), constant('c c c c', { order: 2 }), constant('d', { order: 1 })];

  test.each([
    ['the highest order comes first', { contextTokens: 32, settings: {} }, ['b b b b']],
    ['nothing fits after the first that does not', { contextTokens: 100, settings: { budgetCap: 8 } }, ['b b b b']],
    ['a cap is above the percentage', { contextTokens: 100, settings: { budgetCap: 9 } }, ['c c c c', 'b b b b']],
    ['all fits', { contextTokens: 40, settings: {} }, ['d', 'c c c c', 'b b b b']],
  ])('%s', async (_, facts, expected) => {
    expect(await activeOf(entries, facts)).toEqual(expected);
  });

  test('what does not fit is told, and stops recursion', async () => {
    const entries = [constant('a kraken', { order: 2 }), constant('c c c', { order: 1 }), keyed('kraken', 'deep')];
    const lore = await activate(entries, { chat: ['hello'], settings: { budgetCap: 5 } });
    expect(decisionsOf(lore)).toEqual(['a kraken: active (constant)', 'c c c: over-budget (constant)']);
  });

  test('entries that ignore it come in, as far as the context goes', async () => {
    const ignoring = (content: string) => constant(content, { ignoresBudget: true, order: 0 });
    const long = 'x '.repeat(99);
    const lore = await activate([...entries, ignoring('e e'), ignoring(long)], {
      contextTokens: 100,
      settings: { budgetCap: 4 },
    });
    expect(lore.before).toBe('e e');
  });

  test("a book's own is a cap for that book", async () => {
    const small = sourceOf(entries, { id: 'small', tokenBudget: 5 });
    const large = sourceOf([constant('e e e e e e')], { id: 'large' });
    const { before } = await activateLore(requestOf([small, large]));
    expect(before.split('\n')).toEqual(['b b b b', 'e e e e e e']);
  });

  test('contents that cannot fit are not even counted', async () => {
    const lengths: number[] = [];
    const count = async (texts: readonly string[]) => {
      lengths.push(...texts.map(({ length }) => length));
      return texts.map(() => 1);
    };
    const lore = await activate([constant('x'.repeat(100_000))], { contextTokens: 100, count });
    expect({ lengths, decisions: lore.report.map(({ outcome }) => outcome) }).toEqual({
      lengths: [],
      decisions: ['over-budget'],
    });
  });

  test('macros of what does not fit have no effect', async () => {
    const expanded: string[] = [];
    const expand = (text: string) => {
      expanded.push(text);
      return text;
    };
    const contents = ['a a a a', '{{setvar::x::1}} b', 'c'];
    await activate(
      contents.map((content, index) => constant(content, { order: -index })),
      { expand, settings: { budgetCap: 4 } },
    );
    expect(expanded).toEqual(['a a a a']);
  });
});

describe('chance', () => {
  test.each([
    [0, 0.5, []],
    [50, 0.5, ['lore']],
    [49, 0.5, []],
    [100, 1, ['lore']],
    [undefined, 1, ['lore']],
  ])('a probability of %j at %j', async (probability, drawn, expected) => {
    expect(await activeOf([constant('lore', { probability })], { random: () => drawn })).toEqual(expected);
  });

  test('what lost it is told and calls none', async () => {
    const lore = await activate([keyed('lamp', 'oil', { probability: 0 }), keyed('oil', 'port')], { chat: ['lamp'] });
    expect(decisionsOf(lore)).toEqual(['lamp: improbable (lamp)']);
  });
});

describe('inclusion groups', () => {
  const member = (content: string, facts: Partial<EntryFacts> = {}) =>
    keyed('lamp', content, { groups: ['g'], ...facts });
  const chat = ['lamp oil fog'];

  test.each([
    [0, 'a'],
    [0.24, 'a'],
    [0.26, 'b'],
    [1, 'b'],
  ])('one is drawn by weight: %j gives %s', async (drawn, expected) => {
    const entries = [member('a', { groupWeight: 50 }), member('b', { groupWeight: 150 })];
    expect(await activeOf(entries, { chat, random: () => drawn })).toEqual([expected]);
  });

  test('a weight of 0 does not win', async () => {
    expect(await activeOf([member('a', { groupWeight: 0 }), member('b')], { chat })).toEqual(['b']);
  });

  test('the highest of those that override wins', async () => {
    const entries = [
      member('a', { order: 9 }),
      member('b', { groupOverride: true }),
      member('c', { groupOverride: true, order: 200 }),
    ];
    expect(await activeOf(entries, { chat })).toEqual(['c']);
  });

  test('with scoring the most hits win', async () => {
    const entries = [
      member('a', { keys: ['lamp', 'oil'] }),
      member('b', { secondaryKeys: ['oil', 'fog'], isSelective: true }),
      member('c', {
        keys: ['lamp', 'oil', 'fog', 'none'],
        secondaryKeys: ['none'],
        secondaryLogic: 'not-any',
        isSelective: true,
      }),
      member('d', {
        keys: ['lamp', 'oil'],
        secondaryKeys: ['fog', 'none'],
        secondaryLogic: 'not-all',
        isSelective: true,
      }),
    ];
    const run = (random: number) => activeOf(entries, { chat, settings: { groupScoring: true }, random: () => random });
    expect([await run(0), await run(1)]).toEqual([['b'], ['c']]);
  });

  test('what won in an earlier scan keeps others out', async () => {
    const entries = [member('mentions wick'), keyed('wick', 'late', { groups: ['g', 'h'] })];
    const lore = await activate(entries, { chat });
    expect(decisionsOf(lore)).toEqual(['lamp: active (lamp)', 'wick: lost-group (wick)']);
  });
});

describe('filters', () => {
  test.each([
    [['normal'], 'normal', ['lore']],
    [['swipe', 'continue'], 'continue', ['lore']],
    [['swipe'], 'normal', []],
    [[], 'quiet', ['lore']],
  ] as const)('triggers %j in a %s generation', async (triggers, generation, expected) => {
    expect(await activeOf([constant('lore', { triggers: [...triggers] })], { generation })).toEqual(expected);
  });

  test.each([
    [{ names: ['Wren'] }, true],
    [{ names: ['wren_file'] }, true],
    [{ names: ['Other'] }, false],
    [{ names: ['Wren'], isExclude: true }, false],
    [{ names: ['Other'], isExclude: true }, true],
    [{ tags: ['SEA'] }, true],
    [{ tags: ['land'] }, false],
    [{ tags: ['sea'], isExclude: true }, false],
    [{ names: ['Wren'], tags: ['land'] }, false],
  ])('characters %j: %j', async (filter, expected) => {
    const characterFilter = { isExclude: false, names: [], tags: [], ...filter };
    const character = { name: 'Wren', fileName: 'wren_file', tags: ['Sea'] };
    expect((await activeOf([constant('lore', { characterFilter })], { character })).length === 1).toBe(expected);
  });

  test('a disabled entry is not there', async () => {
    expect((await activate([constant('lore', { isEnabled: false })])).report).toEqual([]);
  });
});

describe('the order of books', () => {
  const book = (id: string, kind: 'chat' | 'persona' | 'character' | 'global') =>
    sourceOf([constant(`${id} 1`, { order: 1 }), constant(`${id} 2`, { order: 2 })], { id, kind });
  const sources = [book('c', 'character'), book('g', 'global'), book('p', 'persona'), book('t', 'chat')];

  test.each([
    ['character-first', ['t 2', 't 1', 'p 2', 'p 1', 'c 2', 'c 1', 'g 2', 'g 1']],
    ['global-first', ['t 2', 't 1', 'p 2', 'p 1', 'g 2', 'g 1', 'c 2', 'c 1']],
    ['evenly', ['t 2', 't 1', 'p 2', 'p 1', 'g 2', 'c 2', 'g 1', 'c 1']],
  ] as const)('%s', async (strategy, expected) => {
    const { report } = await activateLore(requestOf(sources, { settings: { strategy } }));
    expect(report.map(({ title }) => title)).toEqual(expected);
  });

  test('a book that is there twice counts once', async () => {
    const { book: same } = book('c', 'global');
    const doubled = [
      { id: 'x', kind: 'character' as const, book: same },
      { id: 'y', kind: 'global' as const, book: same },
      { id: 'y', kind: 'chat' as const, book: sourceOf([constant('other')]).book },
    ];
    const { report } = await activateLore(requestOf(doubled));
    expect(report.map(({ sourceId }) => sourceId)).toEqual(['y', 'y']);
  });
});
