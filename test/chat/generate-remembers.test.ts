import { describe, expect, test } from '@jest/globals';
import { CompletionError } from '../../src/completions/errors.ts';
import { estimateTokens } from '../../src/models/estimate.ts';
import type { StoreEntry } from '../../src/storage/store.ts';
import { failure, generate, LONG_TURNS, OK, storeTurns, type TalkedTurn } from './generating.ts';
import { createScene, MODEL, type Scene, STOP, textsOf } from './scene.ts';

const HISTORY_CUT =
  'The oldest messages of this conversation do not fit into the model’s memory any more: from now on it knows only the newest.';

/** Turns until the window of 32,000 tokens is full several times over. */
const OVERLONG: TalkedTurn[] = Array.from({ length: 8 }, () => LONG_TURNS).flat();

async function askInOrder(scene: Scene, questions: string[]): Promise<(string | undefined)[]> {
  const shown: (string | undefined)[] = [];
  for (const [index, question] of questions.entries()) {
    const asked = scene.ask(question, { id: `${1_000 + index}` });
    await scene.finish(asked);
    shown.push(asked.target.shown[0]?.content);
  }
  return shown;
}

describe('counts of tokens', () => {
  const old: TalkedTurn[] = [
    ['First?', 'One.'],
    ['Second?', 'Two.'],
  ];

  test('are stored with the messages, and made once: the next turn counts only what is new', async () => {
    const scene = await createScene({
      answers: [
        ['Three.', STOP],
        ['Four.', STOP],
      ],
    });
    await storeTurns(scene, old);
    const spoken = ['First?', 'One.', 'Second?', 'Two.', 'Third?', 'Three.', 'Fourth?', 'Four.'];
    const counted: string[][] = [];
    for (const [index, question] of ['Third?', 'Fourth?'].entries()) {
      scene.counting.texts.length = 0;
      await scene.finish(scene.ask(question, { id: `${index + 3}` }));
      counted.push(scene.counting.texts.filter((text) => spoken.includes(text)).sort());
    }
    expect(counted).toEqual([
      ['First?', 'One.', 'Second?', 'Third?', 'Three.', 'Two.'],
      ['Four.', 'Fourth?'],
    ]);
    const stored: unknown[] = [];
    for await (const { user, reply } of scene.history.newest('c')) stored.push(user.tokens, reply?.tokens);
    expect(stored).toEqual(
      ['Fourth?', 'Four.', 'Third?', 'Three.', 'Second?', 'Two.', 'First?', 'One.'].map((text) => ({
        llama3: estimateTokens(text),
      })),
    );
  });

  test('that are estimates are not stored, and made again', async () => {
    const scene = await createScene({ isExact: false });
    await storeTurns(scene, old);
    await askInOrder(scene, ['Third?', 'Fourth?']);
    expect(scene.counting.texts.filter((text) => text === 'First?')).toHaveLength(2);
    for await (const { user } of scene.history.newest('c')) expect(user.tokens).toBeUndefined();
  });

  test('of each tokenizer stand beside those of others', async () => {
    const scene = await createScene();
    await scene.finish(scene.ask('Hi', { id: '1' }));
    await scene.finish(scene.ask('Again', { id: '2', model: 'Mixtral-8x7B-Instruct-v0.1' }));
    const tokens = estimateTokens('Hi');
    expect((await scene.history.find('c', 'u1'))?.user.tokens).toEqual({ llama3: tokens, mistral: tokens });
  });

  test('that cannot be stored cost nothing but their storing', async () => {
    const onWrite = (entries: StoreEntry[]) => {
      if (!entries.some(({ value }) => typeof value === 'object' && value && 'marks' in value)) throw new Error('full');
    };
    const scene = await createScene({ onWrite });
    await storeTurns(scene, old);
    expect(await askInOrder(scene, ['Third?'])).toEqual(['Hi.']);
    expect(scene.faults).toEqual([]);
  });
});

describe('a conversation that is longer than the window', () => {
  test('begins its prompts at the same turn, one after another', async () => {
    const scene = await createScene();
    await storeTurns(scene, OVERLONG);
    await askInOrder(scene, ['One?', 'Two?', 'Three?']);
    const prefixes = scene.requests.map((request) => textsOf(request).slice(0, -2));
    const [first = []] = prefixes;
    expect(first.length).toBeGreaterThan(100);
    expect(prefixes.map((texts) => texts.slice(0, first.length))).toEqual([first, first, first]);
    expect(prefixes.map((texts) => texts.length - first.length)).toEqual([0, 2, 4]);
    const { cut } = await scene.history.recall('c');
    expect(cut?.turnId).toMatch(/^u\d+$/);
  });

  test('says so once', async () => {
    const scene = await createScene();
    await storeTurns(scene, OVERLONG);
    expect(await askInOrder(scene, ['One?', 'Two?'])).toEqual([`Hi.\n\n-# ${HISTORY_CUT}`, 'Hi.']);
    expect((await scene.history.recall('c')).told).toEqual(['window']);
  });

  test('says so behind a reply that breaks off, but not with one that never began', async () => {
    const scene = await createScene({ answers: [failure('refused'), ['Yes', 100, new CompletionError('cut')], OK] });
    await storeTurns(scene, OVERLONG);
    const [refused, cut, whole] = await askInOrder(scene, ['One?', 'Two?', 'Three?']);
    expect([refused, cut, whole]).toEqual([
      expect.not.stringContaining(HISTORY_CUT),
      expect.stringMatching(/^Yes\n\n-# The reply was cut here\. .* from now on it knows only the newest\.$/),
      'Yes.',
    ]);
  });

  test('goes on when that cannot be stored', async () => {
    const onWrite = (entries: StoreEntry[]) => {
      if (JSON.stringify(entries).includes('"window"')) throw new Error('full');
    };
    const scene = await createScene({ onWrite });
    await storeTurns(scene, OVERLONG);
    const shown = `Hi.\n\n-# ${HISTORY_CUT}`;
    expect(await askInOrder(scene, ['One?', 'Two?'])).toEqual([shown, shown]);
  });

  test('that fits again forgets its cut', async () => {
    const scene = await createScene();
    await storeTurns(scene, LONG_TURNS);
    await scene.history.remember('c', { cut: { turnId: 'u30', budget: 29_000 } });
    await askInOrder(scene, ['One?']);
    expect((await scene.history.recall('c')).cut).toBeUndefined();
  });
});

describe('what the API counted', () => {
  const answer = [['Yes.', STOP, { type: 'usage' as const, promptTokens: 5_000, completionTokens: 2 }]];

  test.each([
    { name: 'is held against an exact count', options: {}, learned: { extra: 1_024 } },
    { name: 'is not held against an estimate', options: { isExact: false }, learned: {} },
    {
      name: 'is not held against a count that guesses the tokens of pictures',
      options: { pictures: [{ dataUrl: 'data:image/png;base64,AAAA', tokens: 10 }] },
      learned: {},
    },
  ])('$name', async ({ options, learned }) => {
    const { scene } = await generate(answer, options);
    expect(scene.learned.of(MODEL)).toEqual(learned);
  });

  test('is left free in the next prompts', async () => {
    const sampling = { maxReplyTokens: 30_000 };
    const observe = ({ learned }: Scene) =>
      learned.observe(
        { id: MODEL, tokenizer: { name: 'llama3', isExact: true, factor: 1 } },
        { counted: 100, promptTokens: 130 },
      );
    const [before, after] = await Promise.all([
      generate([OK], { sampling }),
      generate([OK], { sampling, prepare: observe }),
    ]);
    const room = [before, after].map(({ scene }) => scene.requests[0]?.maxTokens ?? 0);
    expect((room[0] ?? 0) - (room[1] ?? 0)).toBe(30);
  });
});

describe('a key that a server brought', () => {
  const by = { id: '7', name: 'Ada' };
  const where = { channelId: 'c', guildId: 'g' };

  test('is noted once when the API refuses it, and cleared when it takes it again', async () => {
    const refused = failure('unauthorized');
    const scene = await createScene({ answers: [refused, refused, refused, refused, ['Hi.', STOP]] });
    await scene.upstreams.setKey('g', 'sk-of-the-server', by);
    const states: unknown[] = [];
    for (const id of ['1', '2', '3']) {
      const asked = scene.ask('Yes?', { id, where });
      await scene.finish(asked);
      const refusedAt = (await scene.upstreams.keyState('g'))?.refusedAt;
      states.push([asked.target.shown[0]?.content.slice(0, 45), refusedAt]);
    }
    const told = 'The API did not accept this server’s key. Som';
    expect(states).toEqual([
      [told, 5_000],
      [told, 5_000],
      ['Hi.', undefined],
    ]);
    expect(scene.refusedKeys).toEqual([['g', { hint: 'rver', by, at: 0, refusedAt: 5_000 }]]);
  });

  test('has a budget of its own', async () => {
    const scene = await createScene({ requestsPerMinute: 1 });
    await scene.upstreams.setKey('g', 'sk-of-the-server', by);
    const asked = [scene.ask('One?', { id: '1' }), scene.ask('Two?', { id: '2', conversationId: 'd', where })];
    await scene.clock.advance(1_000);
    expect(scene.requests).toHaveLength(2);
    await scene.finish(...asked);
  });
});
