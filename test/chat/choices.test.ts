import { describe, expect, test } from '@jest/globals';
import { type Choices, createChoices, type Level, type Place } from '../../src/chat/choices.ts';
import type { Upstream } from '../../src/chat/upstreams.ts';
import { silentLogger } from '../../src/core/logger.ts';
import { createCatalog, type ListedModel } from '../../src/models/catalog.ts';
import { createLearned, type Learned } from '../../src/models/learned.ts';
import { createSettings, type Settings, type SettingsStore } from '../../src/storage/settings.ts';
import { openStore } from '../../src/storage/store.ts';
import { FakeClock } from '../support/fake-clock.ts';

const A = 'Sao10K-L3.3-70B-Euryale-v2.3';
const B = 'Mixtral-8x7B-Instruct-v0.1';
const C = 'Midnight-Miqu-70B-v1.5';
const GONE = 'Gone-70B-v1';
const LISTED = [A, B, C].map((id) => ({ id }));

const by = { id: '7', name: 'Ada' };
const THREAD: Place = { channelId: 'thread', parentId: 'channel', guildId: 'guild' };
const CHANNEL: Place = { channelId: 'channel', guildId: 'guild' };
const DIRECT: Place = { channelId: 'direct' };
const SCOPES = {
  thread: { channelId: 'thread' },
  channel: { channelId: 'channel' },
  server: { guildId: 'guild' },
  direct: { channelId: 'direct' },
};
type Scope = keyof typeof SCOPES;

interface World {
  choices: Choices;
  settings: SettingsStore;
  learned: Learned;
  set: (scope: Scope, change: Partial<Settings>) => Promise<void>;
}

async function setUp({
  listed = LISTED,
  defaultModel,
  models = {},
}: {
  listed?: ListedModel[];
  defaultModel?: string;
  /** Chosen at each level. */
  models?: Partial<Record<Scope, string>>;
} = {}): Promise<World> {
  const clock = new FakeClock(1_000);
  const logger = silentLogger;
  const settings = createSettings({ store: await openStore('memory://', { clock }), clock, logger });
  const document = { read: () => Promise.resolve(undefined), write: () => Promise.resolve() };
  const learned = createLearned({ document, clock, logger });
  const catalog = createCatalog({
    listModels: () => Promise.resolve(listed),
    defaultModel,
    learned,
    saved: undefined,
    logger,
  });
  await catalog.refresh({ signal: new AbortController().signal });
  const choices = createChoices({
    settings,
    learned,
    upstreams: { of: () => Promise.resolve({ catalog } as Upstream) },
  });
  const set: World['set'] = async (scope, change) =>
    void (await settings.update(SCOPES[scope], (current) => ({ ...current, ...change })));
  for (const [scope, id] of Object.entries(models)) await set(scope as Scope, { model: { id, by, at: 500 } });
  return { choices, settings, learned, set };
}

async function chosen({ choices }: World, place: Place, wanted?: string) {
  const { model, origin, missing } = await choices.of(place, wanted);
  return { id: model.id, origin, ...(missing ? { missing } : {}) };
}

describe('the model of a place', () => {
  test.each<{
    name: string;
    models: Partial<Record<Scope, string>>;
    defaultModel?: string;
    place?: Place;
    expected: object;
  }>([
    { name: 'nothing is set', models: {}, expected: { id: A, origin: 'first' } },
    { name: 'the operator has a default', models: {}, defaultModel: B, expected: { id: B, origin: 'operator' } },
    {
      name: 'the operator’s default is not listed',
      models: {},
      defaultModel: GONE,
      expected: { id: A, origin: 'first' },
    },
    { name: 'the server has one', models: { server: C }, defaultModel: B, expected: { id: C, origin: 'server' } },
    { name: 'the channel has one', models: { server: C, channel: B }, expected: { id: B, origin: 'channel' } },
    { name: 'the thread has one', models: { server: C, channel: B, thread: A }, expected: { id: A, origin: 'thread' } },
    {
      name: 'the channel’s is asked for',
      models: { channel: B, thread: A },
      place: CHANNEL,
      expected: { id: B, origin: 'channel' },
    },
    {
      name: 'it is a direct message',
      models: { server: C, direct: B },
      place: DIRECT,
      expected: { id: B, origin: 'channel' },
    },
    {
      name: 'the thread’s is gone',
      models: { thread: GONE, channel: B },
      expected: { id: B, origin: 'channel', missing: { id: GONE, origin: 'thread' } },
    },
    {
      name: 'the channel’s is gone',
      models: { channel: GONE, server: C },
      expected: { id: C, origin: 'server', missing: { id: GONE, origin: 'channel' } },
    },
    {
      name: 'the server’s is gone',
      models: { server: GONE },
      defaultModel: B,
      expected: { id: B, origin: 'operator', missing: { id: GONE, origin: 'server' } },
    },
    {
      name: 'all are gone',
      models: { thread: GONE, channel: 'Gone-8B', server: 'Gone-13B' },
      expected: { id: A, origin: 'first', missing: { id: GONE, origin: 'thread' } },
    },
    { name: 'a farther one is gone', models: { thread: B, channel: GONE }, expected: { id: B, origin: 'thread' } },
    {
      name: 'it is served in another quantisation now',
      models: { thread: `${C}-FP8-Dynamic` },
      expected: { id: C, origin: 'thread' },
    },
    {
      name: 'only another version is served now',
      models: { thread: 'Midnight-Miqu-70B-v1.0' },
      expected: { id: A, origin: 'first', missing: { id: 'Midnight-Miqu-70B-v1.0', origin: 'thread' } },
    },
  ])('when $name', async ({ models, defaultModel, place = THREAD, expected }) => {
    const world = await setUp({ models, ...(defaultModel === undefined ? {} : { defaultModel }) });
    expect(await chosen(world, place)).toEqual(expected);
  });

  test('gives way to the one that a question wants, if that is served', async () => {
    const world = await setUp({ models: { thread: B } });
    expect(await chosen(world, THREAD, C)).toEqual({ id: C, origin: 'question' });
    expect(await chosen(world, THREAD, GONE)).toEqual({
      id: B,
      origin: 'thread',
      missing: { id: GONE, origin: 'question' },
    });
  });

  test('has the length that an admin set for it, until the API refuses a prompt of that length', async () => {
    const world = await setUp();
    await world.set('server', { contextLengths: { [A]: { tokens: 20_000, at: 500 } } });
    const lengthOf = async (place: Place) => {
      const { model } = await world.choices.of(place);
      return [model.contextLength, model.contextSource];
    };
    expect([await lengthOf(THREAD), await lengthOf(DIRECT)]).toEqual([
      [20_000, 'admin'],
      [32_000, 'table'],
    ]);
    await world.set('server', { contextLengths: { [`${A}-FP8-Dynamic`]: { tokens: 21_000, at: 500 } } });
    expect(await lengthOf(THREAD)).toEqual([21_000, 'admin']);
    world.learned.teach(A, { contextLength: 16_000 });
    expect(await lengthOf(THREAD)).toEqual([16_000, 'learned']);
  });
});

describe('before the first list', () => {
  test('the chosen model answers as it stands, then the operator’s', async () => {
    const chosenWorld = await setUp({ listed: [], models: { channel: GONE } });
    expect(await chosen(chosenWorld, THREAD)).toEqual({ id: GONE, origin: 'channel' });
    expect(await chosenWorld.choices.allowed(THREAD)).toBeUndefined();
    const operatorWorld = await setUp({ listed: [], defaultModel: B });
    expect(await chosen(operatorWorld, THREAD)).toEqual({ id: B, origin: 'operator' });
  });

  test('without either nothing can answer, and the levels are shown all the same', async () => {
    const { choices } = await setUp({ listed: [] });
    await expect(choices.of(THREAD)).rejects.toMatchObject({ name: 'UserError', kind: 'unavailable' });
    expect(await choices.levels(CHANNEL)).toEqual([
      { origin: 'channel', inForce: false },
      { origin: 'server', inForce: false },
    ]);
  });
});

describe('sampling', () => {
  test('is merged setting by setting, the nearest level first, and says where each is from', async () => {
    const { choices, set } = await setUp();
    await set('server', { sampling: { temperature: 0.1, topK: 10, stop: ['END'] } });
    await set('channel', { sampling: { temperature: 0.2, maxReplyTokens: 500 } });
    await set('thread', { sampling: { temperature: 0, minP: 0.05 } });
    const { sampling, samplingOrigins } = await choices.of(THREAD);
    expect({ sampling, samplingOrigins }).toEqual({
      sampling: { temperature: 0, topK: 10, repetitionPenalty: 1.2, maxReplyTokens: 500, stop: ['END'], minP: 0.05 },
      samplingOrigins: {
        temperature: 'thread',
        topK: 'server',
        repetitionPenalty: 'default',
        maxReplyTokens: 'channel',
        stop: 'server',
        minP: 'thread',
      },
    });
  });

  test('is the default where nothing is set', async () => {
    const { choices } = await setUp();
    const { sampling, samplingOrigins, caps } = await choices.of(DIRECT);
    expect({ sampling, samplingOrigins, caps }).toEqual({
      sampling: { temperature: 0.7, topK: 40, repetitionPenalty: 1.2, maxReplyTokens: 2_000 },
      samplingOrigins: {
        temperature: 'default',
        topK: 'default',
        repetitionPenalty: 'default',
        maxReplyTokens: 'default',
      },
      caps: {},
    });
  });
});

test('the caps are those of the server, in each of its places', async () => {
  const { choices, set } = await setUp();
  await set('server', { caps: { personPerHour: 5 } });
  expect([(await choices.of(THREAD)).caps, (await choices.of(DIRECT)).caps]).toEqual([{ personPerHour: 5 }, {}]);
});

describe('the models that members may pick', () => {
  test.each<{ name: string; allowedModels?: string[]; server?: string; place?: Place; allowed: string[] | undefined }>([
    { name: 'are all, where none are named', allowed: undefined },
    { name: 'are all in direct messages', allowedModels: [B], place: DIRECT, allowed: undefined },
    { name: 'are those named and the server’s default', allowedModels: [B], server: C, allowed: [C, B] },
    { name: 'are those named and the operator’s default', allowedModels: [B], allowed: [A, B] },
    { name: 'hold each but once', allowedModels: [A, B, `${B}-FP8`], allowed: [A, B] },
    { name: 'are the default alone, where none is left', allowedModels: [], allowed: [A] },
    {
      name: 'hold what the API lists under another quantisation now',
      allowedModels: [`${C}-FP8-Dynamic`, GONE],
      allowed: [A, C, GONE],
    },
  ])('$name', async ({ allowedModels, server, place = THREAD, allowed }) => {
    const { choices, set } = await setUp({ models: server === undefined ? {} : { server } });
    if (allowedModels) await set('server', { allowedModels });
    expect(await choices.allowed(place)).toEqual(allowed);
  });

  test('are what members may pick by name; an admin may pick any', async () => {
    const { choices, set } = await setUp();
    await set('server', { allowedModels: [`${B}-FP8`] });
    expect(await choices.pick(THREAD, 'mixtral 8x7b instruct v0.1', { isAdmin: false })).toBe(B);
    expect(await choices.pick(THREAD, C, { isAdmin: true })).toBe(C);
    await expect(choices.pick(THREAD, C, { isAdmin: false })).rejects.toMatchObject({
      kind: 'permission',
      message: `Members of this server may not pick \`${C}\`. They may pick: \`${A}\`, \`${B}\`.`,
    });
    await expect(choices.pick(THREAD, 'nonsense', { isAdmin: true })).rejects.toMatchObject({ kind: 'missing' });
  });

  test('are named ten at most', async () => {
    const listed = Array.from({ length: 14 }, (_, index) => ({ id: `Model-${'abcdefghijklmn'[index]}-70B` }));
    const { choices, set } = await setUp({ listed });
    await set('server', { allowedModels: listed.slice(0, 13).map(({ id }) => id) });
    const refusal = choices.pick(THREAD, 'Model-n-70B', { isAdmin: false });
    await expect(refusal).rejects.toThrow(/`Model-j-70B` and 3 more\.$/);
  });
});

describe('the levels', () => {
  test.each<{
    name: string;
    models: Partial<Record<Scope, string>>;
    listed?: ListedModel[];
    defaultModel?: string;
    levels: Level[];
  }>([
    {
      name: 'with the one in force',
      models: { channel: GONE, server: C },
      defaultModel: B,
      levels: [
        { origin: 'thread', inForce: false },
        { origin: 'channel', modelId: GONE, setBy: 'Ada', at: 500, inForce: false },
        { origin: 'server', modelId: C, setBy: 'Ada', at: 500, inForce: true },
        { origin: 'operator', modelId: B, inForce: false },
      ],
    },
    {
      name: 'with the first of the list, where nothing is set',
      models: {},
      levels: [
        { origin: 'thread', inForce: false },
        { origin: 'channel', inForce: false },
        { origin: 'server', inForce: false },
        { origin: 'first', modelId: A, inForce: true },
      ],
    },
    {
      name: 'with the operator’s default before the first list',
      models: {},
      listed: [],
      defaultModel: B,
      levels: [
        { origin: 'thread', inForce: false },
        { origin: 'channel', inForce: false },
        { origin: 'server', inForce: false },
        { origin: 'operator', modelId: B, inForce: true },
      ],
    },
  ])('are shown from the place outwards, $name', async ({ levels, ...options }) => {
    const { choices } = await setUp(options);
    expect(await choices.levels(THREAD)).toEqual(levels);
  });
});
