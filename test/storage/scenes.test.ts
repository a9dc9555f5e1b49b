import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { UserError } from '../../src/core/errors.ts';
import type { Logger } from '../../src/core/logger.ts';
import { TIMED_MAX, VARIABLES_MAX, VARIABLES_MAX_BYTES } from '../../src/core/scene-bounds.ts';
import { PERSONAS_MAX } from '../../src/storage/scene-record.ts';
import { createSceneStore, type Scene, type SceneStore } from '../../src/storage/scenes.ts';
import { openStore, type Store } from '../../src/storage/store.ts';
import { createUserStore, type UserRecord, type UserStore } from '../../src/storage/users.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { collect } from './collect.ts';
import { recorded } from './recorded-store.ts';

const NOW_MS = 1_700_000_000_000;
const by = { id: '1', name: 'Ada' };
const scene: Scene = {
  isRoleplay: true,
  personas: ['built-in:sailor', 'guild:7:abcdefghijkl'],
  speaking: 'natural',
  greeting: 2,
  title: 'At sea',
  startedBy: by,
  at: NOW_MS,
  note: { text: 'It rains.', depth: 4, interval: 1, position: 'in-chat', role: 'system', by, at: NOW_MS },
  timed: {
    sticky: { 'book.entry': { start: 1, end: 5, isProtected: false, hash: 'h' } },
    cooldown: {},
    matched: ['book.other'],
  },
  variables: { mood: 'calm' },
};
const plain: Scene = { isRoleplay: false, personas: [], speaking: 'manual', at: NOW_MS };

let store: Store;
let scenes: SceneStore;
let users: UserStore;
const log: string[] = [];
const logged: unknown[] = [];

beforeEach(async () => {
  log.length = 0;
  logged.length = 0;
  const clock = new FakeClock(NOW_MS);
  const note = (facts: object, message: string) => void logged.push([message, facts]);
  const logger: Logger = { debug: note, info: note, warn: note, error: note };
  store = recorded(await openStore('memory://', { clock }), log);
  scenes = createSceneStore({ store, clock, logger });
  users = createUserStore({ store, clock, logger });
});

afterEach(() => store.close());

test('a scene comes back whole, in its channel alone, in one write', async () => {
  expect(await scenes.read('5')).toBeUndefined();
  log.length = 0;
  expect(await scenes.update('5', () => scene)).toEqual({ before: undefined, after: scene });
  expect(log).toEqual(['get scene:5', 'set scene:5']);
  expect(await scenes.read('5')).toEqual(scene);
  expect(await scenes.read('6')).toBeUndefined();
});

test('updates run in their order, and what they are given is a copy', async () => {
  const join = (ref: Scene['personas'][number]) => (current: Scene | undefined) => {
    current?.personas.push(ref);
    return current;
  };
  await scenes.update('5', () => plain);
  const [, second] = await Promise.all([
    scenes.update('5', join('built-in:a')),
    scenes.update('5', join('built-in:b')),
  ]);
  expect(second).toEqual({
    before: { ...plain, personas: ['built-in:a'] },
    after: { ...plain, personas: ['built-in:a', 'built-in:b'] },
  });
});

test('the same scene is not written again, and none at all is deleted', async () => {
  await scenes.update('5', () => plain);
  log.length = 0;
  expect(await scenes.update('5', (current) => current && { ...current, title: undefined })).toEqual({
    before: plain,
    after: plain,
  });
  expect(await scenes.update('5', () => undefined)).toEqual({ before: plain, after: undefined });
  expect(log).toEqual(['get scene:5', 'get scene:5', 'set -scene:5']);
  expect(await collect(store.keys(''))).toEqual([]);
});

const many = (count: number) => Array.from({ length: count }, (_, index) => `v${index}`);
const effects = (count: number) =>
  Object.fromEntries(many(count).map((name) => [name, { start: 0, end: 1, isProtected: true, hash: '' }]));

test.each<[string, Partial<Scene>, string]>([
  ['too many personas', { personas: many(PERSONAS_MAX + 1).map((id) => `built-in:${id}` as const) }, 'personas'],
  ['no persona', { personas: ['somebody' as never] }, 'personas.0'],
  ['too many variables', { variables: Object.fromEntries(many(VARIABLES_MAX + 1).map((id) => [id, ''])) }, 'variables'],
  ['too large variables', { variables: { a: 'é'.repeat(VARIABLES_MAX_BYTES / 2) } }, 'variables'],
  ['too many effects', { timed: { sticky: effects(TIMED_MAX + 1), cooldown: {}, matched: [] } }, 'timed.sticky'],
  ['too many matches', { timed: { sticky: {}, cooldown: {}, matched: many(TIMED_MAX + 1) } }, 'timed.matched'],
  ['a long title', { title: 'x'.repeat(201) }, 'title'],
  ['a note in the past', { note: { ...scene.note, depth: -1 } as never }, 'note.depth'],
])('%s are refused by name, and the scene stays', async (_name, patch, field) => {
  await scenes.update('5', () => scene);
  await expect(scenes.update('5', (current) => current && { ...current, ...patch })).rejects.toThrow(
    `not storable: value.${field} is not valid`,
  );
  expect(await scenes.read('5')).toEqual(scene);
});

test('the largest scene is taken', async () => {
  const largest: Scene = {
    ...scene,
    variables: Object.fromEntries(many(VARIABLES_MAX).map((name) => [name.padEnd(27, 'x'), 'y'.repeat(300)])),
    timed: { sticky: effects(TIMED_MAX), cooldown: effects(TIMED_MAX), matched: many(TIMED_MAX) },
  };
  await scenes.update('5', () => largest);
  expect(await scenes.read('5')).toEqual(largest);
});

const me: UserRecord = { persona: { name: 'Captain', description: 'Tall.', pronouns: 'she/her', at: NOW_MS } };

test('a person’s record comes back whole, and goes when nothing is in it', async () => {
  expect(await users.read('1')).toEqual({});
  expect(await users.update('1', () => me)).toEqual({ before: {}, after: me });
  expect([await users.read('1'), await users.read('2')]).toEqual([me, {}]);
  expect(await users.update('1', () => ({ persona: undefined }))).toEqual({ before: me, after: {} });
  expect(await collect(store.keys(''))).toEqual([]);
  expect(await users.update('1', (current) => current)).toEqual({ before: {}, after: {} });
});

test('a person’s description that is too long is refused by name', async () => {
  const persona = { name: 'x', description: 'x'.repeat(16_001), pronouns: '', at: 1 };
  await expect(users.update('1', () => ({ persona }))).rejects.toThrow('value.persona.description is not valid');
});

test.each([
  ['scene:5', () => scenes.read('5'), undefined, 'The scene here was written by'],
  ['user:1', () => users.read('1'), {}, 'What I know of you was written by'],
])(
  '%s that cannot be read is moved aside and counts as none, that of a newer release is refused',
  async (key, read, none, refusal) => {
    await store.setMany([{ key, value: { v: 1, value: 'what somebody wrote' } }]);
    expect(await read()).toEqual(none);
    const aside = `aside:${key}:${NOW_MS}`;
    expect(logged).toEqual([
      ['moved aside a record that cannot be read', { record: key, aside, reason: 'value is not valid (object)' }],
    ]);
    expect(await collect(store.keys(''))).toEqual([aside]);
    await store.setMany([{ key, value: { v: 2 } }]);
    await expect(read()).rejects.toThrow(UserError);
    await expect(read()).rejects.toThrow(refusal);
  },
);
