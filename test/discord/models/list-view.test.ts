import { describe, expect, test } from '@jest/globals';
import { listView } from '../../../src/discord/models/list-view.ts';
import { buttonsOf, GUILD, known, model } from './facts.ts';

const MYTHO = model('MythoMax-L2-13b');
const MIQU = model('Midnight-Miqu-70B-v1.5');
const FOOTER = '-# `/models use` changes who answers here, `/models info` says everything about one.';

describe('the list of models', () => {
  test('begins with who answers and why, and gives each model two short lines', () => {
    const thinking = model('Qwen-Qwen3-VL-8B-Instruct', { isThinking: true, takesPictures: true });
    const view = listView(
      known([MYTHO, MIQU, thinking], {
        choice: { model: MIQU, origin: 'server' },
        levels: [
          { origin: 'channel', inForce: false },
          { origin: 'server', modelId: MIQU.id, setBy: 'Mia_*', at: 1_700_000_000_500, inForce: true },
          { origin: 'operator', modelId: MYTHO.id, inForce: false },
        ],
        allowed: [MIQU.id, MYTHO.id],
        stateOf: (id) =>
          id === MYTHO.id ? { state: 'down', failure: 'timeout', since: 1_700_000_000_000 } : { state: 'up' },
      }),
    );
    expect(view).toEqual({
      text: [
        '`Midnight-Miqu-70B-v1.5` answers in this channel: the server’s default, set by **Mia\\_\\*** <t:1700000000:R>.',
        '',
        '**3 models**',
        '`MythoMax-L2-13b`',
        '-# 4,096 tokens · Llama 2 · **down since <t:1700000000:R>: it takes too long to answer**',
        '`Midnight-Miqu-70B-v1.5`',
        '-# 16,000 tokens · Llama 2 · **answers here** · **server default**',
        '`Qwen-Qwen3-VL-8B-Instruct`',
        '-# 32,000 tokens · Qwen · takes pictures · thinks · members may not pick it',
        FOOTER,
      ].join('\n'),
      rows: [[]],
    });
  });

  test.each([
    ['thread', { ...GUILD, parentId: '10' }, 'in this thread: chosen for this thread by **Bob** <t:5:R>.'],
    [
      'channel',
      { ...GUILD, parentId: '10' },
      'in this thread: chosen for the channel of this thread by **Bob** <t:5:R>.',
    ],
    ['channel', GUILD, 'in this channel: chosen for this channel by **Bob** <t:5:R>.'],
    ['channel', { channelId: '30' }, 'in this conversation: chosen for this conversation by **Bob** <t:5:R>.'],
    ['server', GUILD, 'in this channel: the server’s default, set by **Bob** <t:5:R>.'],
  ] as const)('says that the %s of %j chose', (origin, place, words) => {
    const levels = [{ origin, modelId: MYTHO.id, setBy: 'Bob', at: 5_000, inForce: true }];
    const { text } = listView(known([MYTHO], { place, levels, choice: { origin } }));
    expect(text.split('\n')[0]).toBe(`\`MythoMax-L2-13b\` answers ${words}`);
  });

  test.each([
    ['operator', 'the default of whoever runs this bot.'],
    ['first', 'the API’s first model, because nobody chose one.'],
  ] as const)('says that it is the choice of the %s', (origin, words) => {
    const { text } = listView(known([MYTHO], { choice: { origin } }));
    expect(text.split('\n')[0]).toBe(`\`MythoMax-L2-13b\` answers in this channel: ${words}`);
  });

  test('says that what was chosen is gone, that who answers is down, and that the list is an old one', () => {
    const { text } = listView(
      known([MYTHO], {
        choice: { missing: { id: 'Old-Model', origin: 'server' } },
        listState: 'restored',
        stateOf: () => ({ state: 'down', failure: 'network' }),
      }),
    );
    expect(text.split('\n').slice(1, 6)).toEqual([
      '`Old-Model`, the server’s default, is not served any more. It answers again when it is back.',
      'It is down: it cannot be reached.',
      '',
      '**1 model**',
      '-# The API does not say at present what it serves: this is its last list.',
    ]);
  });

  test('marks as the default the one that was chosen, and its like only if that is gone', () => {
    const [plain, quantised] = [model('Tale-7B'), model('Tale-7B-FP8-Dynamic')];
    const levels = [{ origin: 'server' as const, modelId: quantised.id, inForce: true }];
    const marked = (models: ReturnType<typeof model>[]) =>
      /`([^`]+)`\n[^\n]*server default/.exec(listView(known(models, { levels })).text)?.[1];
    expect([marked([plain, quantised]), marked([plain])]).toEqual([quantised.id, plain.id]);
  });

  test('offers to remove the choice of the place itself', () => {
    const levels = [{ origin: 'channel' as const, modelId: MIQU.id, setBy: 'Bob', at: 5_000, inForce: true }];
    const view = listView(known([MYTHO, MIQU], { levels, choice: { model: MIQU, origin: 'channel' } }));
    expect(buttonsOf(view)).toEqual(['Remove the choice of this channel -> model-off:list']);
  });
});

describe('the pages of the list', () => {
  const twelves = (count: number, id: (index: number) => string) =>
    known(Array.from({ length: count }, (_, index) => model(id(index))));
  const namesOf = (text: string) => text.split('\n').filter((line) => /^`[^`]+`$/.test(line));

  test('hold twelve models, and only the first says who answers', () => {
    const facts = twelves(30, (index) => `Model-${index}`);
    const pages = [1, 2, 3].map((page) => listView(facts, page));
    expect(pages.map(({ text }) => namesOf(text).length)).toEqual([12, 12, 6]);
    expect(pages.map(({ text }) => text.split('\n')[0])).toEqual([
      '`Model-0` answers in this channel: the default of whoever runs this bot.',
      '**30 models**, page 2 of 3',
      '**30 models**, page 3 of 3',
    ]);
    expect(pages.map(buttonsOf)).toEqual([
      ['(◀ Previous) -> models-page:0', 'Next ▶ -> models-page:2'],
      ['◀ Previous -> models-page:1', 'Next ▶ -> models-page:3'],
      ['◀ Previous -> models-page:2', '(Next ▶) -> models-page:4'],
    ]);
  });

  test('stay one message each with the longest names, and leave out nobody', () => {
    const longId = (index: number) => `${String(index).padStart(3, '0')}-${'x'.repeat(96)}`;
    const facts: ReturnType<typeof known> = {
      ...twelves(60, longId),
      stateOf: () => ({ state: 'down', failure: 'timeout', since: 1_700_000_000_000 }),
      allowed: [],
      listState: 'restored',
    };
    const texts = Array.from({ length: 40 }, (_, index) => listView(facts, index + 1).text);
    expect(Math.max(...texts.map(({ length }) => length))).toBeLessThanOrEqual(2_000);
    expect(new Set(texts.flatMap(namesOf)).size).toBe(60);
  });

  test('a page that is not there is the nearest that is', () => {
    const facts = twelves(13, (index) => `Model-${index}`);
    expect(listView(facts, 7)).toEqual(listView(facts, 2));
    expect(listView(facts, Number('forged'))).toEqual(listView(facts, 1));
  });
});
