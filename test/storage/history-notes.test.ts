import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { silentLogger } from '../../src/core/logger.ts';
import { createHistory, type History } from '../../src/storage/history.ts';
import { TOLD_MAX } from '../../src/storage/history-notes.ts';
import { openStore, type Store } from '../../src/storage/store.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { idsOf, inFlight, say, userMessage } from './messages.ts';
import { recorded } from './recorded-store.ts';

const cut = { turnId: 'a', budget: 30_000 };

let clock: FakeClock;
let store: Store;
let history: History;
const log: string[] = [];

beforeEach(async () => {
  clock = new FakeClock(1_700_000_000_000);
  log.length = 0;
  store = recorded(await openStore('memory://', { clock }), log);
  history = createHistory({ store, clock, logger: silentLogger });
});

afterEach(() => store.close());

test('a new conversation has no cut, and nothing was told', async () => {
  expect(await history.recall('1')).toEqual({ told: [] });
});

test('what is remembered outlives turns, undo and a restart', async () => {
  await history.remember('1', { told: 'before the first turn' });
  await say(history, '1', 'a');
  await history.remember('1', { cut, told: 'a fact' });
  await say(history, '1', 'b');
  await history.undo('1');
  await history.undo('1');
  const after = createHistory({ store, clock, logger: silentLogger });
  expect(await after.recall('1')).toEqual({ cut, told: ['before the first turn', 'a fact'] });
  expect(await after.recall('2')).toEqual({ told: [] });
});

test('each of the two is changed alone, and null forgets the cut', async () => {
  await history.remember('1', { cut });
  await history.remember('1', { told: 'a' });
  expect(await history.recall('1')).toEqual({ cut, told: ['a'] });
  await history.remember('1', { cut: null });
  expect(await history.recall('1')).toEqual({ told: ['a'] });
  await history.remember('1', { cut: { ...cut, budget: 1 }, told: 'b' });
  expect(await history.recall('1')).toEqual({ cut: { ...cut, budget: 1 }, told: ['a', 'b'] });
});

test('what is remembered already is not written again', async () => {
  await history.remember('1', { cut, told: 'a' });
  log.length = 0;
  await history.remember('1', { cut: { ...cut }, told: 'a' });
  await history.remember('2', { cut: null });
  await history.remember('1', {});
  expect(log).toEqual(['get history:1', 'get history:2', 'get history:1']);
});

test('the oldest of too many facts is forgotten', async () => {
  for (let fact = 0; fact <= TOLD_MAX; fact++) await history.remember('1', { told: `fact ${fact}` });
  const { told } = await history.recall('1');
  expect([told.length, told[0], told.at(-1)]).toEqual([TOLD_MAX, 'fact 1', `fact ${TOLD_MAX}`]);
});

test('a cut that could not be read back is refused and costs nothing of the conversation', async () => {
  await say(history, '1', 'a');
  await expect(history.remember('1', { cut: { turnId: 'a', budget: Number.NaN } })).rejects.toThrow(
    new TypeError('not storable: budget is not valid (number)'),
  );
  expect(await idsOf(history, '1')).toEqual(['a r-a']);
  expect(await history.recall('1')).toEqual({ told: [] });
});

test('clearing forgets both, and restoring brings them back with what was told since', async () => {
  await say(history, '1', 'a');
  await history.remember('1', { cut, told: 'before' });
  await history.clear('1');
  expect(await history.recall('1')).toEqual({ told: [] });
  await say(history, '1', 'b');
  await history.remember('1', { cut: { turnId: 'b', budget: 5 }, told: 'since' });
  await history.restore('1');
  expect(await history.recall('1')).toEqual({ cut, told: ['before', 'since'] });
});

test('a cut that was made after clearing does not leave out what is restored', async () => {
  await say(history, '1', 'a');
  await history.clear('1');
  await say(history, '1', 'b');
  await history.remember('1', { cut: { turnId: 'b', budget: 5 }, told: 'since' });
  await history.restore('1');
  expect(await history.recall('1')).toEqual({ told: ['since'] });
});

test('clearing what is empty forgets both as well', async () => {
  await history.remember('1', { cut, told: 'a' });
  expect(await history.clear('1')).toEqual({ messages: 0 });
  expect(await history.recall('1')).toEqual({ told: [] });
  expect(await history.restore('1')).toBe(false);
});

test('a conversation that an older release wrote has neither, and takes both', async () => {
  await store.setMany([
    { key: 'history:1', value: { v: 1, first: 0, last: 0, messages: 1, marks: [] } },
    { key: 'history:1:0', value: { v: 1, messages: [userMessage('a')] } },
  ]);
  expect(await history.recall('1')).toEqual({ told: [] });
  await history.remember('1', { cut, told: 'a' });
  await history.beginTurn('1', { message: userMessage('b'), inFlight: inFlight('b') });
  expect(await idsOf(history, '1')).toEqual(['a', 'b']);
  expect(await history.recall('1')).toEqual({ cut, told: ['a'] });
});

test('what may be told again is forgotten, and what is not there costs no write', async () => {
  await history.remember('1', { cut, told: 'a' });
  await history.remember('1', { told: 'b' });
  await history.remember('1', { untold: ['a', 'never told'] });
  expect(await history.recall('1')).toEqual({ cut, told: ['b'] });
  log.length = 0;
  await history.remember('1', { untold: ['a'] });
  expect(log.filter((line) => !line.startsWith('get'))).toEqual([]);
});
