import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Routes } from 'discord.js';
import type { EditClock, RateLimit } from '../../src/chat/edit-clock.ts';
import { createRest } from '../../src/discord/client.ts';
import { bucketKeyOf, watchRateLimits } from '../../src/discord/rate-limits.ts';
import { type HttpServer, startHttpServer, status } from '../support/http-server.ts';

const CHANNEL = '123456789012345678';
const MESSAGE = '223456789012345678';
const APPLICATION = '323456789012345678';
const TOKEN = 'aW50ZXJhY3Rpb24_token-1';

describe('the bucket of a request', () => {
  test.each([
    [Routes.channelMessage(CHANNEL, MESSAGE), `/channels/${CHANNEL}/messages/:id`],
    [Routes.channelMessages(CHANNEL), `/channels/${CHANNEL}/messages`],
    [Routes.channelTyping(CHANNEL), `/channels/${CHANNEL}/typing`],
    [Routes.webhook(APPLICATION, TOKEN), `/webhooks/${APPLICATION}/${TOKEN}`],
    [Routes.webhookMessage(APPLICATION, TOKEN), `/webhooks/${APPLICATION}/${TOKEN}/messages/:id`],
    [Routes.webhookMessage(APPLICATION, TOKEN, MESSAGE), `/webhooks/${APPLICATION}/${TOKEN}/messages/:id`],
  ])('of %s is its route without the message', (path, expected) => {
    expect(bucketKeyOf('PATCH', path)).toBe(`PATCH ${expected}`);
  });

  test('differs by method, channel and token', () => {
    const other = '923456789012345678';
    const keys = [
      bucketKeyOf('PATCH', Routes.channelMessage(CHANNEL, MESSAGE)),
      bucketKeyOf('DELETE', Routes.channelMessage(CHANNEL, MESSAGE)),
      bucketKeyOf('PATCH', Routes.channelMessage(other, MESSAGE)),
      bucketKeyOf('PATCH', Routes.webhookMessage(APPLICATION, TOKEN)),
      bucketKeyOf('PATCH', Routes.webhookMessage(APPLICATION, 'another')),
    ];
    expect(new Set(keys).size).toBe(keys.length);
  });
});

describe('watching', () => {
  let server: HttpServer;
  let seen: [string, RateLimit][];

  beforeEach(async () => {
    server = await startHttpServer();
    seen = [];
  });
  afterEach(() => server.close());

  function watchedRest() {
    const { rest, interactionRest } = createRest({ apiUrl: `${server.url}/api`, token: 'a.b.c' });
    const editClock: Pick<EditClock, 'observe'> = { observe: (key, rateLimit) => void seen.push([key, rateLimit]) };
    for (const watched of [rest, interactionRest]) watchRateLimits(watched, editClock as EditClock);
    return { rest, interactionRest };
  }

  const headers = (limit: string, remaining: string, resetAfter: string) => ({
    'x-ratelimit-limit': limit,
    'x-ratelimit-remaining': remaining,
    'x-ratelimit-reset-after': resetAfter,
    'x-ratelimit-bucket': 'abcd1234',
  });

  test('tells the edit clock what Discord says, under the key that the reply asks by', async () => {
    server.script(
      status(200, {}, headers('5', '4', '4.998')),
      status(200, {}, headers('5', '3', '1')),
      status(200, {}, headers('3', '0', '0.25')),
    );
    const { rest, interactionRest } = watchedRest();
    await rest.post(Routes.channelMessages(CHANNEL), { body: {} });
    await rest.patch(Routes.channelMessage(CHANNEL, MESSAGE), { body: {} });
    await interactionRest.patch(Routes.webhookMessage(APPLICATION, TOKEN), { body: {}, auth: false });
    expect(seen).toEqual([
      [`POST /channels/${CHANNEL}/messages`, { limit: 5, remaining: 4, resetAfterMs: 4_998 }],
      [`PATCH /channels/${CHANNEL}/messages/:id`, { limit: 5, remaining: 3, resetAfterMs: 1_000 }],
      [`PATCH /webhooks/${APPLICATION}/${TOKEN}/messages/:id`, { limit: 3, remaining: 0, resetAfterMs: 250 }],
    ]);
  });

  test('listens to a refusal as well', async () => {
    server.script(
      status(
        429,
        { message: 'You are being rate limited.', retry_after: 0.01, global: false },
        {
          ...headers('5', '0', '0.01'),
          'retry-after': '0.01',
        },
      ),
      status(200, {}, headers('5', '4', '5')),
    );
    const { rest } = watchedRest();
    await rest.patch(Routes.channelMessage(CHANNEL, MESSAGE), { body: {} });
    expect(seen).toEqual([
      [`PATCH /channels/${CHANNEL}/messages/:id`, { limit: 5, remaining: 0, resetAfterMs: 10 }],
      [`PATCH /channels/${CHANNEL}/messages/:id`, { limit: 5, remaining: 4, resetAfterMs: 5_000 }],
    ]);
  });

  test.each([
    ['no headers', {}],
    ['half of the headers', { 'x-ratelimit-limit': '5', 'x-ratelimit-remaining': '4' }],
    ['headers that are no numbers', headers('five', '4', '5')],
  ])('passes over an answer with %s', async (_, given) => {
    server.script(status(200, {}, given));
    await watchedRest().rest.patch(Routes.channelMessage(CHANNEL, MESSAGE), { body: {} });
    expect(seen).toEqual([]);
  });

  test('of one interaction after another is not slowed by a limit per second', async () => {
    const { interactionRest } = watchedRest();
    const waits: unknown[] = [];
    interactionRest.on('rateLimited', (limit) => waits.push(limit));
    for (let index = 0; index < 60; index++) {
      server.script(status(200, {}));
      await interactionRest.patch(Routes.webhookMessage(APPLICATION, `${TOKEN}${index}`), { body: {}, auth: false });
    }
    expect(waits).toEqual([]);
    expect(server.requests[0]?.headers.authorization).toEqual(undefined);
  });
});
