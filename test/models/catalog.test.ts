import { describe, expect, test } from '@jest/globals';
import { UserError } from '../../src/core/errors.ts';
import type { Catalog } from '../../src/models/catalog.ts';
import { createScene, listedScene, named } from './catalog-scene.ts';
import { recordedDocument } from './recorded.ts';

const ids = (catalog: Catalog) => catalog.list().map(({ id }) => id);

const errorOf = (act: () => unknown): unknown => {
  try {
    return act();
  } catch (error) {
    return error instanceof UserError ? [error.kind, error.message] : error;
  }
};

const served = named(
  'Midnight-Miqu-70B-v1.5',
  'TTS-hexgrad-Kokoro-82M',
  'Mixtral-8x7B-Instruct-v0.1',
  'L3-8B-Lunaris-v1',
);

describe('the list', () => {
  test('is that of the chat models, in the API’s order; the others are known by their ids', async () => {
    const { catalog } = await listedScene({ listed: served });
    expect(ids(catalog)).toEqual(['Midnight-Miqu-70B-v1.5', 'Mixtral-8x7B-Instruct-v0.1', 'L3-8B-Lunaris-v1']);
    expect([catalog.get('TTS-hexgrad-Kokoro-82M')?.isChat, catalog.get('midnight-miqu-70b-v1.5')]).toEqual([
      false,
      undefined,
    ]);
  });

  test('stays when the API fails or lists nothing for chat, and is replaced by the next good one', async () => {
    const { catalog, api, refresh, lines } = createScene();
    const states: unknown[] = [catalog.state];
    await refresh();
    states.push(catalog.state);
    for (const answer of [named('One', 'Two'), [], named('tts-1'), named('Two')]) {
      api.answer = answer;
      await refresh();
      states.push([catalog.state, ...ids(catalog)]);
    }
    api.answer = new Error('down');
    await expect(refresh()).rejects.toThrow('down');
    expect([...states, ids(catalog), catalog.get('One')]).toEqual([
      'empty',
      'empty',
      ['fresh', 'One', 'Two'],
      ['fresh', 'One', 'Two'],
      ['fresh', 'One', 'Two'],
      ['fresh', 'Two'],
      ['Two'],
      undefined,
    ]);
    expect(lines).toEqual([0, 2, 0, 0, 1].map((models) => ['info', { models }, 'models listed']));
  });

  test('leaves out ids that cannot be shown, and says so once', async () => {
    const absurd = [
      '',
      ' ',
      ' x',
      'x'.repeat(101),
      'a`b',
      'a\nb',
      'a\u0000b',
      'a\u202eb',
      'a\u200bb',
      'a\u2028b',
      '\ud800',
    ];
    const longest = 'y'.repeat(100);
    const { catalog, refresh, lines } = createScene({ listed: named(...absurd, 'Good', 'Good', longest, 'モデル') });
    await refresh();
    await refresh();
    expect(ids(catalog)).toEqual(['Good', longest, 'モデル']);
    expect(lines).toEqual([
      ['warn', { unusable: 11, surplus: 0 }, 'some of the models that the API lists are left out'],
      ['info', { models: 3 }, 'models listed'],
      ['info', { models: 3 }, 'models listed'],
    ]);
  });

  test('of 100,000 models is cut, and answers for every key pressed', async () => {
    const listed = Array.from({ length: 100_000 }, (_, index) => ({
      id: `Org-L3.3-${index}B-Rocinante-v${index % 9}`,
    }));
    const { catalog, lines } = await listedScene({ listed });
    expect(lines).toEqual([
      ['warn', { unusable: 0, surplus: 98_000 }, 'some of the models that the API lists are left out'],
      ['info', { models: 2_000 }, 'models listed'],
    ]);
    const near = catalog.suggest('L3.3 1500B rocniante');
    expect([near.length, near[0]]).toEqual([5, 'Org-L3.3-1500B-Rocinante-v6']);
    expect(catalog.suggest('1999B')).toEqual(['Org-L3.3-1999B-Rocinante-v1']);
    expect(catalog.find('1999B').id).toBe('Org-L3.3-1999B-Rocinante-v1');
  });
});

test('the list has the context lengths that a server’s admins set, also under another name of the quantisation', async () => {
  const facts = { Two: { contextLength: 3_000, contextLearnedAt: 2 } };
  const { catalog } = await listedScene({ listed: named('One', 'Two', 'Three-FP8-Dynamic', 'Four'), facts });
  const set = { One: { tokens: 5_000, at: 1 }, Two: { tokens: 6_000, at: 1 }, Three: { tokens: 7_000, at: 1 } };
  expect(catalog.list(set).map(({ contextLength }) => contextLength)).toEqual([5_000, 3_000, 7_000, 4_096]);
});

describe('the model that is meant', () => {
  test('is found by a tolerant name, never by that of one that is not for chat', async () => {
    const { catalog } = await listedScene({ listed: served });
    expect(catalog.find('miqu').id).toBe('Midnight-Miqu-70B-v1.5');
    expect(errorOf(() => catalog.find('TTS-hexgrad-Kokoro-82M'))).toEqual([
      'missing',
      '`TTS-hexgrad-Kokoro-82M` is not for chat, so it cannot answer here.',
    ]);
    expect(errorOf(() => catalog.find('kokoro'))).toEqual(errorOf(() => catalog.find('TTS-hexgrad-Kokoro-82M')));
    expect(errorOf(() => catalog.find('*_zephyr_*'))).toEqual([
      'missing',
      expect.stringMatching(/^There is no model called “\\\*\\_zephyr\\_\\\*”\. Nearest: /),
    ]);
  });

  test('is asked for more closely when what was typed fits several', async () => {
    const versions = Array.from({ length: 7 }, (_, version) => `TheDrummer-Anubis-70B-v${version + 1}`);
    const { catalog } = await listedScene({ listed: named(...versions, 'Anubia-7B') });
    expect(errorOf(() => catalog.find('anubis'))).toEqual([
      'missing',
      '“anubis” fits more than one model: `TheDrummer-Anubis-70B-v1`, `TheDrummer-Anubis-70B-v2`, `TheDrummer-Anubis-70B-v3`, `TheDrummer-Anubis-70B-v4`, `TheDrummer-Anubis-70B-v5` and 2 more. Write a little more of the name.',
    ]);
    expect(errorOf(() => catalog.find('anubi'))).toEqual(['missing', expect.stringMatching(/^“anubi” fits more/)]);
    expect(errorOf(() => catalog.find('Anubis v1'))).toEqual([
      'missing',
      expect.stringMatching(/^There is no model called “Anubis v1”\. Nearest: `TheDrummer-Anubis-70B-v1`, /),
    ]);
    const { catalog: two } = await listedScene({ listed: named('Anubis-70B-v1', 'Anubis-70B-v1.1') });
    expect(errorOf(() => two.find('anubis'))).toEqual([
      'missing',
      '“anubis” fits more than one model: `Anubis-70B-v1`, `Anubis-70B-v1.1`. Write a little more of the name.',
    ]);
  });

  test('is taken as it stands while no list is there, if it can be an id at all', () => {
    const { catalog } = createScene();
    expect(catalog.find('L3-MS-Astoria-70b')).toMatchObject({ id: 'L3-MS-Astoria-70b', contextLength: 8_000 });
    expect(errorOf(() => catalog.find('a`\nb'))).toEqual(['missing', 'There is no model called “a\\` b”.']);
    expect(errorOf(() => catalog.find())).toEqual([
      'unavailable',
      'The list of models could not be loaded yet. Please try again in a minute.',
    ]);
  });

  test('is the operator’s, else the first for chat', async () => {
    const { catalog } = await listedScene({ listed: served });
    expect([catalog.find().id, catalog.isDefaultListed]).toEqual(['Midnight-Miqu-70B-v1.5', false]);
    const { catalog: own } = await listedScene({ listed: served, defaultModel: 'lunaris' });
    expect([own.find().id, own.isDefaultListed]).toEqual(['L3-8B-Lunaris-v1', true]);
  });

  test('is the operator’s also before the list, and where its name looks like that of another kind', async () => {
    const { catalog, refresh } = createScene({ listed: served, defaultModel: 'TTS-hexgrad-Kokoro-82M' });
    expect([catalog.find().id, catalog.isDefaultListed]).toEqual(['TTS-hexgrad-Kokoro-82M', true]);
    await refresh();
    expect([catalog.find().id, catalog.isDefaultListed]).toEqual(['TTS-hexgrad-Kokoro-82M', true]);
  });

  test('is the first for chat while the operator’s is not listed, and the log says so once', async () => {
    const { catalog, api, refresh, lines } = await listedScene({ listed: served, defaultModel: 'Gone-70B' });
    expect([catalog.find().id, catalog.find().id, catalog.isDefaultListed]).toEqual([
      'Midnight-Miqu-70B-v1.5',
      'Midnight-Miqu-70B-v1.5',
      false,
    ]);
    api.answer = named('One', 'Gone-70B');
    await refresh();
    expect([catalog.find().id, catalog.isDefaultListed]).toEqual(['Gone-70B', true]);
    expect(lines.filter(([level]) => level === 'warn')).toEqual([
      [
        'warn',
        { defaultModel: 'Gone-70B' },
        'the API does not list DEFAULT_MODEL; its first chat model answers instead',
      ],
    ]);
  });
});

describe('suggestions', () => {
  const listed = named(
    'Sao10K-L3.3-70B-Euryale-v2.3',
    'Mixtral-8x7B-Instruct-v0.1',
    'tts-1',
    'L3-8B-Lunaris-v1',
    'Kunou',
  );
  const chat = ['Sao10K-L3.3-70B-Euryale-v2.3', 'Mixtral-8x7B-Instruct-v0.1', 'L3-8B-Lunaris-v1', 'Kunou'];

  test.each<[string, string[] | undefined, string[]]>([
    ['', undefined, chat],
    ['l3', undefined, ['Sao10K-L3.3-70B-Euryale-v2.3', 'L3-8B-Lunaris-v1']],
    ['70b euryale', undefined, ['Sao10K-L3.3-70B-Euryale-v2.3']],
    ['mixtrl', ['Mixtral-8x7B-Instruct-v0.1', 'Kunou'], ['Mixtral-8x7B-Instruct-v0.1', 'Kunou']],
    ['', ['Kunou', 'L3-8B-Lunaris-v1'], ['L3-8B-Lunaris-v1', 'Kunou']],
    ['l3', ['L3-8B-Lunaris-v1', 'gone', 'tts-1'], ['L3-8B-Lunaris-v1']],
    ['l3', [], []],
    ['euryale', [], []],
  ])('for %j among %j are %j', async (typed, among, expected) => {
    const { catalog } = await listedScene({ listed });
    expect(catalog.suggest(typed, among)).toEqual(expected);
  });

  test('are the nearest five where nothing holds what was typed', async () => {
    const { catalog } = await listedScene({ listed: named('One', 'Two', 'Three', 'Four', 'Five', 'Six') });
    expect(catalog.suggest('fuor')).toHaveLength(5);
    expect(catalog.suggest('fuor')[0]).toBe('Four');
  });

  test('are none before the list', () => {
    expect(createScene().catalog.suggest('x')).toEqual([]);
  });
});

describe('the last good list', () => {
  const list = [{ id: 'One', contextLength: 9_000 }, { id: 'tts-1' }];

  test('is stored when it has changed, and taken by the next run until the API answers', async () => {
    const saved = recordedDocument();
    const first = createScene({ listed: list, saved });
    await first.refresh();
    await first.refresh();
    first.api.answer = [];
    await first.refresh();
    expect(saved.written).toEqual([list]);

    const next = createScene({ saved });
    await next.catalog.restore();
    expect([next.catalog.state, next.catalog.find().contextLengths[0]]).toEqual([
      'restored',
      { source: 'api', contextLength: 9_000 },
    ]);
    next.api.answer = list;
    await next.refresh();
    expect([next.catalog.state, saved.written.length]).toEqual(['fresh', 1]);
    next.api.answer = named('Two');
    await next.refresh();
    expect([saved.written.length, ids(next.catalog)]).toEqual([2, ['Two']]);
  });

  test('does not replace one that the API has given', async () => {
    const scene = createScene({ listed: named('New'), saved: recordedDocument(list) });
    const restoring = scene.catalog.restore();
    await Promise.all([restoring, scene.refresh()]);
    await scene.catalog.restore();
    expect([scene.catalog.state, ids(scene.catalog)]).toEqual(['fresh', ['New']]);
  });

  test.each<[string, unknown, unknown[][]]>([
    ['nothing', undefined, []],
    ['no model for chat', named('tts-1'), []],
    ['something else', { v: 7 }, [['warn', {}, 'the stored list of models cannot be read']]],
    ['a damaged entry', [{ id: 7 }], [['warn', {}, 'the stored list of models cannot be read']]],
  ])('is not taken from a document with %s', async (_, stored, expected) => {
    const { catalog, lines } = createScene({ saved: recordedDocument(stored) });
    await catalog.restore();
    expect([catalog.state, catalog.list(), lines]).toEqual(['empty', [], expected]);
  });

  test('is checked like one from the API', async () => {
    const stored = [{ id: 'a`b' }, { id: 'Good', contextLength: -1 }, { id: 'Good' }];
    const { catalog } = createScene({ saved: recordedDocument(stored) });
    await catalog.restore();
    expect(catalog.list().map(({ id, contextLength }) => [id, contextLength])).toEqual([['Good', 4_096]]);
  });

  test('may fail to be read or stored: the bot goes on, and stores it with the next refresh', async () => {
    const saved = recordedDocument();
    saved.failure = new Error('disk');
    const { catalog, refresh, lines } = createScene({ listed: list, saved });
    await catalog.restore();
    await refresh();
    saved.failure = undefined;
    await refresh();
    expect([catalog.state, saved.written]).toEqual(['fresh', [list]]);
    expect(lines).toEqual([
      ['warn', { err: 'disk' }, 'the stored list of models could not be read'],
      ['info', { models: 1 }, 'models listed'],
      ['warn', { err: 'disk' }, 'the list of models could not be stored'],
      ['info', { models: 1 }, 'models listed'],
    ]);
  });
});
