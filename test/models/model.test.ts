import { describe, expect, test } from '@jest/globals';
import { type ListedModel, withAdminContext } from '../../src/models/catalog.ts';
import type { LearnedFacts } from '../../src/models/learned.ts';
import { listedScene, named } from './catalog-scene.ts';

describe('a model', () => {
  test('is described by the tables, and by what the API says', async () => {
    const { catalog } = await listedScene({ listed: [{ id: 'Midnight-Miqu-70B-v1.5', contextLength: 12_000 }] });
    expect(catalog.list()).toEqual([
      {
        id: 'Midnight-Miqu-70B-v1.5',
        contextLength: 12_000,
        contextSource: 'api',
        contextLengths: [
          { source: 'api', contextLength: 12_000 },
          { source: 'table', contextLength: 16_000 },
        ],
        family: 'Llama 2',
        tokenizer: { name: 'llama2', isExact: true, factor: 1 },
        overhead: { perMessage: 5, perPrompt: 8 },
        roles: { mode: 'strict', system: false },
        isChat: true,
        isThinking: false,
        takesPictures: false,
      },
    ]);
  });

  test.each([0, -1, 255, 20_000_001, 1e12, 8_000.5, Number.NaN, Infinity])(
    'does not have the context length of %d, whatever the API says',
    async (contextLength) => {
      const { catalog } = await listedScene({ listed: [{ id: 'L3-MS-Astoria-70b', contextLength }] });
      expect(catalog.find().contextLengths).toEqual([{ source: 'table', contextLength: 8_000 }]);
    },
  );

  test('has what was learned of it in force at once, whichever way it is found', async () => {
    const id = 'Meta-Llama-3-70B-Instruct';
    const { catalog, facts } = await listedScene({ listed: [{ id, contextLength: 8_192 }] });
    facts[id] = { contextLength: 5_000, takesSystemRole: false, mustAlternate: true };
    for (const model of [catalog.list()[0], catalog.find(), catalog.find('llama-3 70b'), catalog.get(id)]) {
      expect(model).toMatchObject({
        contextLength: 5_000,
        contextSource: 'learned',
        contextLengths: [
          { source: 'learned', contextLength: 5_000 },
          { source: 'api', contextLength: 8_192 },
          { source: 'table', contextLength: 6_000 },
        ],
        roles: { mode: 'strict', system: false },
      });
    }
    delete facts[id];
    expect(catalog.find()).toMatchObject({ contextSource: 'api', roles: { mode: 'merge', system: true } });
  });

  test.each<[string, LearnedFacts, ListedModel, [string, number][]]>([
    ['the table says', {}, { id: 'L3-MS-Astoria-70b' }, [['table', 8_000]]],
    ['nobody says', {}, { id: 'unheard-of' }, [['default', 4_096]]],
    [
      'the API says',
      {},
      { id: 'unheard-of', contextLength: 9_000 },
      [
        ['api', 9_000],
        ['default', 4_096],
      ],
    ],
    [
      'a refusal said',
      { contextLength: 300 },
      { id: 'unheard-of' },
      [
        ['learned', 300],
        ['default', 4_096],
      ],
    ],
  ])('has the context length that %s', async (_, learned, listed, expected) => {
    const { catalog } = await listedScene({ listed: [listed], facts: { [listed.id]: learned } });
    const model = catalog.find();
    expect(model.contextLengths.map(({ source, contextLength }) => [source, contextLength])).toEqual(expected);
    expect([[model.contextSource, model.contextLength]]).toEqual(expected.slice(0, 1));
  });

  test.each<[string, { tokens: number; at: number } | undefined, LearnedFacts, [string, number][]]>([
    ['none was set', undefined, {}, [['table', 8_000]]],
    [
      'it is alone',
      { tokens: 7_000, at: 50 },
      {},
      [
        ['admin', 7_000],
        ['table', 8_000],
      ],
    ],
    [
      'it is higher than the table',
      { tokens: 9_000, at: 50 },
      {},
      [
        ['admin', 9_000],
        ['table', 8_000],
      ],
    ],
    [
      'it is lower than a later refusal',
      { tokens: 5_000, at: 50 },
      { contextLength: 6_000, contextLearnedAt: 90 },
      [
        ['admin', 5_000],
        ['learned', 6_000],
        ['table', 8_000],
      ],
    ],
    [
      'it is higher than an earlier refusal',
      { tokens: 7_000, at: 50 },
      { contextLength: 6_000, contextLearnedAt: 10 },
      [
        ['admin', 7_000],
        ['learned', 6_000],
        ['table', 8_000],
      ],
    ],
    [
      'it was refused since',
      { tokens: 7_000, at: 50 },
      { contextLength: 6_000, contextLearnedAt: 90 },
      [
        ['learned', 6_000],
        ['admin', 7_000],
        ['table', 8_000],
      ],
    ],
    ['it is absurd', { tokens: 1e12, at: 50 }, {}, [['table', 8_000]]],
  ])('has an admin’s context length where %s', async (_, admin, facts, expected) => {
    const id = 'L3-MS-Astoria-70b';
    const { catalog } = await listedScene({ listed: named(id), facts: { [id]: facts } });
    const model = withAdminContext(catalog.find(), admin, { of: () => facts });
    expect(model.contextLengths.map(({ source, contextLength }) => [source, contextLength])).toEqual(expected);
    expect([[model.contextSource, model.contextLength]]).toEqual(expected.slice(0, 1));
  });
});
