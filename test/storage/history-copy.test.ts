import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { UserError } from '../../src/core/errors.ts';
import { silentLogger } from '../../src/core/logger.ts';
import { createHistory, type History } from '../../src/storage/history.ts';
import { openStore, type Store, type StoreEntry } from '../../src/storage/store.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { collect } from './collect.ts';
import { finishTurn, idsOf, inFlight, replyTo, say, userMessage } from './messages.ts';
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

const numbers = (count: number) => Array.from({ length: count }, (_, index) => `m${index}`);
const whole = (ids: string[]) => ids.map((id) => `${id} r-${id}`);

/** The turns of a copy, as the ids of what they are copies of. */
async function originalsIn(conversationId: string, newIds: ReadonlyMap<string, string>): Promise<string[]> {
  const originals = new Map([...newIds].map(([id, newId]) => [newId, id]));
  const named = (id: string) => originals.get(id) ?? id;
  return (await idsOf(history, conversationId)).map((ids) => ids.split(' ').map(named).join(' '));
}

/** As many turns as are asked for, in one write. */
async function store10000(): Promise<void> {
  const turns = numbers(5_000).flatMap((id) => [userMessage(id), replyTo(id, { content: 'x'.repeat(400) })]);
  const entries: StoreEntry[] = [];
  for (let from = 0; from < turns.length; from += 20) {
    entries.push({ key: `history:1:${from / 20}`, value: { v: 1, messages: turns.slice(from, from + 20) } });
  }
  const head = { v: 1, first: 0, last: entries.length - 1, messages: turns.length, marks: [] };
  await store.setMany([...entries, { key: 'history:1', value: head }]);
}

describe('a copy', () => {
  test('has all up to the turn with its reply, with every version, and nothing of Discord', async () => {
    const message = userMessage('a', { pictures: [{ name: 'p', url: 'u', tokens: 1 }], tokens: { x: 1 } });
    await history.beginTurn('1', { message, inFlight: inFlight('a') });
    await say(history, '1', 'b');
    await say(history, '1', 'c');
    await finishTurn(history, '1', 'r-a', replyTo('a', { discordMessageIds: ['1', '2'] }));
    await history.storeReply('1', replyTo('a', { id: 'second', discordMessageIds: ['3'] }), { keeps: 'swipes' });
    const original = await collect(history.newest('1'));
    await history.remember('1', { told: 'a fact', cut: { turnId: 'a', budget: 5 } });
    log.length = 0;
    const { messages, newIds } = await history.copyUpTo('1', 'b', '2');
    expect([messages, [...newIds.keys()]]).toEqual([4, ['a', 'second', 'b', 'r-b']]);
    expect(log).toEqual(['get history:1', 'get history:2', 'set history:2:0 history:2']);
    expect((await collect(history.newest('2'))).toReversed()).toEqual(
      original
        .toReversed()
        .slice(0, 2)
        .map(({ user, reply }) => ({
          user: { ...user, id: newIds.get(user.id), discordMessageIds: [] },
          reply: reply && { ...reply, id: newIds.get(reply.id), replyTo: newIds.get(user.id), discordMessageIds: [] },
        })),
    );
    expect(await history.recall('2')).toEqual({ told: [] });
    expect(await collect(history.newest('1'))).toEqual(original);
  });

  test('shares no id with what it is of', async () => {
    for (const id of ['a', 'b']) await say(history, '1', id);
    const first = await history.copyUpTo('1', 'b', '2');
    const second = await history.copyUpTo('1', 'b', '3');
    const ids = [...first.newIds.keys(), ...first.newIds.values(), ...second.newIds.values()];
    expect(new Set(ids).size).toBe(12);
    await history.removeReply('2', first.newIds.get('a') ?? '');
    expect(await idsOf(history, '1')).toEqual(whole(['a', 'b']));
    expect(await history.restoreReply('1', 'a')).toBe('changed');
    expect(await history.restoreReply('3', second.newIds.get('a') ?? '')).toBe('changed');
  });

  test('has no reply that is still in flight, and does not get it later', async () => {
    await say(history, '1', 'a');
    await history.beginTurn('1', { message: userMessage('b'), inFlight: inFlight('b') });
    const { messages, newIds } = await history.copyUpTo('1', 'b', '2');
    expect(messages).toBe(3);
    await finishTurn(history, '1', 'r-b', replyTo('b'));
    expect(await originalsIn('2', newIds)).toEqual(['a r-a', 'b']);
    expect((await history.summary('2')).inFlight).toEqual([]);
  });

  test('does not count its cues', async () => {
    await say(history, '1', 'cue', { isCue: true, content: '' });
    expect((await history.copyUpTo('1', 'cue', '2')).messages).toBe(1);
    expect((await history.summary('2')).messages).toBe(1);
  });

  test('of a turn that is not there is empty', async () => {
    await say(history, '1', 'a');
    for (const id of ['none', 'r-a'])
      expect(await history.copyUpTo('1', id, '2')).toEqual({ messages: 0, newIds: new Map() });
    expect(await collect(store.keys('history:2'))).toEqual([]);
  });

  test.each([
    ['where something was said', '2', () => say(history, '2', 'x')],
    ['where something is in flight', '2', () => history.beginTurn('2', { inFlight: inFlight('x') })],
    ['of a conversation into itself', '1', () => Promise.resolve()],
  ])('%s is refused and changes nothing', async (_name, to, before) => {
    await say(history, '1', 'a');
    await before();
    const kept = await idsOf(history, to);
    await expect(history.copyUpTo('1', 'a', to)).rejects.toThrow(UserError);
    expect(await idsOf(history, to)).toEqual(kept);
  });

  test('goes into a conversation that was cleared, before whose old turns it comes', async () => {
    await say(history, '1', 'a');
    await say(history, '2', 'old');
    await history.clear('2');
    const { newIds } = await history.copyUpTo('1', 'a', '2');
    expect(await originalsIn('2', newIds)).toEqual(['a r-a']);
    expect(await history.restore('2')).toBe(true);
    expect(await originalsIn('2', newIds)).toEqual(['old r-old', 'a r-a']);
  });

  test('two that cross do not wait for each other', async () => {
    await say(history, '1', 'a');
    await say(history, '2', 'b');
    const outcomes = await Promise.allSettled([history.copyUpTo('1', 'a', '2'), history.copyUpTo('2', 'b', '1')]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });
});

describe('a copy of 10,000 messages', () => {
  beforeEach(store10000);

  test('lets the rest of the process run, and writes a few pages at a time and the head last', async () => {
    log.length = 0;
    let breaths = 0;
    let isDone = false;
    const breathing = (function breathe(): Promise<void> {
      breaths++;
      return isDone ? Promise.resolve() : new Promise((resolve) => setImmediate(() => resolve(breathe())));
    })();
    const { messages, newIds } = await history.copyUpTo('1', 'm4999', '2');
    expect(messages).toBe(10_000);
    isDone = true;
    await breathing;
    const writes = log.filter((line) => line.startsWith('set'));
    expect(breaths).toBeGreaterThan(writes.length);
    expect(Math.max(...writes.map((line) => line.split(' ').length))).toBeLessThanOrEqual(17);
    expect([writes[0], writes.at(-1)]).toEqual(['set history-cleared:2', 'set history:2 -history-cleared:2']);
    expect(await originalsIn('2', newIds)).toEqual(whole(numbers(5_000)));
    expect(await collect(store.keys('history-'))).toEqual([]);
  });

  test('that a crash breaks off is not there at all, and the sweep deletes its pages', async () => {
    let writesLeft = 5;
    const setMany = (entries: StoreEntry[]) =>
      writesLeft-- > 0 ? store.setMany(entries) : Promise.reject(new Error('crash'));
    const crashing = createHistory({ store: { ...store, setMany }, clock, logger: silentLogger });
    await expect(crashing.copyUpTo('1', 'm4999', '2')).rejects.toThrow('crash');
    history = createHistory({ store, clock, logger: silentLogger });
    expect(await history.summary('2')).toMatchObject({ messages: 0, pages: 0, inFlight: [] });
    await say(history, '2', 'new');
    expect(await history.sweepCleared()).toBe(63);
    expect(await collect(store.keys('history:2'))).toEqual(['history:2', 'history:2:0']);
    expect(await idsOf(history, '2')).toEqual(['new r-new']);
    expect(await collect(store.keys('history-'))).toEqual([]);
  });

  test.each([[0], [2], [40]])(
    'removing from a turn on that breaks off after %d writes leaves all as it was',
    async (count) => {
      let writesLeft = count;
      const setMany = (entries: StoreEntry[]) =>
        writesLeft-- > 0 ? store.setMany(entries) : Promise.reject(new Error('crash'));
      const crashing = createHistory({ store: { ...store, setMany }, clock, logger: silentLogger });
      const removing = crashing.removeFrom('1', 'm10');
      if (count < 40) await expect(removing).rejects.toThrow('crash');
      history = createHistory({ store, clock, logger: silentLogger });
      if (count === 40) expect(await history.restoreRemoved('1', (await removing)?.undoId ?? '')).toBe('restored');
      expect(await idsOf(history, '1')).toEqual(whole(numbers(5_000)));
      await history.sweepCleared();
      expect(await collect(store.keys('history-'))).toEqual([]);
    },
  );
});
