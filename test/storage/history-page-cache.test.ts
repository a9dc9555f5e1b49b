import { expect, test } from '@jest/globals';
import { CACHE_MAX_BYTES, createPageCache } from '../../src/storage/history-page-cache.ts';
import type { StoredMessage } from '../../src/storage/history-records.ts';
import { userMessage } from './messages.ts';

/** A page of one message, which counts 2,000 bytes for its text and 1,000 for the rest. */
const page = (id: string): StoredMessage[] => [userMessage(id, { content: 'x'.repeat(1_000) })];
const PAGE_BYTES = 3_000;

test('keeps the very messages it was given until there is no room for all of them', () => {
  const cache = createPageCache({ maxBytes: 3 * PAGE_BYTES });
  const pages = ['a', 'b', 'c'].map((key) => ({ key, messages: page(key) }));
  for (const { key, messages } of pages) cache.set(key, messages);
  for (const { key, messages } of pages) expect(cache.get(key)).toBe(messages);
  cache.set('d', page('d'));
  expect(['a', 'b', 'c', 'd'].filter((key) => cache.get(key))).toEqual(['b', 'c', 'd']);
});

test('gives up the page that was not used for the longest time', () => {
  const cache = createPageCache({ maxBytes: 3 * PAGE_BYTES });
  for (const key of ['a', 'b', 'c']) cache.set(key, page(key));
  cache.get('a');
  cache.set('b', page('b'));
  cache.set('d', page('d'));
  expect(['a', 'b', 'c', 'd'].filter((key) => cache.get(key))).toEqual(['a', 'b', 'd']);
});

test.each([
  ['replaced', (cache: ReturnType<typeof createPageCache>) => cache.set('a', page('new a'))],
  ['deleted', (cache: ReturnType<typeof createPageCache>) => cache.delete('a')],
])('a page that is %s takes no room any more', (_name, change) => {
  const cache = createPageCache({ maxBytes: 2 * PAGE_BYTES });
  for (let round = 0; round < 5; round++) {
    cache.set('b', page('b'));
    cache.set('a', page('a'));
    change(cache);
  }
  expect(cache.get('b')?.map(({ id }) => id)).toEqual(['b']);
  expect(cache.get('a')?.map(({ id }) => id)).not.toEqual(['a']);
});

test('a page larger than all the room is not kept', () => {
  const cache = createPageCache({ maxBytes: PAGE_BYTES - 1 });
  cache.set('a', page('a'));
  expect(cache.get('a')).toBeUndefined();
});

test.each<[string, (message: StoredMessage) => object | undefined]>([
  ['message', (message) => message],
  ['author', ({ author }) => author],
  ['list of messages on Discord', ({ discordMessageIds }) => discordMessageIds],
  ['list of counts', ({ tokens }) => tokens],
  ['list of pictures', ({ pictures }) => pictures],
  ['picture', ({ pictures }) => pictures?.[0]],
])('the %s of what is kept cannot be changed', (_name, part) => {
  const cache = createPageCache({ maxBytes: CACHE_MAX_BYTES });
  const pictures = [{ name: 'cat.png', url: 'https://example.com/cat.png', tokens: 1 }];
  const message = userMessage('a', { tokens: { llama3: 1 }, pictures });
  cache.set('a', [message]);
  expect(() => Object.assign(part(message) ?? {}, { 0: 'changed', name: 'changed' })).toThrow(TypeError);
});
