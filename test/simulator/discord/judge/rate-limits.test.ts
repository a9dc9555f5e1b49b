import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { RateLimitOptions, RateLimitVerdict } from '../../../../src/simulator/discord/judge/rate-limits.ts';
import { createRateLimits } from '../../../../src/simulator/discord/judge/rate-limits.ts';

const START_MS = 1_800_000_000_000;
const CHANNEL = '/channels/111111111111111111';
/** Ids are larger than numbers can be exact. */
const channelNumber = (n: number) => `/channels/1000000000000${String(n).padStart(5, '0')}`;
const MESSAGE = `${CHANNEL}/messages/222222222222222222`;
const WEBHOOK = '/webhooks/333333333333333333/token-a';

function createScene(options: RateLimitOptions = {}) {
  let nowMs = START_MS;
  const limits = createRateLimits({ ...options, now: () => nowMs });
  const take = (method: string, path: string) => limits.take({ method, path });
  return {
    limits,
    take,
    at: (ms: number) => {
      nowMs = START_MS + ms;
    },
    /** How many of `count` requests in one instant are let through. */
    allowedOf: (count: number, method: string, path: string) =>
      Array.from({ length: count }, () => take(method, path)).filter(({ allowed }) => allowed).length,
    bucketOf: (method: string, path: string) => take(method, path).headers['X-RateLimit-Bucket'],
  };
}

function refused(verdict: RateLimitVerdict) {
  if (verdict.allowed) throw new Error('expected a refusal');
  return verdict;
}

test('five requests fit in five seconds, the headers count them down, and the sixth is told when to come back', () => {
  const { take, at } = createScene();
  const seen = [0, 1_000, 2_000, 2_500, 3_000, 3_200.4].map((ms) => {
    at(ms);
    const { allowed, headers } = take('POST', `${CHANNEL}/messages`);
    return [allowed, headers['X-RateLimit-Remaining'], headers['X-RateLimit-Reset-After']];
  });
  expect(seen).toEqual([
    [true, '4', '5.000'],
    [true, '3', '4.000'],
    [true, '2', '3.000'],
    [true, '1', '2.500'],
    [true, '0', '2.000'],
    [false, '0', '1.800'],
  ]);
  const last = refused(take('POST', `${CHANNEL}/messages`));
  expect(last).toEqual({
    allowed: false,
    headers: {
      'X-RateLimit-Bucket': expect.stringMatching(/^[0-9a-f]{32}$/),
      'X-RateLimit-Limit': '5',
      'X-RateLimit-Remaining': '0',
      'X-RateLimit-Reset': '1800000005.000',
      'X-RateLimit-Reset-After': '1.800',
      'X-RateLimit-Scope': 'user',
      'Retry-After': '2',
    },
    body: { message: 'You are being rate limited.', retry_after: 1.8, global: false },
  });
  at(5_000);
  expect(take('POST', `${CHANNEL}/messages`).headers).toMatchObject({ 'X-RateLimit-Remaining': '4' });
});

describe('what counts together', () => {
  test.each([
    ['one route of one channel', 'POST', `${CHANNEL}/messages`, `${CHANNEL}/messages`, 0],
    ['edits of different messages of a channel', 'PATCH', MESSAGE, `${CHANNEL}/messages/999999999999999999`, 0],
    [
      'the original answer and other answers',
      'PATCH',
      `${WEBHOOK}/messages/%40original`,
      `${WEBHOOK}/messages/222222222222222222`,
      0,
    ],
    ['a path with a query and without', 'POST', WEBHOOK, `${WEBHOOK}?wait=true`, 0],
    ['reactions with different emoji', 'PUT', `${MESSAGE}/reactions/a/@me`, `${MESSAGE}/reactions/b/@me`, 0],
    ['not two channels', 'POST', `${CHANNEL}/messages`, '/channels/999999999999999999/messages', 1],
    ['not two tokens of one webhook id', 'POST', WEBHOOK, '/webhooks/333333333333333333/token-b', 1],
    ['not typing and sending', 'POST', `${CHANNEL}/typing`, `${CHANNEL}/messages`, 1],
  ])('%s', (_, method, first, second, allowedAfterwards) => {
    const { allowedOf } = createScene();
    allowedOf(10, method, first);
    expect(allowedOf(1, method, second)).toBe(allowedAfterwards);
  });

  test('sending, editing and deleting have a bucket each', () => {
    const { bucketOf } = createScene();
    const names = [bucketOf('POST', `${CHANNEL}/messages`), bucketOf('PATCH', MESSAGE), bucketOf('DELETE', MESSAGE)];
    expect(new Set(names).size).toBe(3);
  });

  test('the name of a bucket is the same for every channel', () => {
    const { bucketOf } = createScene();
    const other = MESSAGE.replaceAll('1', '5').replaceAll('2', '6');
    expect(bucketOf('PATCH', other)).toBe(bucketOf('PATCH', MESSAGE));
  });
});

test('reactions come one in 250 ms, adding and removing together', () => {
  const { take, at } = createScene();
  const log = [
    [0, 'PUT'],
    [100, 'DELETE'],
    [249, 'PUT'],
    [250, 'DELETE'],
  ].map(([ms, method]) => {
    at(Number(ms));
    return take(String(method), `${MESSAGE}/reactions/a/@me`).allowed;
  });
  expect(log).toEqual([true, false, false, true]);
});

test('reading is generous', () => {
  expect(createScene().allowedOf(60, 'GET', `${CHANNEL}/messages?limit=100`)).toBe(50);
});

test('interaction callbacks have no bucket', () => {
  const { take, allowedOf } = createScene();
  const path = '/interactions/444444444444444444/token/callback';
  expect(take('POST', path)).toEqual({ allowed: true, headers: {} });
  expect(allowedOf(100, 'POST', path)).toBe(100);
});

describe('the global limit', () => {
  const channel = (n: number) => `${channelNumber(n)}/typing`;

  test('lets 50 requests pass in a second, whatever their routes, and says that it is global', () => {
    const { take, at } = createScene();
    for (let n = 0; n < 50; n++) expect(take('POST', channel(n)).allowed).toBe(true);
    at(250);
    expect(refused(take('POST', channel(50)))).toEqual({
      allowed: false,
      headers: { 'X-RateLimit-Global': 'true', 'X-RateLimit-Scope': 'global', 'Retry-After': '1' },
      body: { message: 'You are being rate limited.', retry_after: 0.75, global: true },
    });
    at(1_000);
    expect(take('POST', channel(51)).allowed).toBe(true);
  });

  test('does not concern callbacks and answers by token', () => {
    const { take, allowedOf } = createScene({ globalPerSecond: 0 });
    expect(take('POST', channel(0)).allowed).toBe(false);
    expect(allowedOf(1, 'POST', '/interactions/444444444444444444/token/callback')).toBe(1);
    expect(allowedOf(1, 'PATCH', `${WEBHOOK}/messages/@original`)).toBe(1);
    expect(allowedOf(1, 'GET', '/webhooks/333333333333333333')).toBe(0);
  });
});

describe('configuration', () => {
  test('the first rule that matches decides limit, window and scope', () => {
    const { take, allowedOf, at } = createScene({
      buckets: [
        { method: 'PATCH', path: /^\/webhooks\//, limit: 2, windowMs: 2_000, scope: 'shared' },
        { path: /./, limit: 1, windowMs: 10_000 },
      ],
    });
    expect(allowedOf(5, 'PATCH', `${WEBHOOK}/messages/@original`)).toBe(2);
    expect(allowedOf(5, 'POST', WEBHOOK)).toBe(1);
    expect(take('PATCH', `${WEBHOOK}/messages/@original`).headers).toMatchObject({ 'X-RateLimit-Scope': 'shared' });
    at(2_000);
    expect(allowedOf(5, 'PATCH', `${WEBHOOK}/messages/@original`)).toBe(2);
  });

  test('routes that name one bucket count together', () => {
    const path = /^\/webhooks\//;
    const { allowedOf } = createScene({ buckets: [{ path, bucket: 'webhook', limit: 3, windowMs: 1_000 }] });
    expect(allowedOf(2, 'POST', WEBHOOK)).toBe(2);
    expect(allowedOf(2, 'PATCH', `${WEBHOOK}/messages/222222222222222222`)).toBe(1);
  });

  test('changes what is named and keeps the rest', () => {
    const { limits, allowedOf } = createScene({ globalPerSecond: 1_000 });
    limits.configure({ defaultBucket: { limit: 70, windowMs: 1_000 }, globalPerSecond: undefined });
    expect(allowedOf(80, 'POST', `${CHANNEL}/messages`)).toBe(70);
  });
});

test('expired windows are forgotten', () => {
  const { limits, take, at } = createScene({ globalPerSecond: 1e9 });
  let most = 0;
  for (let n = 0; n < 20_000; n++) {
    at(n * 100);
    take('POST', `${channelNumber(n)}/messages`);
    most = Math.max(most, limits.size());
  }
  // 50 windows of 5 s are open at any time.
  expect(most).toBeLessThanOrEqual(128);
});

test('no window ever lets more through than its limit, and no refusal comes while there is room', () => {
  const steps = fc.array(
    fc.record({ waitMs: fc.integer({ min: 0, max: 700 }), route: fc.integer({ min: 0, max: 2 }) }),
    { minLength: 20, maxLength: 200 },
  );
  const bucket = fc.record({ limit: fc.integer({ min: 1, max: 7 }), windowMs: fc.integer({ min: 1, max: 3_000 }) });
  fc.assert(
    fc.property(bucket, steps, (defaultBucket, requests) => {
      const { take, at } = createScene({ defaultBucket, globalPerSecond: 1e9 });
      const opened = new Map<number, { untilMs: number; allowed: number }>();
      let ms = 0;
      for (const { waitMs, route } of requests) {
        ms += waitMs;
        at(ms);
        const verdict = take('POST', `${channelNumber(route)}/messages`);
        let window = opened.get(route);
        if (!window || ms >= window.untilMs) {
          window = { untilMs: ms + defaultBucket.windowMs, allowed: 0 };
          opened.set(route, window);
        }
        expect(verdict.allowed).toBe(window.allowed < defaultBucket.limit);
        if (verdict.allowed) window.allowed += 1;
        else expect(verdict.body.retry_after * 1_000).toBeCloseTo(window.untilMs - ms, 6);
      }
    }),
  );
});
