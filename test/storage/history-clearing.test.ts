import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { silentLogger } from '../../src/core/logger.ts';
import { createHistory, type History } from '../../src/storage/history.ts';
import { openStore, type Store } from '../../src/storage/store.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { collect } from './collect.ts';
import { finishTurn, idsOf, inFlight, replyTo, say, userMessage } from './messages.ts';
import { recorded } from './recorded-store.ts';

let clock: FakeClock;
let store: Store;
let history: History;
/** The keys that were read and written since the log was last emptied. */
const log: string[] = [];

beforeEach(async () => {
  clock = new FakeClock(1_700_000_000_000);
  log.length = 0;
  store = recorded(await openStore('memory://', { clock }), log);
  history = createHistory({ store, clock, logger: silentLogger });
});

afterEach(() => store.close());

describe('clearing', () => {
  const minutes = (count: number) => clock.advance(count * 60_000);

  test('empties at once, whatever the length, and can be taken back', async () => {
    for (let index = 0; index < 100; index++) await say(history, '1', `m${index}`);
    const before = await idsOf(history, '1');
    log.length = 0;
    expect(await history.clear('1')).toEqual({ messages: 200 });
    expect(log).toEqual(['get history:1', 'get history-cleared:1', 'set history-cleared:1 history:1']);
    expect(await idsOf(history, '1')).toEqual([]);
    expect(await history.summary('1')).toMatchObject({ messages: 0, pages: 0, inFlight: [] });
    await say(history, '1', 'since');
    await minutes(9.99);
    expect(await history.restore('1')).toBe(true);
    expect(await idsOf(history, '1')).toEqual([...before, 'since r-since']);
    expect((await history.summary('1')).messages).toBe(202);
    expect(await history.restore('1')).toBe(false);
  });

  test('is final after ten minutes, and the pages are deleted by the next sweep', async () => {
    for (let index = 0; index < 100; index++) await say(history, '1', `m${index}`);
    await history.clear('1');
    await say(history, '1', 'since');
    await minutes(9.99);
    expect(await history.sweepCleared()).toBe(0);
    await minutes(0.01);
    expect(await history.restore('1')).toBe(false);
    expect(await history.sweepCleared()).toBe(7);
    expect(await history.sweepCleared()).toBe(0);
    expect(await idsOf(history, '1')).toEqual(['since r-since']);
    expect(await collect(store.keys(''))).toEqual(['history:1', 'history:1:7']);
  });

  test('twice can be taken back twice, newest first', async () => {
    await say(history, '1', 'a');
    await history.clear('1');
    await minutes(5);
    await say(history, '1', 'b');
    await history.clear('1');
    await say(history, '1', 'c');
    expect(await history.restore('1')).toBe(true);
    expect(await idsOf(history, '1')).toEqual(['b r-b', 'c r-c']);
    expect(await history.restore('1')).toBe(true);
    expect(await idsOf(history, '1')).toEqual(['a r-a', 'b r-b', 'c r-c']);
  });

  test('the sweep keeps the newer of two', async () => {
    await say(history, '1', 'a');
    await history.clear('1');
    await minutes(5);
    await say(history, '1', 'b');
    await history.clear('1');
    await minutes(5);
    expect(await history.sweepCleared()).toBe(1);
    expect(await history.restore('1')).toBe(true);
    expect(await history.restore('1')).toBe(false);
    expect(await idsOf(history, '1')).toEqual(['b r-b']);
  });

  test('what is empty leaves the last clear to be taken back', async () => {
    await say(history, '1', 'a');
    await history.clear('1');
    expect(await history.clear('1')).toEqual({ messages: 0 });
    expect(await history.restore('1')).toBe(true);
    expect(await idsOf(history, '1')).toEqual(['a r-a']);
  });
});

describe('after a crash', () => {
  const restarted = () => createHistory({ store, clock, logger: silentLogger });

  test('every mark is found, and dated when it is first found', async () => {
    await history.beginTurn('1', { message: userMessage('a'), inFlight: inFlight('a') });
    await history.beginTurn('1', { message: userMessage('b'), inFlight: inFlight('b') });
    await history.beginTurn('private:2:0', { message: userMessage('c'), inFlight: inFlight('c') });
    await say(history, '3', 'whole');
    const interruptedAt = clock.now();
    const expected = [
      { conversationId: '1', inFlight: { ...inFlight('a'), interruptedAt } },
      { conversationId: '1', inFlight: { ...inFlight('b'), interruptedAt } },
      { conversationId: 'private:2:0', inFlight: { ...inFlight('c'), interruptedAt } },
    ];
    log.length = 0;
    expect(await collect(restarted().interrupted())).toEqual(expected);
    expect(log.filter((entry) => entry.startsWith('get'))).toEqual(['get history:1', 'get history:private%3A2%3A0']);
    await clock.advance(5_000);
    expect(await collect(restarted().interrupted())).toEqual(expected);
  });

  test('a mark that is removed is not found again', async () => {
    await history.beginTurn('1', { message: userMessage('a'), inFlight: inFlight('a') });
    const after = restarted();
    for await (const { conversationId, inFlight } of after.interrupted()) {
      await finishTurn(after, conversationId, inFlight.replyId);
    }
    expect(await collect(after.interrupted())).toEqual([]);
    expect(await idsOf(after, '1')).toEqual(['a']);
  });

  test('what this process streams itself is not among them', async () => {
    await history.beginTurn('1', { message: userMessage('a'), inFlight: inFlight('a') });
    const after = restarted();
    await after.beginTurn('1', { message: userMessage('b'), inFlight: inFlight('b') });
    const found = await collect(after.interrupted());
    expect(found.map(({ inFlight }) => inFlight.replyId)).toEqual(['r-a']);
    expect((await after.summary('1')).inFlight[1]).toEqual(inFlight('b'));
    expect(await collect(history.interrupted(), ({ inFlight }) => inFlight.replyId)).toEqual(['r-b']);
  });

  test.each([
    ['finished', () => finishTurn(history, '1', 'r-a', replyTo('a'))],
    ['ended', () => history.endTurn('1', 'r-a')],
  ])('a reply that this process has %s is its own no more', async (_name, end) => {
    await history.beginTurn('1', { message: userMessage('a'), inFlight: inFlight('a') });
    await end();
    await restarted().beginTurn('1', { inFlight: inFlight('a') });
    expect(await collect(history.interrupted(), ({ inFlight }) => inFlight.replyId)).toEqual(['r-a']);
  });

  test('a key that leads to no mark is harmless and goes', async () => {
    await say(history, '1', 'a');
    await store.setMany(['1', 'never'].map((id) => ({ key: `history-in-flight:${id}`, value: { v: 1 } })));
    expect(await collect(history.interrupted())).toEqual([]);
    expect(await collect(store.keys('history-in-flight:'))).toEqual([]);
  });
});
