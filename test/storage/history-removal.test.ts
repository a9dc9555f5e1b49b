import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { UserError } from '../../src/core/errors.ts';
import { silentLogger } from '../../src/core/logger.ts';
import { createHistory, type History } from '../../src/storage/history.ts';
import { CLEARED_KEPT_MS } from '../../src/storage/history-clearing.ts';
import { openStore, type Store } from '../../src/storage/store.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { collect } from './collect.ts';
import { finishTurn, idsOf, inFlight, namesOf, replyTo, say, userMessage } from './messages.ts';
import { recorded } from './recorded-store.ts';

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

const restart = () => {
  history = createHistory({ store, clock, logger: silentLogger });
};
const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => `m${from + index}`);
const whole = (ids: string[]) => ids.map((id) => `${id} r-${id}`);
const sayAll = async (ids: string[]) => {
  for (const id of ids) await say(history, '1', id);
};
const writes = () => log.filter((line) => line.startsWith('set'));

async function remove(userMessageId: string, options?: { keepsUser: true }): Promise<string> {
  const removed = await history.removeFrom('1', userMessageId, options);
  return removed?.undoId ?? 'nothing removed';
}

describe('removing from a turn on', () => {
  test.each([
    ['the turn itself goes too', undefined, ['a r-a'], ['b r-b', 'c r-c']],
    ['its user’s message stays', { keepsUser: true as const }, ['a r-a', 'b'], ['b r-b', 'c r-c']],
  ])('takes everything newer in one write (%s)', async (_name, options, left, taken) => {
    await sayAll(['a', 'b', 'c']);
    log.length = 0;
    const removed = await history.removeFrom('1', 'b', options);
    expect(removed?.turns.map(namesOf)).toEqual(taken);
    expect(writes()).toEqual([`set history-removed:1:${removed?.undoId}:0 history:1:0 history-cleared:1 history:1`]);
    expect(await idsOf(history, '1')).toEqual(left);
    expect((await history.summary('1')).messages).toBe(left.join(' ').split(' ').length);
  });

  test('leaves the replies to older turns that lie among it', async () => {
    await history.beginTurn('1', { message: userMessage('late'), inFlight: inFlight('late') });
    await sayAll(numbers(0, 40));
    await finishTurn(history, '1', 'r-late', replyTo('late'));
    await sayAll(['last']);
    const undoId = await remove('m20');
    expect(await idsOf(history, '1')).toEqual(['late r-late', ...whole(numbers(0, 20))]);
    expect(await history.restoreRemoved('1', undoId)).toBe('restored');
    expect(await idsOf(history, '1')).toEqual(['late r-late', ...whole([...numbers(0, 40), 'last'])]);
  });

  test('deletes the pages that are empty then', async () => {
    await sayAll(numbers(0, 100));
    const undoId = await remove('m20');
    expect(await collect(store.keys('history:1:'))).toEqual(['history:1:0', 'history:1:1']);
    expect(await collect(store.keys('history-removed:'))).toHaveLength(6);
    await remove('m0');
    expect(await history.summary('1')).toMatchObject({ messages: 0, pages: 0, inFlight: [] });
    await sayAll(['new']);
    expect(await idsOf(history, '1')).toEqual(['new r-new']);
    expect(await history.restoreRemoved('1', undoId)).toBe('changed');
  });

  test.each([
    ['there is no such turn', 'none', undefined],
    ['it is named by its reply', 'r-c', undefined],
    ['nothing came after its user’s message', 'open', { keepsUser: true as const }],
  ])('does nothing if %s', async (_name, id, options) => {
    await sayAll(['c']);
    await history.beginTurn('1', { message: userMessage('open'), inFlight: inFlight('open') });
    log.length = 0;
    expect(await history.removeFrom('1', id, options)).toBeUndefined();
    expect(writes()).toEqual([]);
  });

  test('a page of a newer release among it stays', async () => {
    await sayAll(numbers(0, 40));
    const newer = { v: 2, unheardOf: true };
    await store.setMany([{ key: 'history:1:2', value: newer }]);
    restart();
    await remove('m2');
    await sayAll(['new']);
    expect(await store.get('history:1:2')).toEqual(newer);
    expect(await idsOf(history, '1')).toEqual(whole(['m0', 'm1', 'new']));
  });
});

describe('what was removed', () => {
  test.each([[undefined], [{ keepsUser: true as const }]])(
    'comes back whole within ten minutes, after a restart too (%j)',
    async (options) => {
      await sayAll(numbers(0, 60));
      const before = await collect(history.newest('1'));
      const undoId = await remove('m7', options);
      await clock.advance(CLEARED_KEPT_MS - 1);
      expect(await history.sweepCleared()).toBe(0);
      restart();
      expect(await history.restoreRemoved('1', undoId)).toBe('restored');
      expect(await collect(history.newest('1'))).toEqual(before);
      expect((await history.summary('1')).messages).toBe(120);
      expect(await history.restoreRemoved('1', undoId)).toBe('gone');
      expect(await collect(store.keys('history-'))).toEqual([]);
    },
  );

  test('is gone after ten minutes, and the next sweep deletes it', async () => {
    await sayAll(numbers(0, 40));
    const undoId = await remove('m16');
    await clock.advance(CLEARED_KEPT_MS);
    expect(await history.restoreRemoved('1', undoId)).toBe('gone');
    expect(await history.sweepCleared()).toBe(2);
    expect(await collect(store.keys('history-'))).toEqual([]);
    expect(await idsOf(history, '1')).toEqual(whole(numbers(0, 16)));
  });

  test('last comes back before what was removed first', async () => {
    await sayAll(['a', 'b', 'c']);
    const [first, second] = [await remove('c'), await remove('b')];
    expect(await history.restoreRemoved('1', first)).toBe('changed');
    expect(await history.restoreRemoved('1', second)).toBe('restored');
    expect(await history.restoreRemoved('1', first)).toBe('restored');
    expect(await idsOf(history, '1')).toEqual(whole(['a', 'b', 'c']));
  });

  test.each<[string, { keepsUser: true } | undefined, () => Promise<unknown>, 'restored' | 'changed']>([
    ['a turn was stored', undefined, () => say(history, '1', 'new'), 'changed'],
    ['everything was cleared', undefined, () => history.clear('1'), 'changed'],
    ['the message was answered anew', { keepsUser: true }, () => history.storeReply('1', replyTo('b')), 'changed'],
    [
      'an answer is on its way',
      { keepsUser: true },
      () => history.beginTurn('1', { inFlight: inFlight('b') }),
      'changed',
    ],
    [
      'what was said is undone again',
      undefined,
      () => say(history, '1', 'new').then(() => history.undo('1')),
      'restored',
    ],
    ['an older reply was amended', undefined, () => history.amendReply('1', 'r-a', { content: 'x' }), 'restored'],
    ['the message was edited', { keepsUser: true }, () => history.editMessage('1', 'b', 'x'), 'restored'],
  ])('if %s meanwhile', async (_name, options, change, outcome) => {
    await sayAll(['a', 'b', 'c']);
    const undoId = await remove('b', options);
    await change();
    expect(await history.restoreRemoved('1', undoId)).toBe(outcome);
  });

  test('can be taken back beside what was cleared before', async () => {
    await sayAll(['a']);
    await history.clear('1');
    await sayAll(['b', 'c']);
    const undoId = await remove('b');
    await clock.advance(CLEARED_KEPT_MS / 2);
    expect(await history.restore('1')).toBe(true);
    expect(await history.restoreRemoved('1', undoId)).toBe('changed');
    await history.clear('1');
    expect(await history.restoreRemoved('1', undoId)).toBe('restored');
    expect(await idsOf(history, '1')).toEqual(whole(['b', 'c']));
  });

  test('of another conversation is not there', async () => {
    await sayAll(['a']);
    const undoId = await remove('a');
    expect(await history.restoreRemoved('2', undoId)).toBe('gone');
    expect(await history.restoreRemoved('1', 'none')).toBe('gone');
  });

  test('takes its replies in flight back with it, wherever it lies then', async () => {
    await sayAll(numbers(0, 32));
    await history.beginTurn('1', { message: userMessage('open'), inFlight: inFlight('open') });
    for (const id of numbers(0, 15)) await history.removeReply('1', id);
    expect((await history.summary('1')).pages).toBe(3);
    expect(await history.restoreRemoved('1', await remove('m1'))).toBe('restored');
    expect((await history.summary('1')).pages).toBe(2);
    expect(await finishTurn(history, '1', 'r-open', replyTo('open'))).toBe('stored');
  });

  test('meanwhile has no message for a reply in flight', async () => {
    await history.beginTurn('1', { message: userMessage('open'), inFlight: inFlight('open') });
    await remove('open');
    expect((await history.summary('1')).inFlight).toEqual([inFlight('open')]);
    expect(await finishTurn(history, '1', 'r-open', replyTo('open'))).toBe('gone');
  });

  test('and can be read no more is moved aside, and the rest comes back', async () => {
    await sayAll(numbers(0, 40));
    const undoId = await remove('m16');
    await store.setMany([{ key: `history-removed:1:${undoId}:0`, value: 'damaged' }]);
    expect(await history.restoreRemoved('1', undoId)).toBe('restored');
    expect(await idsOf(history, '1')).toEqual(whole([...numbers(0, 16), ...numbers(32, 40)]));
    expect((await history.summary('1')).messages).toBe(48);
    expect(await collect(store.keys('aside:'))).toHaveLength(1);
  });

  test('of a newer release is refused', async () => {
    await sayAll(['a']);
    const undoId = await remove('a');
    await store.setMany([{ key: `history-removed:1:${undoId}:0`, value: { v: 2 } }]);
    await expect(history.restoreRemoved('1', undoId)).rejects.toThrow(UserError);
    expect(await store.get(`history-removed:1:${undoId}:0`)).toEqual({ v: 2 });
  });
});

describe('a reply that was removed alone', () => {
  test('comes back with all of its versions wherever it stood, after a restart too, and once', async () => {
    await sayAll(['a', 'b']);
    await history.storeReply('1', replyTo('a', { id: 'second', discordMessageIds: ['d'] }), { keeps: 'swipes' });
    const removed = await history.removeReply('1', 'a');
    await clock.advance(CLEARED_KEPT_MS - 1);
    expect(await history.sweepCleared()).toBe(0);
    restart();
    const outcomes = await Promise.all([history.restoreReply('1', 'a'), history.restoreReply('1', 'a')]);
    expect(outcomes).toEqual([{ user: userMessage('a'), reply: { ...removed, discordMessageIds: [] } }, 'changed']);
    expect(await idsOf(history, '1')).toEqual(['a second', 'b r-b']);
    expect((await history.summary('1')).messages).toBe(4);
    expect(await collect(store.keys('history-'))).toEqual([]);
  });

  test.each<[string, () => Promise<unknown>, 'changed' | 'gone']>([
    ['there is another one', () => history.storeReply('1', replyTo('a', { id: 'other' })), 'changed'],
    ['another one is on its way', () => history.beginTurn('1', { inFlight: inFlight('a') }), 'changed'],
    ['its message was forgotten', () => history.removeTurn('1', 'a'), 'gone'],
    ['ten minutes are over', () => clock.advance(CLEARED_KEPT_MS), 'gone'],
  ])('stays away if %s', async (_name, change, outcome) => {
    await sayAll(['a', 'b']);
    await history.removeReply('1', 'a');
    await change();
    const before = await idsOf(history, '1');
    expect(await history.restoreReply('1', 'a')).toBe(outcome);
    expect(await idsOf(history, '1')).toEqual(before);
  });

  test('is deleted by the sweep after ten minutes', async () => {
    await sayAll(['a']);
    await history.removeReply('1', 'a');
    await clock.advance(CLEARED_KEPT_MS);
    expect(await history.sweepCleared()).toBe(1);
    expect(await collect(store.keys('history-'))).toEqual([]);
  });
});

test('whose turns were removed can be asked before they come back, and replies come back without their messages', async () => {
  await sayAll(['a', 'b']);
  await history.amendReply('1', 'r-b', { discordMessageIds: ['d'] });
  const undoId = await remove('a', { keepsUser: true });
  expect(await history.removedUsers('1', undoId)).toEqual([userMessage('a'), userMessage('b')]);
  expect(await history.removedUsers('1', 'none')).toEqual([]);
  await history.restoreRemoved('1', undoId);
  expect(await collect(history.newest('1'))).toEqual([
    { user: userMessage('b'), reply: replyTo('b') },
    { user: userMessage('a'), reply: replyTo('a') },
  ]);
});
