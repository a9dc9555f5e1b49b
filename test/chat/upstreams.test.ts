import { beforeEach, describe, expect, test } from '@jest/globals';
import { createUpstreams, type KeyState, type Upstreams } from '../../src/chat/upstreams.ts';
import { createCompletionsClient } from '../../src/completions/client.ts';
import { createLogger } from '../../src/core/logger.ts';
import { createSeal } from '../../src/core/seal.ts';
import { createCatalog } from '../../src/models/catalog.ts';
import { createLearned } from '../../src/models/learned.ts';
import { createSettings, type Settings, type SettingsStore } from '../../src/storage/settings.ts';
import { openStore, type Store } from '../../src/storage/store.ts';
import { createThrottle } from '../../src/throttle/queue.ts';
import { FakeClock } from '../support/fake-clock.ts';

const KEY = 'sk-of-the-server-0123456789';
const OTHER_KEY = 'sk-another-one-9876543210';
const OPERATOR_KEY = 'sk-of-the-operator-5555';
const ADA = { id: '7', name: 'Ada' };
const BOB = { id: '8', name: 'Bob' };
const MINUTE_MS = 60_000;

let clock: FakeClock;
let store: Store;
let settings: SettingsStore;
let lines: string[];
let refused: [string, KeyState][];
let api: {
  accepted: string[];
  isDown: boolean;
  asked: string[];
  models: string[];
  answerAfter: Promise<void> | undefined;
};

beforeEach(async () => {
  clock = new FakeClock(1_000);
  store = await openStore('memory://', { clock });
  lines = [];
  refused = [];
  settings = createSettings({ store, clock, logger: logger() });
  api = { accepted: [KEY, OTHER_KEY], isDown: false, asked: [], models: ['A-70B', 'B-8B'], answerAfter: undefined };
});

const logger = () => createLogger('debug', { write: (line) => void lines.push(line) });

/** The API, as far as it lists models for a key. */
const fetch: typeof globalThis.fetch = async (_, init) => {
  const key = new Headers(init?.headers).get('authorization')?.replace('Bearer ', '') ?? '';
  api.asked.push(key);
  await api.answerAfter;
  if (api.isDown) throw new TypeError('fetch failed');
  if (!api.accepted.includes(key)) return Response.json({ error: { message: `no such key: ${key}` } }, { status: 401 });
  return Response.json({ data: api.models.map((id) => ({ id })) });
};

/** As at a start of the bot. */
function start({ secrets = ['secret'], operatorKey }: { secrets?: string[]; operatorKey?: string } = {}): Upstreams {
  const [first, ...older] = secrets;
  const document = { read: () => Promise.resolve(undefined), write: () => Promise.resolve() };
  const learned = createLearned({ document, clock, logger: logger() });
  return createUpstreams({
    create(id, apiKey, shared) {
      const completions = createCompletionsClient({ baseUrl: 'http://127.0.0.1:1', apiKey, clock, fetch });
      const { listModels } = completions;
      // The store takes its time.
      const saved = { ...document, read: () => new Promise((resolve) => setImmediate(() => resolve(undefined))) };
      const catalog = createCatalog({ listModels, defaultModel: undefined, learned, saved, logger: logger() });
      const throttle = shared ?? createThrottle({ requestsPerMinute: 10, maxConcurrent: 2, clock });
      return { id, completions, catalog, throttle };
    },
    operatorKey,
    sealOf: first === undefined ? undefined : (guildId) => createSeal([first, ...older], guildId),
    settings,
    onRefused: (...told) => void refused.push(told),
    clock,
    logger: logger(),
    signal: new AbortController().signal,
  });
}

const unavailable = (words: RegExp) => ({
  name: 'UserError',
  kind: 'unavailable',
  message: expect.stringMatching(words),
});
const keyRecord = async (guildId: string) => (await settings.read({ guildId })).apiKey;

describe('without a key of its own', () => {
  test('a server and a direct message use the operator’s', async () => {
    const upstreams = start({ operatorKey: OPERATOR_KEY });
    const [server, direct] = [await upstreams.of('g'), await upstreams.of(undefined)];
    expect([server.id, server === direct, upstreams.operator === direct]).toEqual(['operator', true, true]);
    expect(await upstreams.keyState('g')).toBeUndefined();
  });

  test('and without the operator’s, both are told what to do', async () => {
    const upstreams = start();
    await expect(upstreams.of('g')).rejects.toMatchObject(unavailable(/Manage Server can enter one: `\/settings`/));
    await expect(upstreams.of(undefined)).rejects.toMatchObject(unavailable(/only in servers that brought theirs/));
    expect(upstreams.operator).toBeUndefined();
  });
});

describe('a key that a server brings', () => {
  test('is tested, kept sealed, and used for this server alone', async () => {
    const upstreams = start({ operatorKey: OPERATOR_KEY });
    expect(await upstreams.setKey('g', `  Bearer ${KEY}\n`, ADA)).toEqual({ models: 2 });
    expect(await upstreams.keyState('g')).toEqual({ hint: '6789', by: ADA, at: 1_000 });
    const { catalog, id } = await upstreams.of('g');
    expect([id, catalog.state, catalog.list().length]).toEqual(['g', 'fresh', 2]);
    expect([(await upstreams.of('h')).id, (await upstreams.of(undefined)).id]).toEqual(['operator', 'operator']);
    expect(api.asked).toEqual([KEY]);
    expect(JSON.stringify(await store.get('settings:guild:g'))).not.toContain(KEY.slice(3, -4));
  });

  test.each(['', 'short', 'two words-of-it', 'schlüssel-0123456', 'x'.repeat(501), 'Bearer'])(
    'is not asked about if it cannot be one: %j',
    async (typed) => {
      await expect(start().setKey('g', typed, ADA)).rejects.toMatchObject({ kind: 'input' });
      expect([api.asked, await keyRecord('g')]).toEqual([[], undefined]);
    },
  );

  test.each([
    {
      name: 'is refused',
      break: () => api.accepted.splice(1),
      kind: 'input',
      words: /does not accept this key, so it was not kept/,
    },
    {
      name: 'meets an API that is down',
      break: () => (api.isDown = true),
      kind: 'upstream',
      words: /did not answer\. Nothing was changed/,
    },
  ])('and that $name leaves the one before in force', async ({ break: breakApi, kind, words }) => {
    const upstreams = start();
    await upstreams.setKey('g', KEY, ADA);
    const [before, upstream] = [await keyRecord('g'), await upstreams.of('g')];
    breakApi();
    await expect(upstreams.setKey('g', OTHER_KEY, BOB)).rejects.toMatchObject({
      kind,
      message: expect.stringMatching(words),
    });
    expect([await keyRecord('g'), (await upstreams.of('g')) === upstream]).toEqual([before, true]);
  });

  test('cannot be kept without SECRET_KEY', async () => {
    const upstreams = start({ secrets: [] });
    expect([upstreams.canHoldKeys, start().canHoldKeys]).toEqual([false, true]);
    await expect(upstreams.setKey('g', KEY, ADA)).rejects.toMatchObject(unavailable(/must set `SECRET_KEY` first/));
    expect(api.asked).toEqual([]);
  });

  test('shares its queue with whoever else has the same key', async () => {
    const upstreams = start({ operatorKey: OPERATOR_KEY });
    api.accepted.push(OPERATOR_KEY);
    await upstreams.setKey('1', KEY, ADA);
    await upstreams.setKey('2', KEY, BOB);
    await upstreams.setKey('3', OTHER_KEY, ADA);
    await upstreams.setKey('4', OPERATOR_KEY, ADA);
    const [first, second, third, fourth] = await Promise.all(['1', '2', '3', '4'].map((id) => upstreams.of(id)));
    expect(second?.throttle).toBe(first?.throttle);
    expect(third?.throttle).not.toBe(first?.throttle);
    expect(fourth?.throttle).toBe(upstreams.operator?.throttle);
  });

  test('and the same key elsewhere have one queue also when both are first used at once, and when it is entered again', async () => {
    const earlier = start();
    for (const guildId of ['1', '2']) await earlier.setKey(guildId, KEY, ADA);
    const upstreams = start();
    const [first, second] = await Promise.all(['1', '2'].map((id) => upstreams.of(id)));
    expect(second?.throttle).toBe(first?.throttle);
    for (const guildId of ['1', '2']) await upstreams.removeKey(guildId);
    await upstreams.setKey('1', KEY, ADA);
    expect((await upstreams.of('1')).throttle).toBe(first?.throttle);
  });

  test('entered for two servers at once has one queue', async () => {
    const upstreams = start();
    await Promise.all(['1', '2'].map((guildId) => upstreams.setKey(guildId, KEY, ADA)));
    const [first, second] = await Promise.all(['1', '2'].map((id) => upstreams.of(id)));
    expect(second?.throttle).toBe(first?.throttle);
  });

  test('is not kept if the API lists no model for it', async () => {
    api.models = [];
    const upstreams = start();
    await expect(upstreams.setKey('g', KEY, ADA)).rejects.toMatchObject({
      kind: 'upstream',
      message: expect.stringContaining('lists no model for it'),
    });
    expect(await upstreams.keyState('g')).toBe(undefined);
  });

  test('may be entered twice: the second time counts', async () => {
    const upstreams = start();
    await upstreams.setKey('g', KEY, ADA);
    const first = await upstreams.of('g');
    await upstreams.noteKey(first, 'refused');
    await clock.advance(1_000);
    await upstreams.setKey('g', KEY, BOB);
    const second = await upstreams.of('g');
    expect([first === second, (await upstreams.of('g')) === second]).toEqual([false, true]);
    expect(await upstreams.keyState('g')).toEqual({ hint: '6789', by: BOB, at: 2_000 });
  });
});

describe('after a restart', () => {
  beforeEach(() => start().setKey('g', KEY, ADA));

  test('a key opens by itself; first uses at once give one upstream, and all have its models', async () => {
    let answer = () => {};
    api.answerAfter = new Promise((resolve) => (answer = resolve));
    const upstreams = start({ operatorKey: OPERATOR_KEY });
    const use = () => upstreams.of('g').then((upstream) => ({ upstream, models: upstream.catalog.list().length }));
    const uses = [use(), use()];
    await clock.advance(0);
    uses.push(use());
    await clock.advance(0);
    answer();
    const used = await Promise.all(uses);
    expect([new Set(used.map(({ upstream }) => upstream)).size, used.map(({ models }) => models)]).toEqual([
      1,
      [2, 2, 2],
    ]);
    expect(api.asked).toEqual([KEY, KEY]);
  });

  test.each([
    { name: 'under another secret', secrets: ['other'], opens: false },
    { name: 'without one', secrets: [], opens: false },
    { name: 'under a newer secret, with the older one behind it', secrets: ['newer', 'secret'], opens: true },
  ])('$name it opens: $opens', async ({ secrets, opens }) => {
    const upstreams = start({ secrets, operatorKey: OPERATOR_KEY });
    if (opens) expect((await upstreams.of('g')).id).toBe('g');
    else await expect(upstreams.of('g')).rejects.toMatchObject(unavailable(/cannot be read any more.* enter it again/));
    // Whoever looks at the settings sees that there is one, and can remove it.
    expect(await upstreams.keyState('g')).toEqual({ hint: '6789', by: ADA, at: 1_000 });
    expect(await upstreams.removeKey('g')).toBe(true);
    expect((await upstreams.of('g')).id).toBe('operator');
  });

  test('the record of another server opens nothing', async () => {
    const stolen = await keyRecord('g');
    await settings.update({ guildId: 'thief' }, () => ({ apiKey: stolen }));
    await expect(start({ operatorKey: OPERATOR_KEY }).of('thief')).rejects.toMatchObject(unavailable(/cannot be read/));
  });
});

describe('a key that is removed', () => {
  test('is used no more, but by what is under way', async () => {
    const upstreams = start({ operatorKey: OPERATOR_KEY });
    await upstreams.setKey('g', KEY, ADA);
    const inUse = await upstreams.of('g');
    expect([await upstreams.removeKey('g'), await upstreams.removeKey('g')]).toEqual([true, false]);
    expect([(await upstreams.of('g')).id, await upstreams.keyState('g')]).toEqual(['operator', undefined]);
    expect(await inUse.completions.listModels({ signal: new AbortController().signal })).toHaveLength(2);
    await upstreams.noteKey(inUse, 'refused');
    expect([refused, await settings.read({ guildId: 'g' })]).toEqual([[], {}]);
  });

  test('leaves the server’s other settings', async () => {
    const upstreams = start();
    await settings.update({ guildId: 'g' }, () => ({ caps: { personPerHour: 3 } }));
    await upstreams.setKey('g', KEY, ADA);
    await upstreams.removeKey('g');
    expect(await settings.read({ guildId: 'g' })).toEqual({ caps: { personPerHour: 3 } });
  });
});

describe('a key that the API refuses in use', () => {
  test('is noted and told once, and cleared when it is accepted', async () => {
    const upstreams = start();
    await upstreams.setKey('g', KEY, ADA);
    const upstream = await upstreams.of('g');
    await clock.advance(4_000);
    await Promise.all([upstreams.noteKey(upstream, 'refused'), upstreams.noteKey(upstream, 'refused')]);
    await clock.advance(MINUTE_MS);
    await upstreams.noteKey(upstream, 'refused');
    const state = { hint: '6789', by: ADA, at: 1_000, refusedAt: 5_000 };
    expect([refused, await upstreams.keyState('g')]).toEqual([[['g', state]], state]);
    await upstreams.noteKey(upstream, 'accepted');
    expect((await upstreams.keyState('g'))?.refusedAt).toBeUndefined();
  });

  test('again and again, as in an outage, is told once a day', async () => {
    const upstreams = start();
    await upstreams.setKey('g', KEY, ADA);
    const upstream = await upstreams.of('g');
    const told: number[] = [];
    for (let hour = 0; hour < 30; hour++) {
      await upstreams.noteKey(upstream, 'refused');
      await upstreams.noteKey(upstream, 'accepted');
      if (refused.splice(0).length > 0) told.push(hour);
      await clock.advance(60 * MINUTE_MS);
    }
    expect(told).toEqual([0, 24]);
  });

  test('is not the one that was entered meanwhile, nor the operator’s', async () => {
    const upstreams = start({ operatorKey: OPERATOR_KEY });
    await upstreams.setKey('g', KEY, ADA);
    const earlier = await upstreams.of('g');
    await upstreams.setKey('g', OTHER_KEY, ADA);
    await upstreams.noteKey(earlier, 'refused');
    await upstreams.noteKey(await upstreams.of(undefined), 'refused');
    expect([refused, (await upstreams.keyState('g'))?.refusedAt]).toEqual([[], undefined]);
  });

  test.each([
    { name: 'removed', change: () => ({}) },
    { name: 'replaced', change: ({ apiKey }: Settings) => ({ apiKey: apiKey && { ...apiKey, sealed: 'other' } }) },
  ])('is not noted when its record was $name behind our back', async ({ change }) => {
    const upstreams = start();
    await upstreams.setKey('g', KEY, ADA);
    const upstream = await upstreams.of('g');
    const { after } = await settings.update({ guildId: 'g' }, change);
    await upstreams.noteKey(upstream, 'refused');
    expect([refused, await settings.read({ guildId: 'g' })]).toEqual([[], after]);
  });

  test('costs nothing more if that cannot be stored', async () => {
    const upstreams = start();
    await upstreams.setKey('g', KEY, ADA);
    const upstream = await upstreams.of('g');
    await store.close();
    await upstreams.noteKey(upstream, 'refused');
    expect(refused).toEqual([]);
  });
});

describe('the models of a server’s own key', () => {
  const listed = async (upstreams: Upstreams) => (await upstreams.of('g')).catalog.list().length;

  test('are listed again when the key is used after ten minutes, in the background', async () => {
    const upstreams = start();
    await upstreams.setKey('g', KEY, ADA);
    api.models = ['A-70B', 'B-8B', 'C-13B'];
    await clock.advance(10 * MINUTE_MS - 1);
    const early = await listed(upstreams);
    await clock.advance(1);
    const due = await listed(upstreams);
    await clock.advance(0);
    expect([early, due, await listed(upstreams), api.asked.length]).toEqual([2, 2, 3, 2]);
  });

  test('are asked for again some seconds after a failure, and not at each use', async () => {
    await start().setKey('g', KEY, ADA);
    const upstreams = start();
    api.isDown = true;
    const counts: [number, number][] = [];
    for (const waitMs of [0, 1_000, 13_000, 1_000]) {
      await clock.advance(waitMs);
      if (waitMs === 1_000) api.isDown = counts.length < 3;
      counts.push([await listed(upstreams), api.asked.length - 1]);
    }
    expect(counts).toEqual([
      [0, 1],
      [0, 1],
      [0, 1],
      [2, 2],
    ]);
  });
});

test('no key, and no part of one but its end, is in any error or any line of the log', async () => {
  const upstreams = start({ operatorKey: OPERATOR_KEY });
  const errors: unknown[] = [];
  const attempt = (doing: Promise<unknown>) => doing.catch((error: unknown) => void errors.push(error));
  await attempt(upstreams.setKey('g', KEY, ADA));
  api.accepted = [];
  await attempt(upstreams.setKey('g', OTHER_KEY, ADA));
  await attempt(upstreams.setKey('g', `${OTHER_KEY}\u00e9`, ADA));
  await attempt((await upstreams.of('g')).catalog.refresh({ signal: new AbortController().signal }));
  api.isDown = true;
  await attempt(upstreams.setKey('g', OTHER_KEY, ADA));
  await attempt(start({ secrets: ['other'] }).of('g'));
  for (const err of errors) logger().error({ err }, 'told');
  const parts = [KEY, OTHER_KEY, OPERATOR_KEY].map((key) => key.slice(3, -4));
  const told = lines.join('\n');
  expect([errors.length, parts.filter((part) => told.includes(part))]).toEqual([5, []]);
});
