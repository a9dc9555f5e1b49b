import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { silentLogger } from '../../src/core/logger.ts';
import { createHistory, type History } from '../../src/storage/history.ts';
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

const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => `m${from + index}`);
const sayAll = async (ids: string[]) => {
  for (const id of ids) await say(history, '1', id);
};
const messagesOn = async (page: number) =>
  ((await store.get(`history:1:${page}`)) as { messages: { id: string }[] }).messages.map(({ id }) => id);

describe('editing what somebody wrote', () => {
  test('is one write, and forgets the counts of the old words', async () => {
    await sayAll(['a', 'b']);
    await history.setTokens('1', 'x', new Map([['a', 3]]));
    log.length = 0;
    expect(await history.editMessage('1', 'a', 'other words')).toBe(true);
    expect(log).toEqual(['get history:1', 'set history:1:0']);
    expect((await history.find('1', 'a'))?.user).toEqual(userMessage('a', { content: 'other words' }));
  });

  test('to nothing leaves a cue, which is not counted as a message', async () => {
    await sayAll(['a', 'b']);
    const { messages } = await history.summary('1');
    expect(await history.editMessage('1', 'a', '')).toBe(true);
    expect((await history.find('1', 'a'))?.user).toMatchObject({ content: '', isCue: true });
    expect((await history.summary('1')).messages).toBe(messages - 1);
  });

  test('to the same words keeps the counts and writes nothing', async () => {
    await sayAll(['a']);
    await history.setTokens('1', 'x', new Map([['a', 3]]));
    log.length = 0;
    expect(await history.editMessage('1', 'a', 'question a')).toBe(true);
    expect(log).toEqual(['get history:1']);
    expect((await history.find('1', 'a'))?.user.tokens).toEqual({ x: 3 });
  });

  test.each([['r-a'], ['none'], ['cue']])('does nothing to %s', async (id) => {
    await sayAll(['a']);
    await say(history, '1', 'cue', { isCue: true, content: '' });
    expect(await history.editMessage('1', id, 'x')).toBe(false);
  });

  test('while the reply is in flight leaves it its message', async () => {
    await history.beginTurn('1', { message: userMessage('a'), inFlight: inFlight('a') });
    await history.editMessage('1', 'a', 'x'.repeat(20_000));
    expect(await finishTurn(history, '1', 'r-a', replyTo('a'))).toBe('stored');
    expect(await idsOf(history, '1')).toEqual(['a r-a']);
  });

  test('to more than fits moves what follows on, page by page, and keeps the order', async () => {
    const ids = numbers(0, 40);
    await sayAll(ids);
    log.length = 0;
    await history.editMessage('1', 'm1', 'x'.repeat(17_000));
    expect(log.filter((line) => line.startsWith('set'))).toHaveLength(1);
    expect(await messagesOn(0)).toEqual(['m0', 'r-m0']);
    expect(await messagesOn(1)).toEqual(['m1']);
    expect(await idsOf(history, '1')).toEqual(ids.map((id) => `${id} r-${id}`));
    expect(await history.summary('1')).toMatchObject({ messages: 80, pages: 5, inFlight: [] });
    await history.editMessage('1', 'm39', 'x'.repeat(17_000));
    expect(await idsOf(history, '1')).toEqual(ids.map((id) => `${id} r-${id}`));
  });

  test('leaves a page of a newer release where it is', async () => {
    const ids = numbers(0, 40);
    await sayAll(ids);
    const newer = { v: 2, unheardOf: true };
    await store.setMany([{ key: 'history:1:1', value: newer }]);
    history = createHistory({ store, clock, logger: silentLogger });
    await history.editMessage('1', 'm1', 'x'.repeat(17_000));
    expect(await store.get('history:1:1')).toEqual(newer);
    const readable = [...numbers(0, 16), ...numbers(32, 40)];
    expect(await idsOf(history, '1')).toEqual(readable.map((id) => `${id} r-${id}`));
  });
});

describe('a message on Discord', () => {
  test.each([
    ['d-a', 'a r-a'],
    ['11', 'a r-a'],
    ['12', 'a r-a'],
    ['d-b', 'b'],
    ['99', undefined],
  ])('%s leads to its turn', async (discordMessageId, expected) => {
    await history.beginTurn('1', { message: userMessage('a'), inFlight: inFlight('a') });
    await history.storeReply('1', replyTo('a', { discordMessageIds: ['11', '12'] }));
    await history.beginTurn('1', { message: userMessage('b'), inFlight: inFlight('b') });
    const turn = await history.findByDiscordId('1', discordMessageId);
    expect(turn && namesOf(turn)).toBe(expected);
  });
});

describe('removing a turn', () => {
  test('takes its message and its reply, wherever they lie, in one write', async () => {
    await history.beginTurn('1', { message: userMessage('e'), inFlight: inFlight('e') });
    await sayAll(numbers(0, 20));
    await finishTurn(history, '1', 'r-e', replyTo('e'));
    log.length = 0;
    expect(await history.removeTurn('1', 'e')).toEqual({ user: userMessage('e'), reply: replyTo('e') });
    expect(log.filter((line) => line.startsWith('set'))).toEqual(['set history:1:1 history:1:0 history:1']);
    expect(await idsOf(history, '1')).toEqual(numbers(0, 20).map((id) => `${id} r-${id}`));
    expect((await history.summary('1')).messages).toBe(40);
  });

  test('that is not there, or is named by its reply, does nothing', async () => {
    await sayAll(['a']);
    expect(await history.removeTurn('1', 'r-a')).toBeUndefined();
    expect(await history.removeTurn('1', 'none')).toBeUndefined();
    expect(await history.removeReply('1', 'r-a')).toBeUndefined();
    expect(await idsOf(history, '1')).toEqual(['a r-a']);
  });

  test('while its reply is in flight drops the reply', async () => {
    await history.beginTurn('1', { message: userMessage('a'), inFlight: inFlight('a') });
    expect(await history.removeTurn('1', 'a')).toEqual({ user: userMessage('a') });
    expect((await history.summary('1')).inFlight).toEqual([inFlight('a')]);
    expect(await finishTurn(history, '1', 'r-a', replyTo('a'))).toBe('gone');
  });

  test('or rather its reply alone leaves the message, which can be answered again', async () => {
    await sayAll(['a', 'b']);
    expect(await history.removeReply('1', 'a')).toEqual(replyTo('a'));
    expect(await idsOf(history, '1')).toEqual(['a', 'b r-b']);
    expect((await history.summary('1')).messages).toBe(3);
    expect(await history.storeReply('1', replyTo('a', { id: 'again' }))).toBe('stored');
    expect(await idsOf(history, '1')).toEqual(['a again', 'b r-b']);
  });
});

describe('a cue', () => {
  const cue = { isCue: true as const, content: '' };

  test('is a turn of its own and no message in the eyes of people', async () => {
    await sayAll(['a']);
    await say(history, '1', 'cue', cue);
    expect(await collect(history.newest('1'), namesOf)).toEqual(['cue r-cue', 'a r-a']);
    expect((await history.summary('1')).messages).toBe(3);
    expect(await history.clear('1')).toEqual({ messages: 3 });
    expect((await history.summary('1')).messages).toBe(0);
    await say(history, '1', 'cue2', cue);
    expect(await history.restore('1')).toBe(true);
    expect((await history.summary('1')).messages).toBe(4);
    expect(await idsOf(history, '1')).toEqual(['a r-a', 'cue r-cue', 'cue2 r-cue2']);
  });

  test('is nobody’s to undo, but the newest turn', async () => {
    await sayAll(['a']);
    await say(history, '1', 'cue', { ...cue, author: { id: '7', name: 'Ada' } });
    expect((await history.undo('1', { authorId: '7' }))?.user.id).toBe('a');
    expect((await history.undo('1'))?.user.id).toBe('cue');
    expect((await history.summary('1')).messages).toBe(0);
  });

  test('without a reply is cleared like everything else', async () => {
    await history.beginTurn('1', { message: userMessage('cue', cue), inFlight: inFlight('cue') });
    expect(await history.clear('1')).toEqual({ messages: 0 });
    expect(await idsOf(history, '1')).toEqual([]);
    expect(await history.restore('1')).toBe(true);
    expect(await idsOf(history, '1')).toEqual(['cue']);
  });

  test('is still none after a page was lost and the rest counted anew', async () => {
    await say(history, '1', 'cue', cue);
    await sayAll(numbers(0, 20));
    await store.setMany([{ key: 'history:1:1', value: 'damaged' }]);
    history = createHistory({ store, clock, logger: silentLogger });
    await idsOf(history, '1');
    expect((await history.summary('1')).messages).toBe(31);
  });

  test.each([
    ['with words', userMessage('x', { isCue: true })],
    ['of a reply', { ...replyTo('a', { content: '' }), isCue: true as const }],
  ])('%s is refused', async (_name, message) => {
    const storing =
      message.role === 'user'
        ? history.beginTurn('1', { message, inFlight: inFlight('x') })
        : history.storeReply('1', message);
    await expect(storing).rejects.toThrow('not storable: record is not valid (check)');
  });
});
