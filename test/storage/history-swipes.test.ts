import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { silentLogger } from '../../src/core/logger.ts';
import { createHistory, type History, type StoredMessage, SWIPES_MAX } from '../../src/storage/history.ts';
import { openStore, type Store } from '../../src/storage/store.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { idsOf, inFlight, replyTo, say, userMessage } from './messages.ts';
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
  await say(history, '1', 'a');
});

afterEach(() => store.close());

const swipeTo = (id: string, more: Partial<StoredMessage> = {}) =>
  history.storeReply('1', replyTo('a', { id, content: `words of ${id}`, ...more }), { keeps: 'swipes' });

const replyOf = async (userMessageId: string) => (await history.find('1', userMessageId))?.reply;

async function versions(): Promise<string[]> {
  const { content, swipes, swipe } = (await replyOf('a')) ?? replyTo('a');
  return (swipes ?? [{ content }]).map((version, index) =>
    index === (swipe ?? 0) ? `[${version.content}]` : version.content,
  );
}

describe('another version of a reply', () => {
  test('is added as the newest and shown one, with the facts of each', async () => {
    const facts = { model: 'other', finish: 'length' as const, reasoning: 'hm', tokens: { x: 3 }, expression: 'joy' };
    log.length = 0;
    expect(await swipeTo('second', { at: 3_000, discordMessageIds: ['9'], ...facts })).toBe('stored');
    expect(log).toEqual(['get history:1', 'set history:1:0']);
    const first = { content: 'answer to a', at: 2_000, model: 'some-model', finish: 'stop' };
    const second = { content: 'words of second', at: 3_000, ...facts };
    expect(await replyOf('a')).toEqual(
      replyTo('a', { ...second, id: 'second', discordMessageIds: ['9'], swipes: [first, second], swipe: 1 } as never),
    );
    expect((await history.summary('1')).messages).toBe(2);
  });

  test('of the first is no version, and neither is the one after a reply that was removed', async () => {
    await history.removeReply('1', 'a');
    await swipeTo('second');
    expect([await versions(), (await replyOf('a'))?.swipes]).toEqual([['[words of second]'], undefined]);
  });

  test('that is stored once more under the same id stands there once', async () => {
    await swipeTo('r-a');
    expect([await versions(), (await replyOf('a'))?.swipes]).toEqual([['[words of r-a]'], undefined]);
    await swipeTo('second');
    await swipeTo('second', { content: 'more words' });
    expect(await versions()).toEqual(['words of r-a', '[more words]']);
  });

  test('to a message that is gone is gone', async () => {
    await history.removeTurn('1', 'a');
    expect(await swipeTo('second')).toBe('gone');
  });

  test('while the one before is in flight leaves its patch without effect', async () => {
    await history.beginTurn('1', { inFlight: inFlight('a', 'first') });
    await history.storeReply('1', replyTo('a', { id: 'first', content: 'words of first' }));
    await swipeTo('second', { discordMessageIds: ['2'] });
    await history.endTurn('1', 'first', { discordMessageIds: ['1'], content: 'late' });
    expect(await versions()).toEqual(['words of first', '[words of second]']);
    expect((await replyOf('a'))?.discordMessageIds).toEqual(['2']);
  });

  test(`makes the oldest of more than ${SWIPES_MAX} go`, async () => {
    for (let index = 1; index <= SWIPES_MAX + 1; index++) await swipeTo(`s${index}`);
    const kept = await versions();
    expect([kept.length, kept[0], kept.at(-1)]).toEqual([50, 'words of s2', '[words of s51]']);
  });

  test('gets a page for itself when all of them no longer fit, and the turn stays whole', async () => {
    for (const id of ['b', 'c']) await say(history, '1', id);
    for (let index = 0; index < 5; index++) await swipeTo(`s${index}`, { content: 'x'.repeat(4_000) });
    expect(await idsOf(history, '1')).toEqual(['a s4', 'b r-b', 'c r-c']);
    const sizes = (await Promise.all([0, 1].map((page) => store.get(`history:1:${page}`)))) as { messages: object[] }[];
    expect(sizes.map(({ messages }) => messages.length)).toEqual([5, 1]);
    expect((await history.summary('1')).messages).toBe(6);
  });
});

describe('of a reply with versions', () => {
  beforeEach(async () => {
    await swipeTo('second', { tokens: { x: 3 }, expression: 'joy' });
    await swipeTo('third');
  });

  test('a retry or a continued one takes the place of the shown version alone', async () => {
    await history.chooseSwipe('1', 'a', 1);
    expect(await history.storeReply('1', replyTo('a', { id: 'again', content: 'better' }))).toBe('stored');
    expect(await versions()).toEqual(['answer to a', '[better]', 'words of third']);
    expect(await replyOf('a')).toMatchObject({ id: 'again', swipe: 1 });
    expect((await replyOf('a'))?.swipes?.[1]).not.toHaveProperty('expression');
  });

  test('one that is chosen gives the reply its content and facts, and leaves the others', async () => {
    const chosen = await history.chooseSwipe('1', 'a', 1);
    expect(chosen).toMatchObject({ id: 'third', content: 'words of second', expression: 'joy', tokens: { x: 3 } });
    expect(chosen).toEqual(await replyOf('a'));
    expect(await versions()).toEqual(['answer to a', '[words of second]', 'words of third']);
    const first = await history.chooseSwipe('1', 'a', 0);
    expect([first?.expression, first?.tokens]).toEqual([undefined, undefined]);
    expect(() => Object.assign(first?.swipes?.[0] ?? {}, { content: 'changed' })).toThrow(TypeError);
  });

  test.each([[2], [3], [-1], [0.5], [Number.NaN]])(
    'choosing %d, which is shown or not there, writes nothing',
    async (index) => {
      log.length = 0;
      const chosen = await history.chooseSwipe('1', 'a', index);
      expect([chosen?.content, log]).toEqual([index === 2 ? 'words of third' : undefined, ['get history:1']]);
      expect(await versions()).toEqual(['answer to a', 'words of second', '[words of third]']);
    },
  );

  test.each([['none'], ['third']])('there is nothing to choose for %s, which is no message of a user', async (id) => {
    expect(await history.chooseSwipe('1', id, 0)).toBeUndefined();
  });

  test('amending and counting change the shown version with the message', async () => {
    await history.amendReply('1', 'third', { content: 'amended', expression: 'anger' });
    await history.setTokens('1', 'x', new Map([['third', 7]]));
    await history.chooseSwipe('1', 'a', 0);
    await history.setTokens('1', 'x', new Map([['third', 2]]));
    await history.chooseSwipe('1', 'a', 2);
    expect(await replyOf('a')).toMatchObject({ content: 'amended', expression: 'anger', tokens: { x: 7 } });
    await history.amendReply('1', 'third', { content: 'again' });
    expect((await replyOf('a'))?.swipes?.map(({ tokens }) => tokens)).toEqual([{ x: 2 }, { x: 3 }, undefined]);
  });

  test('removing the reply removes them all', async () => {
    expect((await history.removeReply('1', 'a'))?.swipes).toHaveLength(3);
    expect(await history.removeReply('1', 'a')).toBeUndefined();
    expect(await idsOf(history, '1')).toEqual(['a']);
  });
});

test('a reply without versions has one to choose', async () => {
  expect(await history.chooseSwipe('1', 'a', 0)).toEqual(replyTo('a'));
  expect(await history.chooseSwipe('1', 'a', 1)).toBeUndefined();
});

test('a message whose words differ from its shown version keeps its page, and the next change mends it', async () => {
  const swipes = [
    { content: 'one', at: 1 },
    { content: 'two', at: 2 },
  ];
  const messages = [userMessage('a'), replyTo('a', { content: 'three', swipes, swipe: 1 })];
  await store.setMany([{ key: 'history:1:0', value: { v: 1, messages } }]);
  history = createHistory({ store, clock, logger: silentLogger });
  expect((await replyOf('a'))?.content).toBe('three');
  await history.chooseSwipe('1', 'a', 0);
  expect(await versions()).toEqual(['[one]', 'three']);
});

test.each<[string, Partial<StoredMessage>]>([
  ['without the index', { swipes: [{ content: 'x', at: 1 }] }],
  ['of which the shown one is not there', { swipes: [{ content: 'x', at: 1 }], swipe: 1 }],
  ['that are none', { swipe: 0 }],
])('versions %s are refused', async (_name, more) => {
  await expect(history.storeReply('1', replyTo('a', more))).rejects.toThrow(
    'not storable: record is not valid (check)',
  );
});

test('counts of tokens of all versions never move a message', async () => {
  const big = 'x'.repeat(3_900);
  for (let index = 0; index < 2; index++) await swipeTo(`s${index}`, { content: big });
  await history.chooseSwipe('1', 'a', 0);
  const page = async () => ((await store.get('history:1:0')) as { messages: object[] }).messages.length;
  expect(await page()).toBe(2);
  for (let name = 0; name < 500; name++) await history.setTokens('1', `tokenizer ${name}`, new Map([['s1', 1]]));
  await history.amendReply('1', 's1', { discordMessageIds: ['5'] });
  expect(await page()).toBe(2);
});
