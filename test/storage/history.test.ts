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

describe('a turn', () => {
  test('is one write when it begins, one for its reply and one when it ends', async () => {
    await history.beginTurn('1', { message: userMessage('a'), inFlight: inFlight('a') });
    await finishTurn(history, '1', 'r-a', replyTo('a'));
    expect(log).toEqual([
      'get history:1',
      'set history:1:0 history:1 history-in-flight:1',
      'get history:1',
      'set history:1:0 history:1',
      'get history:1',
      'set history:1 -history-in-flight:1',
    ]);
  });

  test('costs the same reads and writes after a long history', async () => {
    for (let index = 0; index < 200; index++) await say(history, '1', `m${index}`);
    const restarted = createHistory({ store, clock, logger: silentLogger });
    log.length = 0;
    await say(restarted, '1', 'last');
    expect(log).toEqual([
      'get history:1',
      'get history:1:12',
      'set history:1:12 history:1 history-in-flight:1',
      'get history:1',
      'set history:1:12 history:1',
      'get history:1',
      'set history:1 -history-in-flight:1',
    ]);
  });

  test('comes back whole', async () => {
    const pictures = [{ name: 'cat.png', url: 'https://example.com/cat.png', tokens: 700 }];
    const message = userMessage('a', { content: 'é 👋 \u0000', tokens: { llama3: 5 }, pictures });
    const reply = replyTo('a', { finish: 'length', reasoning: 'hm', discordMessageIds: ['1', '2'] });
    await history.beginTurn('1', { message, inFlight: inFlight('a') });
    expect(await collect(history.newest('1'))).toEqual([{ user: message }]);
    expect(await finishTurn(history, '1', 'r-a', reply)).toBe('stored');
    expect(await collect(history.newest('1'))).toEqual([{ user: message, reply }]);
  });

  test('that ends without a reply keeps its message and loses its mark', async () => {
    await history.beginTurn('1', { message: userMessage('a'), inFlight: inFlight('a') });
    expect(await finishTurn(history, '1', 'r-a')).toBe('stored');
    expect(await idsOf(history, '1')).toEqual(['a']);
    expect(await history.summary('1')).toMatchObject({ messages: 1, pages: 1, inFlight: [] });
  });

  test('may end after later ones began, and keeps the place of its message', async () => {
    for (const id of ['a', 'b', 'c'])
      await history.beginTurn('1', { message: userMessage(id), inFlight: inFlight(id) });
    await finishTurn(history, '1', 'r-b', replyTo('b'));
    expect(await idsOf(history, '1')).toEqual(['a', 'b r-b', 'c']);
    await finishTurn(history, '1', 'r-c', replyTo('c'));
    await finishTurn(history, '1', 'r-a', replyTo('a'));
    expect(await idsOf(history, '1')).toEqual(['a r-a', 'b r-b', 'c r-c']);
  });

  test('begun in one moment by many people are all there, in the order in which they came', async () => {
    const ids = Array.from({ length: 40 }, (_, index) => `m${index}`);
    await Promise.all(ids.map((id) => history.beginTurn('1', { message: userMessage(id), inFlight: inFlight(id) })));
    await Promise.all(ids.toReversed().map((id) => finishTurn(history, '1', `r-${id}`, replyTo(id))));
    expect(await idsOf(history, '1')).toEqual(ids.map((id) => `${id} r-${id}`));
    expect(await history.summary('1')).toMatchObject({ messages: 80, pages: 3, inFlight: [] });
  });

  test('of another conversation is never seen, whatever the ids look like', async () => {
    const conversations = ['1', '1:0', 'private:1', 'private:1:0', '1%3A0', 'a/b', '%', ':'];
    for (const [index, id] of conversations.entries()) await say(history, id, `m${index}`);
    for (const [index, id] of conversations.entries()) {
      expect(await idsOf(history, id)).toEqual([`m${index} r-m${index}`]);
    }
    await history.clear('1');
    await clock.advance(600_000);
    await history.sweepCleared();
    expect(await idsOf(history, '1:0')).toEqual(['m1 r-m1']);
  });

  test.each([
    [
      'a message',
      { message: userMessage('a', { at: Number.NaN }), inFlight: inFlight('a') },
      'at is not valid (number)',
    ],
    ['a count', { message: userMessage('a', { tokens: { x: Infinity } }), inFlight: inFlight('a') }, 'tokens.x'],
    ['a mark', { message: userMessage('a'), inFlight: { ...inFlight('a'), startedAt: Number.NaN } }, 'startedAt'],
    ['a reply as the message', { message: { ...replyTo('x'), replyTo: undefined }, inFlight: inFlight('a') }, 'check'],
  ])('with %s that could not be read back is refused and stores nothing', async (_name, turn, complaint) => {
    await say(history, '1', 'before');
    await expect(history.beginTurn('1', turn)).rejects.toThrow(complaint);
    expect(await idsOf(history, '1')).toEqual(['before r-before']);
    expect((await history.summary('1')).inFlight).toEqual([]);
  });

  test('whose write fails is not there, and the next one is', async () => {
    const failing = createHistory({
      store: { ...store, setMany: async () => Promise.reject(new Error('disk full')) },
      clock,
      logger: silentLogger,
    });
    const turn = { message: userMessage('a'), inFlight: inFlight('a') };
    await expect(failing.beginTurn('1', turn)).rejects.toThrow('disk full');
    expect(await idsOf(failing, '1')).toEqual([]);
    await say(history, '1', 'b');
    expect(await idsOf(history, '1')).toEqual(['b r-b']);
  });
});

describe('pages', () => {
  const big = (bytes: number) => 'x'.repeat(bytes);

  test.each([
    ['32 short messages fill a page', Array.from({ length: 33 }, () => ''), [32, 1]],
    ['16 KiB fill a page', [big(8_000), big(8_000), big(8_000)], [2, 1]],
    ['a larger message has a page of its own', ['', big(40_000), '', ''], [1, 1, 2]],
    ['bytes are counted, not characters', ['é'.repeat(4_100), 'é'.repeat(4_100)], [1, 1]],
  ])('%s', async (_name, contents, expected) => {
    for (const [index, content] of contents.entries()) {
      await history.beginTurn('1', { message: userMessage(`m${index}`, { content }), inFlight: inFlight(`m${index}`) });
    }
    const pages = await Promise.all(await collect(store.keys('history:1:'), (key) => store.get(key)));
    expect(pages.map((page) => (page as { messages: unknown[] }).messages.length)).toEqual(expected);
    expect(await idsOf(history, '1')).toEqual(contents.map((_, index) => `m${index}`));
  });

  test('are read from the newest as far as turns are asked for', async () => {
    for (let index = 0; index < 100; index++) await say(history, '1', `m${index}`);
    const restarted = createHistory({ store, clock, logger: silentLogger });
    log.length = 0;
    const seen: string[] = [];
    for await (const { user } of restarted.newest('1')) {
      seen.push(user.id);
      if (seen.length === 10) break;
    }
    expect(seen).toEqual(Array.from({ length: 10 }, (_, index) => `m${99 - index}`));
    expect(log).toEqual(['get history:1', 'get history:1:6', 'get history:1', 'get history:1:5']);
  });

  test('that were read or written here are not read again, and the head once for many of them', async () => {
    for (let index = 0; index < 300; index++) await say(history, '1', `m${index}`);
    log.length = 0;
    expect(await idsOf(history, '1')).toHaveLength(300);
    expect(log).toEqual(Array.from({ length: 3 }, () => 'get history:1'));
  });

  test('are shown as they are now by a reading that comes upon one that was changed meanwhile', async () => {
    for (let index = 0; index < 40; index++) await say(history, '1', `m${index}`);
    const reading = createHistory({ store, clock, logger: silentLogger, cacheMaxBytes: 0 });
    const seen: string[] = [];
    for await (const turn of reading.newest('1')) {
      seen.push(turn.reply?.content ?? '');
      if (seen.length === 1) await reading.amendReply('1', 'r-m0', { content: 'other words' });
    }
    expect(seen.at(-1)).toBe('other words');
  });

  test('keep what was stored, whatever becomes of the objects that were given or got', async () => {
    const message = userMessage('a', { tokens: { llama3: 1 } });
    await history.beginTurn('1', { message, inFlight: inFlight('a') });
    message.content = 'changed';
    message.discordMessageIds.push('changed');
    Object.assign(message.tokens ?? {}, { llama3: 2 });
    const [turn] = await collect(history.newest('1'));
    expect(turn?.user).toEqual(userMessage('a', { tokens: { llama3: 1 } }));
    expect(() => Object.assign(turn?.user.author ?? {}, { name: 'changed' })).toThrow(TypeError);
    expect(() => turn?.user.discordMessageIds.push('changed')).toThrow(TypeError);
  });

  test('one can be written while they are read', async () => {
    for (let index = 0; index < 40; index++) await say(history, '1', `m${index}`);
    const seen: string[] = [];
    for await (const { user } of history.newest('1')) {
      seen.push(user.id);
      await say(history, '1', `later${seen.length}`);
    }
    expect(seen).toEqual(Array.from({ length: 40 }, (_, index) => `m${39 - index}`));
  });
});

describe('another try at a reply', () => {
  const retry = async (id: string, content: string) => {
    await history.beginTurn('1', { inFlight: inFlight(id, `again-${id}`) });
    return finishTurn(history, '1', `again-${id}`, replyTo(id, { id: `again-${id}`, content }));
  };

  test.each([
    ['that fits takes the place of the first', 'other words'],
    ['that is too long for its page is still the reply to its message', 'x'.repeat(16_000)],
  ])('%s', async (_name, content) => {
    for (const id of ['a', 'b', 'c']) await say(history, '1', id);
    expect(await retry('b', content)).toBe('stored');
    expect(await idsOf(history, '1')).toEqual(['a r-a', 'b again-b', 'c r-c']);
    expect((await history.find('1', 'b'))?.reply?.content).toBe(content);
    expect((await history.summary('1')).messages).toBe(6);
  });

  test('finds its message pages back', async () => {
    for (let index = 0; index < 100; index++) await say(history, '1', `m${index}`);
    expect(await retry('m3', 'late')).toBe('stored');
    expect((await history.find('1', 'm3'))?.reply).toEqual(replyTo('m3', { id: 'again-m3', content: 'late' }));
    expect((await history.summary('1')).messages).toBe(200);
  });

  test('may be the first that is stored', async () => {
    await history.beginTurn('1', { message: userMessage('a'), inFlight: inFlight('a') });
    await finishTurn(history, '1', 'r-a');
    expect(await retry('a', 'now')).toBe('stored');
    expect(await idsOf(history, '1')).toEqual(['a again-a']);
  });

  test('of two tries at once the last to end stays', async () => {
    await history.beginTurn('1', { message: userMessage('a'), inFlight: inFlight('a') });
    await history.beginTurn('1', { inFlight: inFlight('a', 'second') });
    await finishTurn(history, '1', 'second', replyTo('a', { id: 'second' }));
    await finishTurn(history, '1', 'r-a', replyTo('a'));
    expect(await idsOf(history, '1')).toEqual(['a r-a']);
  });
});

describe('a reply in flight', () => {
  test('is stored before its mark goes', async () => {
    await history.beginTurn('1', { message: userMessage('a'), inFlight: inFlight('a') });
    expect(await history.storeReply('1', replyTo('a'))).toBe('stored');
    expect(await idsOf(history, '1')).toEqual(['a r-a']);
    expect((await history.summary('1')).inFlight).toEqual([inFlight('a')]);
    await history.endTurn('1', 'r-a', { discordMessageIds: ['1', '2'] });
    expect((await history.find('1', 'r-a'))?.reply).toEqual(replyTo('a', { discordMessageIds: ['1', '2'] }));
    expect((await history.summary('1')).inFlight).toEqual([]);
  });

  test('takes a new place; one that is not in flight does not', async () => {
    await history.beginTurn('1', { message: userMessage('a'), inFlight: inFlight('a') });
    await history.updateInFlight('1', 'r-a', { messageIds: ['5'] });
    await history.updateInFlight('1', 'r-other', { messageIds: ['6'] });
    expect((await history.summary('1')).inFlight).toEqual([{ ...inFlight('a'), place: { messageIds: ['5'] } }]);
    await history.updateInFlight('1', 'r-a', undefined);
    expect((await history.summary('1')).inFlight).toEqual([{ ...inFlight('a'), place: undefined }]);
  });

  test('ends without a change when nothing of it was stored', async () => {
    await history.beginTurn('1', { message: userMessage('a'), inFlight: inFlight('a') });
    await history.endTurn('1', 'r-a', { discordMessageIds: ['1'] });
    expect(await history.summary('1')).toMatchObject({ messages: 1, pages: 1, inFlight: [] });
  });

  test.each([
    ['undone', () => history.undo('1')],
    ['cleared', () => history.clear('1')],
  ])('whose message is %s meanwhile is dropped and says so', async (_name, remove) => {
    await say(history, '1', 'before');
    await history.beginTurn('1', { message: userMessage('a'), inFlight: inFlight('a') });
    await remove();
    await say(history, '1', 'after');
    expect((await history.summary('1')).inFlight).toEqual([inFlight('a')]);
    const kept = await idsOf(history, '1');
    expect(await finishTurn(history, '1', 'r-a', replyTo('a'))).toBe('gone');
    expect(await idsOf(history, '1')).toEqual(kept);
    expect((await history.summary('1')).inFlight).toEqual([]);
  });

  test('is stored if the message was brought back in time', async () => {
    await history.beginTurn('1', { message: userMessage('a'), inFlight: inFlight('a') });
    await history.clear('1');
    await say(history, '1', 'b');
    await history.restore('1');
    expect(await finishTurn(history, '1', 'r-a', replyTo('a'))).toBe('stored');
    expect(await idsOf(history, '1')).toEqual(['a r-a', 'b r-b']);
  });
});

describe('amending a reply', () => {
  test.each([['short'], ['x'.repeat(20_000)]])('changes what is given and nothing else (%.5s…)', async (content) => {
    for (const id of ['a', 'b']) await say(history, '1', id);
    expect(await history.amendReply('1', 'r-a', { content, tokens: { llama3: 2 } })).toBe(true);
    expect((await history.find('1', 'a'))?.reply).toEqual(replyTo('a', { content, tokens: { llama3: 2 } }));
    expect(await idsOf(history, '1')).toEqual(['a r-a', 'b r-b']);
    expect((await history.summary('1')).messages).toBe(4);
  });

  test('with other words forgets the counts of the old ones', async () => {
    await say(history, '1', 'a');
    await history.setTokens('1', 'llama3', new Map([['r-a', 3]]));
    await history.amendReply('1', 'r-a', { discordMessageIds: ['1'] });
    expect((await history.find('1', 'a'))?.reply?.tokens).toEqual({ llama3: 3 });
    await history.amendReply('1', 'r-a', { content: 'other words' });
    expect((await history.find('1', 'a'))?.reply?.tokens).toBeUndefined();
  });

  test('that is not stored, or is not a reply, does nothing', async () => {
    await say(history, '1', 'a');
    expect(await history.amendReply('1', 'r-b', { content: 'x' })).toBe(false);
    expect(await history.amendReply('1', 'a', { content: 'x' })).toBe(false);
    expect(await history.find('1', 'a')).toEqual({ user: userMessage('a'), reply: replyTo('a') });
  });
});

describe('undo', () => {
  test('takes the newest turn away and gives it back', async () => {
    for (const id of ['a', 'b']) await say(history, '1', id);
    expect(await history.undo('1')).toEqual({ user: userMessage('b'), reply: replyTo('b') });
    expect(await history.undo('1')).toEqual({ user: userMessage('a'), reply: replyTo('a') });
    expect(await history.undo('1')).toBeUndefined();
    expect((await history.summary('1')).messages).toBe(0);
    await say(history, '1', 'c');
    expect(await idsOf(history, '1')).toEqual(['c r-c']);
  });

  test('takes only what one person said, pages back and with a reply elsewhere', async () => {
    const eve = { id: '8', name: 'Eve' };
    await history.beginTurn('1', { message: userMessage('e', { author: eve }), inFlight: inFlight('e') });
    for (let index = 0; index < 40; index++) await say(history, '1', `m${index}`);
    await finishTurn(history, '1', 'r-e', replyTo('e'));
    expect(await history.undo('1', { authorId: '8' })).toEqual({
      user: userMessage('e', { author: eve }),
      reply: replyTo('e'),
    });
    expect(await history.undo('1', { authorId: '8' })).toBeUndefined();
    expect(await history.find('1', 'r-e')).toBeUndefined();
    expect((await history.summary('1')).messages).toBe(80);
  });
});
