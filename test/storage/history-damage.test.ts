import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Logger } from '../../src/core/logger.ts';
import { createHistory, type History } from '../../src/storage/history.ts';
import { openStore, type Store } from '../../src/storage/store.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { collect } from './collect.ts';
import { finishTurn, idsOf, inFlight, replyTo, say, userMessage } from './messages.ts';

const NOW_MS = 1_700_000_000_000;
const MOVED = 'moved aside a record of a history that cannot be read';

let folder: string;
let clock: FakeClock;
let store: Store;
let logged: unknown[];
let logger: Logger;
let history: History;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'history-'));
  clock = new FakeClock(NOW_MS);
  store = await openStore(`sqlite://${folder}/bot.sqlite`, { clock });
  logged = [];
  const log = (facts: object, message: string) => void logged.push([message, facts]);
  logger = { debug: log, info: log, warn: log, error: log };
  start();
});

afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

/** What is damaged is found by a later start: what a running one has read it keeps in memory. */
function start(): void {
  history = createHistory({ store, clock, logger });
}

function ids(from: number, to: number): string[] {
  return Array.from({ length: to - from }, (_, index) => `m${from + index} r-m${from + index}`);
}

/** Three pages: turns 0 to 15, 16 to 31, 32 to 39. */
async function fortyTurns(): Promise<void> {
  for (let index = 0; index < 40; index++) await say(history, '1', `m${index}`);
}

async function overwrite(key: string, value: unknown): Promise<void> {
  await store.setMany([{ key, value }]);
  start();
}

/** Leaves half of the stored text, as no writer of ours would. */
function cut(key: string): void {
  const database = new DatabaseSync(join(folder, 'bot.sqlite'));
  database.prepare('UPDATE entries SET value = substr(value, 1, length(value) / 2) WHERE key = ?').run(key);
  database.close();
  start();
}

const secret = 'what somebody said';

describe.each([
  ['cut off', undefined, 'record is not valid (object)'],
  ['of another kind', [1, 2], 'v is not valid (object)'],
  ['null', null, 'record is not valid (object)'],
  ['without a version', { messages: [] }, 'v is not valid (object)'],
  [
    'with a message that lacks a field',
    { v: 1, messages: [{ id: 'x', content: secret }] },
    'messages.0.role is not valid (object)',
  ],
  [
    'with a field of another type',
    { v: 1, messages: [userMessage('x'), { ...userMessage('y'), at: secret }] },
    'messages.1.at is not valid (number)',
  ],
  [
    'with a picture without a name',
    { v: 1, messages: [{ ...userMessage('x'), pictures: [{ url: secret, tokens: 1 }] }] },
    'messages.0.pictures.0.name is not valid (object)',
  ],
  [
    'with a role that nobody has',
    { v: 1, messages: [{ ...userMessage('x'), role: secret }] },
    'messages.0.role is not valid (picklist)',
  ],
  [
    'with a reply to nothing',
    { v: 1, messages: [{ ...replyTo('x'), replyTo: undefined }] },
    'messages.0 is not valid (check)',
  ],
])('a page %s', (_name, value, reason) => {
  async function damage(key: string): Promise<unknown> {
    if (value === undefined) cut(key);
    else await overwrite(key, value);
    return store.get(key);
  }

  test('is moved aside and named in the log without what is in it; the rest goes on', async () => {
    await fortyTurns();
    const damaged = await damage('history:1:1');
    expect(await idsOf(history, '1')).toEqual([...ids(0, 16), ...ids(32, 40)]);
    const aside = `aside:history:1:1:${NOW_MS}`;
    expect(logged).toEqual([[MOVED, { conversationId: '1', record: 'history:1:1', aside, reason }]]);
    expect(JSON.stringify(logged)).not.toContain(secret);
    expect(await store.get(aside)).toEqual(damaged);
    expect((await history.summary('1')).messages).toBe(48);
    await say(history, '1', 'next');
    expect(await idsOf(history, '1')).toEqual([...ids(0, 16), ...ids(32, 40), 'next r-next']);
    expect(logged).toHaveLength(1);
  });

  test('at the end does not keep the next turn from being stored', async () => {
    await fortyTurns();
    await damage('history:1:2');
    await say(history, '1', 'next');
    expect(await idsOf(history, '1')).toEqual([...ids(0, 32), 'next r-next']);
    expect((await history.summary('1')).messages).toBe(66);
    expect(logged).toHaveLength(1);
  });
});

describe('a head that cannot be read', () => {
  test.each([
    ['cut off', () => Promise.resolve(cut('history:1'))],
    ['of another shape', () => overwrite('history:1', { v: 1, first: 2, last: 0, messages: 5, marks: [] })],
    [
      'with a mark of another shape',
      () => overwrite('history:1', { v: 1, first: 0, last: 2, messages: 80, marks: [{}] }),
    ],
    [
      'with a cut of another shape',
      () => overwrite('history:1', { v: 1, first: 0, last: 2, messages: 80, marks: [], cut: { turnId: 'm1' } }),
    ],
  ])('is moved aside and made anew from the pages (%s)', async (_name, damage) => {
    await fortyTurns();
    await history.beginTurn('1', { message: userMessage('open'), inFlight: inFlight('open') });
    await damage();
    expect(await history.summary('1')).toMatchObject({ messages: 81, pages: 3, inFlight: [] });
    expect(await idsOf(history, '1')).toEqual([...ids(0, 40), 'open']);
    expect(logged).toHaveLength(1);
    expect(await finishTurn(history, '1', 'r-open', replyTo('open'))).toBe('stored');
    expect(await idsOf(history, '1')).toEqual([...ids(0, 40), 'open r-open']);
    expect(await collect(history.interrupted())).toEqual([]);
    expect(await collect(store.keys('history-in-flight:'))).toEqual([]);
  });

  test('does not bring back what was cleared, which can still be restored', async () => {
    await fortyTurns();
    await history.clear('1');
    await say(history, '1', 'since');
    cut('history:1');
    expect(await idsOf(history, '1')).toEqual(['since r-since']);
    expect(await history.restore('1')).toBe(true);
    expect(await idsOf(history, '1')).toEqual([...ids(0, 40), 'since r-since']);
  });

  test('can be cleared by the very task that finds it', async () => {
    await fortyTurns();
    cut('history:1');
    expect(await history.clear('1')).toEqual({ messages: 80 });
    expect(await idsOf(history, '1')).toEqual([]);
    expect(await history.restore('1')).toBe(true);
    expect(await idsOf(history, '1')).toEqual(ids(0, 40));
  });

  test('of a conversation that was just cleared stays empty', async () => {
    await fortyTurns();
    await history.clear('1');
    cut('history:1');
    expect(await history.summary('1')).toMatchObject({ messages: 0, pages: 0, inFlight: [] });
    await say(history, '1', 'since');
    expect(await history.restore('1')).toBe(true);
    expect(await idsOf(history, '1')).toEqual([...ids(0, 40), 'since r-since']);
  });

  test('and a page that cannot be read are moved aside together', async () => {
    await fortyTurns();
    cut('history:1');
    cut('history:1:0');
    expect(await idsOf(history, '1')).toEqual(ids(16, 40));
    expect(await collect(store.keys('aside:'))).toEqual(
      [`aside:history:1:${NOW_MS}`, `aside:history:1:0:${NOW_MS}`].sort(),
    );
    expect((await history.summary('1')).messages).toBe(48);
  });

  test('of one conversation does not touch another', async () => {
    await say(history, '1', 'a');
    await say(history, '1:0', 'b');
    cut('history:1');
    expect([await idsOf(history, '1'), await idsOf(history, '1:0')]).toEqual([['a r-a'], ['b r-b']]);
  });
});

test('a record of what was cleared that cannot be read ends the chance to restore, and the pages are deleted', async () => {
  await fortyTurns();
  await history.clear('1');
  await say(history, '1', 'since');
  cut('history-cleared:1');
  expect(await history.restore('1')).toBe(false);
  expect(await history.sweepCleared()).toBe(3);
  expect(await idsOf(history, '1')).toEqual(['since r-since']);
  expect(await collect(store.keys('history'))).toEqual(['history:1', 'history:1:3']);
});

describe('a record of a newer release', () => {
  const ofNewerRelease = { v: 2, unheardOf: true };
  const refusal =
    'The history of this channel was written by a newer release of the bot. It opens again when the bot is updated.';

  test('as head refuses every use and stays as it is', async () => {
    await say(history, '1', 'a');
    await overwrite('history:1', ofNewerRelease);
    const turn = { message: userMessage('b'), inFlight: inFlight('b') };
    await expect(history.beginTurn('1', turn)).rejects.toThrow(refusal);
    await expect(idsOf(history, '1')).rejects.toThrow(refusal);
    await expect(history.clear('1')).rejects.toThrow(refusal);
    expect(await store.get('history:1')).toEqual(ofNewerRelease);
    await say(history, '2', 'other');
    expect(await idsOf(history, '2')).toEqual(['other r-other']);
  });

  test('as head does not keep a start from the marks and the sweep of other conversations', async () => {
    await overwrite('history:1', ofNewerRelease);
    await overwrite('history-in-flight:1', { v: 1 });
    await overwrite('history-cleared:1', { v: 1, ranges: [] });
    await history.beginTurn('2', { message: userMessage('a'), inFlight: inFlight('a') });
    const after = createHistory({
      store,
      clock,
      logger: { debug() {}, info() {}, warn: (facts) => logged.push(facts), error() {} },
    });
    expect(await collect(after.interrupted(), ({ conversationId }) => conversationId)).toEqual(['2']);
    expect(await after.sweepCleared()).toBe(0);
    expect(logged).toMatchObject([{ conversationId: '1' }, { conversationId: '1' }]);
  });

  test.each([
    ['in the middle', 'history:1:1', [...ids(0, 16), ...ids(32, 40)]],
    ['at the end', 'history:1:2', ids(0, 32)],
  ])('as a page %s is passed over and stays as it is', async (_name, key, readable) => {
    await fortyTurns();
    await overwrite(key, ofNewerRelease);
    await say(history, '1', 'next');
    expect(await idsOf(history, '1')).toEqual([...readable, 'next r-next']);
    expect(await store.get(key)).toEqual(ofNewerRelease);
    expect(logged).toEqual([]);
  });

  test('as what was cleared refuses to clear or restore and stays as it is', async () => {
    await say(history, '1', 'a');
    await overwrite('history-cleared:1', ofNewerRelease);
    await expect(history.clear('1')).rejects.toThrow(refusal);
    await expect(history.restore('1')).rejects.toThrow(refusal);
    expect(await store.get('history-cleared:1')).toEqual(ofNewerRelease);
    expect(await idsOf(history, '1')).toEqual(['a r-a']);
  });
});

test('a page that is damaged while it is in memory goes on, and the next write mends it', async () => {
  await fortyTurns();
  const running = history;
  cut('history:1:2');
  expect(await idsOf(running, '1')).toEqual(ids(0, 40));
  await say(running, '1', 'next');
  start();
  expect(await idsOf(history, '1')).toEqual([...ids(0, 40), 'next r-next']);
  expect(logged).toEqual([]);
});

test('fields that this release does not know are kept when a page is written again', async () => {
  await say(history, '1', 'a');
  const page = (await store.get('history:1:0')) as { messages: object[] };
  await overwrite('history:1:0', {
    ...page,
    extra: 1,
    messages: page.messages.map((message) => ({ ...message, unheardOf: 2 })),
  });
  await say(history, '1', 'b');
  expect(((await store.get('history:1:0')) as typeof page).messages).toMatchObject([
    { unheardOf: 2 },
    { unheardOf: 2 },
    {},
    {},
  ]);
});
