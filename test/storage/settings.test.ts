import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { UserError } from '../../src/core/errors.ts';
import type { Logger } from '../../src/core/logger.ts';
import { createSettings, type Settings, type SettingsScope, type SettingsStore } from '../../src/storage/settings.ts';
import { openStore, type Store } from '../../src/storage/store.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { collect } from './collect.ts';
import { recorded } from './recorded-store.ts';

const NOW_MS = 1_700_000_000_000;
const guild = { guildId: '7' };
const by = { id: '1', name: 'Ada' };
const model = { id: 'some-model', by, at: NOW_MS };
const everything: Settings = {
  model,
  sampling: { temperature: 0.5, stop: ['\n'], maxReplyTokens: 100 },
  allowedModels: ['some-model', 'other-model'],
  contextLengths: { 'some-model': { tokens: 8_192, at: NOW_MS } },
  caps: { personWaiting: 1, serverWaiting: 10, personPerHour: 0, serverPerHour: 1_000 },
  apiKey: { sealed: 'sealed-text', hint: 'abcd', by, at: NOW_MS, refusedAt: NOW_MS },
  persona: { ref: 'guild:7:abcdefghijkl', by, at: NOW_MS },
  lorebooks: ['guild:7:abcdefghijkl', 'user:1:abcdefghijkl'],
  personaRole: '8',
  reportChannel: '9',
  expressions: 'thumbnail',
  controls: 'everyone',
  toldOfIntent: NOW_MS,
};

let store: Store;
let settings: SettingsStore;
const log: string[] = [];
const logged: unknown[] = [];

beforeEach(async () => {
  log.length = 0;
  logged.length = 0;
  const clock = new FakeClock(NOW_MS);
  const note = (facts: object, message: string) => void logged.push([message, facts]);
  const logger: Logger = { debug: note, info: note, warn: note, error: note };
  store = recorded(await openStore('memory://', { clock }), log);
  settings = createSettings({ store, clock, logger });
});

afterEach(() => store.close());

const set = (patch: Settings) => (current: Settings) => ({ ...current, ...patch });

test('a place where nothing was set has none', async () => {
  expect(await settings.read(guild)).toEqual({});
  expect(log).toEqual(['get settings:guild:7']);
});

test.each<[string, SettingsScope, string]>([
  ['server', guild, 'settings:guild:7'],
  ['channel', { channelId: '7' }, 'settings:channel:7'],
])('what is set for a %s comes back whole, and nowhere else', async (_name, scope, key) => {
  expect(await settings.update(scope, () => everything)).toEqual({ before: {}, after: everything });
  expect(await settings.read(scope)).toEqual(everything);
  expect(await collect(store.keys(''))).toEqual([key]);
});

test('updates of a scope run in their order, each upon what the one before has left', async () => {
  const seen = await Promise.all(
    Array.from({ length: 5 }, (_, index) =>
      settings.update(guild, (current) => ({
        ...current,
        allowedModels: [...(current.allowedModels ?? []), `m${index}`],
      })),
    ),
  );
  const upTo = (count: number) => Array.from({ length: count }, (_, index) => `m${index}`);
  expect(seen).toEqual(
    seen.map((_, index) => ({
      before: index === 0 ? {} : { allowedModels: upTo(index) },
      after: { allowedModels: upTo(index + 1) },
    })),
  );
  expect(await settings.read(guild)).toEqual({ allowedModels: upTo(5) });
});

describe('an update', () => {
  beforeEach(async () => {
    await settings.update(guild, set({ model }));
    log.length = 0;
  });

  test.each<[string, (current: Settings) => Settings]>([
    ['the same object', (current) => current],
    ['equal settings', () => ({ model: { ...model } })],
    ['settings that differ in what is undefined', set({ sampling: undefined, caps: { personPerHour: undefined } })],
  ])('to %s writes nothing', async (_name, change) => {
    expect(await settings.update(guild, change)).toEqual({ before: { model }, after: { model } });
    expect(log).toEqual(['get settings:guild:7']);
  });

  test.each<[string, Settings]>([
    ['left out', {}],
    ['undefined', { model: undefined }],
    ['an empty group', { sampling: {}, caps: { personPerHour: undefined }, contextLengths: {} }],
  ])('that leaves nothing set (%s) deletes the record', async (_name, left) => {
    expect(await settings.update(guild, () => left)).toEqual({ before: { model }, after: {} });
    expect(log).toEqual(['get settings:guild:7', 'set -settings:guild:7']);
    expect(await collect(store.keys(''))).toEqual([]);
    expect(await settings.update(guild, () => ({}))).toEqual({ before: {}, after: {} });
    expect(log.slice(2)).toEqual(['get settings:guild:7']);
  });

  test('keeps that nobody is to speak, and no lorebook to be read', async () => {
    const off: Settings = { persona: { ref: null, by, at: NOW_MS }, lorebooks: [] };
    await settings.update(guild, () => off);
    expect(await settings.read(guild)).toEqual(off);
  });

  test('keeps an empty list: then members may pick nothing', async () => {
    await settings.update(guild, () => ({ allowedModels: [] }));
    expect(await settings.read(guild)).toEqual({ allowedModels: [] });
  });

  test('that changes what it was given is written all the same, and what was before stays', async () => {
    const { before } = await settings.update(guild, (current) => Object.assign(current, { allowedModels: ['x'] }));
    expect(before).toEqual({ model });
    expect(await settings.read(guild)).toEqual({ model, allowedModels: ['x'] });
  });

  test('that throws changes nothing and holds up no other', async () => {
    const refusal = new UserError('input', 'No.');
    const failing = settings.update(guild, () => {
      throw refusal;
    });
    const next = settings.update(guild, set({ allowedModels: ['x'] }));
    await expect(failing).rejects.toBe(refusal);
    expect(await next).toEqual({ before: { model }, after: { model, allowedModels: ['x'] } });
  });

  const many = (count: number) => Array.from({ length: count }, (_, index) => `m${index}`);

  test.each<[string, Settings, string]>([
    ['too many models', { allowedModels: many(2_001) }, 'settings.allowedModels is not valid (max_length)'],
    ['a long id', { allowedModels: ['x'.repeat(101)] }, 'settings.allowedModels.0 is not valid (max_length)'],
    [
      'too many context lengths',
      { contextLengths: Object.fromEntries(many(2_001).map((id) => [id, { tokens: 1, at: 1 }])) },
      'settings.contextLengths is not valid (max_entries)',
    ],
    ['half a request', { caps: { personWaiting: 0.5 } }, 'settings.caps.personWaiting is not valid (integer)'],
    ['no persona', { persona: { ref: 'self' as never, by, at: 1 } }, 'settings.persona.ref is not valid (custom)'],
    ['no lorebook', { lorebooks: ['built-in:x' as never] }, 'settings.lorebooks.0 is not valid (custom)'],
    [
      'too many lorebooks',
      { lorebooks: many(51).map((id) => `user:1:${id.padEnd(12, 'x')}` as const) },
      'settings.lorebooks is not valid (max_length)',
    ],
    ['an unheard-of way', { expressions: 'big' as never }, 'settings.expressions is not valid (picklist)'],
    ['no number', { sampling: { topP: Number.NaN } }, 'settings.sampling.topP is not valid (number)'],
  ])('with %s is refused and changes nothing', async (_name, patch, complaint) => {
    await expect(settings.update(guild, set(patch))).rejects.toThrow(new TypeError(`not storable: ${complaint}`));
    expect(await settings.read(guild)).toEqual({ model });
  });

  test('of the largest settings is taken', async () => {
    const largest = { allowedModels: many(2_000).map((id) => id.padEnd(100, 'x')) };
    await settings.update(guild, () => largest);
    expect(await settings.read(guild)).toEqual(largest);
  });
});

describe('settings that cannot be read', () => {
  const damaged = { v: 1, settings: { model: 'what somebody wrote' } };
  const aside = `aside:settings:guild:7:${NOW_MS}`;
  const moved = [
    'moved aside a record that cannot be read',
    { record: 'settings:guild:7', aside, reason: 'settings.model is not valid (object)' },
  ];

  beforeEach(() => store.setMany([{ key: 'settings:guild:7', value: damaged }]));

  test('are moved aside and named in the log without what is in them, and the place starts empty', async () => {
    expect(await settings.read(guild)).toEqual({});
    expect(await settings.read(guild)).toEqual({});
    expect(logged).toEqual([moved]);
    expect(await collect(store.keys(''))).toEqual([aside]);
    expect(await store.get(aside)).toEqual(damaged);
  });

  test('give way to new ones in one write', async () => {
    log.length = 0;
    expect(await settings.update(guild, set({ model }))).toEqual({ before: {}, after: { model } });
    expect(log).toEqual(['get settings:guild:7', `set ${aside} settings:guild:7`]);
    expect(await settings.read(guild)).toEqual({ model });
    expect(logged).toEqual([moved]);
  });
});

test('settings of a newer release refuse every use and stay as they are', async () => {
  const newer = { v: 2, unheardOf: true };
  await store.setMany([{ key: 'settings:guild:7', value: newer }]);
  const refusal = new UserError(
    'unavailable',
    'The settings here were written by a newer release of the bot. They open again when the bot is updated.',
  );
  await expect(settings.read(guild)).rejects.toEqual(refusal);
  await expect(settings.update(guild, () => ({}))).rejects.toEqual(refusal);
  expect(await store.get('settings:guild:7')).toEqual(newer);
  expect(logged).toEqual([]);
});

test('fields that this release does not know are kept', async () => {
  await store.setMany([{ key: 'settings:guild:7', value: { v: 1, more: 1, settings: { model, unheardOf: 'x' } } }]);
  await settings.update(guild, set({ allowedModels: [] }));
  expect(await store.get('settings:guild:7')).toEqual({
    v: 1,
    more: 1,
    settings: { model, unheardOf: 'x', allowedModels: [] },
  });
});
