import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Logger } from '../../src/core/logger.ts';
import { createHistory, type History } from '../../src/storage/history.ts';
import { openStore, type Store } from '../../src/storage/store.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { collect } from './collect.ts';
import { idsOf, inFlight, say, userMessage } from './messages.ts';
import { recorded } from './recorded-store.ts';

let clock: FakeClock;
let store: Store;
let history: History;
let logger: Logger;
const log: string[] = [];
const logged: unknown[] = [];

beforeEach(async () => {
  clock = new FakeClock(1_700_000_000_000);
  log.length = 0;
  logged.length = 0;
  store = recorded(await openStore('memory://', { clock }), log);
  const note = (facts: object, message: string) => void logged.push([message, facts]);
  logger = { debug: note, info: note, warn: note, error: note };
  history = createHistory({ store, clock, logger });
});

afterEach(() => store.close());

/** Three pages: turns 0 to 15, 16 to 31, 32 to 39. */
async function fortyTurns(): Promise<void> {
  for (let index = 0; index < 40; index++) await say(history, '1', `m${index}`);
}

async function countsOf(conversationId: string): Promise<Record<string, Record<string, number>>> {
  const messages = (await collect(history.newest(conversationId))).flatMap(({ user, reply }) => [user, reply]);
  return Object.fromEntries(messages.flatMap((message) => (message?.tokens ? [[message.id, message.tokens]] : [])));
}

test('counts of several tokenizers stand side by side, beside those that came with the message', async () => {
  const message = userMessage('a', { tokens: { mistral: 4 } });
  await history.beginTurn('1', { message, inFlight: inFlight('a') });
  await history.setTokens('1', 'llama3', new Map([['a', 5]]));
  await history.setTokens('1', 'mistral', new Map([['a', 6]]));
  expect(await countsOf('1')).toEqual({ a: { llama3: 5, mistral: 6 } });
});

test('is one write of the pages that hold the messages, and reads back no farther than they lie', async () => {
  await fortyTurns();
  history = createHistory({ store, clock, logger });
  log.length = 0;
  const counts = new Map([
    ['r-m39', 1],
    ['m16', 2],
    ['r-m17', 3],
  ]);
  await history.setTokens('1', 'llama3', counts);
  expect(log).toEqual(['get history:1', 'get history:1:2', 'get history:1:1', 'set history:1:2 history:1:1']);
  expect(await countsOf('1')).toEqual({ 'r-m39': { llama3: 1 }, m16: { llama3: 2 }, 'r-m17': { llama3: 3 } });
});

test.each([
  ['no counts', new Map<string, number>(), []],
  ['counts that are stored already', new Map([['r-m39', 1]]), ['get history:1']],
])('%s write nothing', async (_name, counts, expected) => {
  await fortyTurns();
  await history.setTokens('1', 'llama3', new Map([['r-m39', 1]]));
  log.length = 0;
  await history.setTokens('1', 'llama3', counts);
  expect(log).toEqual(expected);
});

test.each([
  ['undone', () => history.undo('1')],
  ['cleared', () => history.clear('1')],
])('a message that was %s meanwhile does not come back', async (_name, remove) => {
  for (const id of ['a', 'b']) await say(history, '1', id);
  await remove();
  const left = await idsOf(history, '1');
  await history.setTokens('1', 'llama3', new Map([['b', 1]]));
  expect(await idsOf(history, '1')).toEqual(left);
  expect(await countsOf('1')).toEqual({});
});

test('a message that is nowhere is not looked for in the whole of a long history', async () => {
  const pages = Array.from({ length: 300 }, (_, number) => ({
    key: `history:1:${number}`,
    value: { v: 1, messages: [userMessage(`m${number}`)] },
  }));
  await store.setMany([...pages, { key: 'history:1', value: { v: 1, first: 0, last: 299, messages: 300, marks: [] } }]);
  log.length = 0;
  await history.setTokens('1', 'llama3', new Map([['nowhere', 1]]));
  expect([log.length, log.at(-1)]).toEqual([129, 'get history:1:172']);
});

test('a full page takes counts for all of its messages, and none of them moves', async () => {
  const big = 'x'.repeat(2_500);
  for (let index = 0; index < 12; index++) await say(history, '1', `m${index}`, { content: big });
  const ids = await idsOf(history, '1');
  const pages = await collect(store.keys('history:1:'));
  const all = new Map(ids.flatMap((turn) => turn.split(' ').map((id) => [id, 12_345] as const)));
  for (const name of ['llama2', 'llama3', 'mistral']) await history.setTokens('1', name, all);
  expect(await idsOf(history, '1')).toEqual(ids);
  expect(await collect(store.keys('history:1:'))).toEqual(pages);
  const expected = { llama2: 12_345, llama3: 12_345, mistral: 12_345 };
  expect(await countsOf('1')).toEqual(Object.fromEntries([...all.keys()].map((id) => [id, expected])));
});

test.each([
  [
    'that could not be read back',
    () => history.setTokens('1', 'llama3', new Map([['a', Number.NaN]])),
    new TypeError('not storable: tokens.llama3 is not valid (number)'),
  ],
  [
    'whose write fails',
    () => {
      const setMany = () => Promise.reject(new Error('disk full'));
      return createHistory({ store: { ...store, setMany }, clock, logger }).setTokens(
        '1',
        'llama3',
        new Map([['a', 1]]),
      );
    },
    new Error('disk full'),
  ],
])('a count %s is told in the log alone', async (_name, setTokens, error) => {
  await say(history, '1', 'a');
  await setTokens();
  expect(logged).toEqual([['counts of tokens could not be stored', { err: error, conversationId: '1' }]]);
  expect(await countsOf('1')).toEqual({});
});
