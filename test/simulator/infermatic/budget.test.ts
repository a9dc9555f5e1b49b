import { expect, test } from '@jest/globals';
import { ask, manualClock, nextEvent, settle, stream, withSimulator } from './support.ts';

const statusOf = async (response: Promise<Response>) => {
  const answer = await response;
  await answer.text();
  return answer.status;
};

test('the window slides: each arrival gives its place back exactly 60 seconds later', async () => {
  const { clock, advance } = manualClock(1_000_000);
  await withSimulator({ clock, keys: { 'sk-two': { requestsPerMinute: 2 } } }, async (api) => {
    const statuses: [number, number][] = [];
    const askAt = async () => statuses.push([clock.now() - 1_000_000, await statusOf(ask(api))]);
    await askAt();
    advance(40_000);
    await askAt();
    await askAt();
    advance(19_999);
    await askAt();
    advance(1);
    await askAt();
    await askAt();
    advance(40_000);
    await askAt();
    expect(statuses).toEqual([
      [0, 200],
      [40_000, 200],
      [40_000, 429],
      [59_999, 429],
      [60_000, 200],
      [60_000, 429],
      [100_000, 200],
    ]);
    expect(api.rejected.map(({ at }) => at - 1_000_000)).toEqual([40_000, 59_999, 60_000]);
    api.clearLog();
    expect([api.log, api.rejected]).toEqual([[], []]);
  });
});

test('failed, refused and aborted requests spend the budget as well', () =>
  withSimulator({ keys: { 'sk-four': { requestsPerMinute: 4 } } }, async (api) => {
    api.next({ status: 500, body: {} }, { hang: 'before-headers' });
    expect(await statusOf(ask(api))).toBe(500);
    expect(await statusOf(ask(api, { top_k: 0 }))).toBe(400);
    expect(await statusOf(ask(api, {}, { body: 'no json' }))).toBe(400);
    const controller = new AbortController();
    const received = nextEvent(api, 'request');
    const aborted = ask(api, {}, { signal: controller.signal }).catch((error: Error) => error.name);
    await received;
    controller.abort();
    expect(await aborted).toBe('AbortError');
    expect(await statusOf(ask(api))).toBe(429);
  }));

test('a refusal names the limit and the hash of the key, and asks for a minute', async () => {
  const { clock } = manualClock(Date.UTC(2026, 0, 2, 3, 4, 5));
  await withSimulator({ clock, keys: { 'sk-none': { requestsPerMinute: 0 } } }, async (api) => {
    const response = await ask(api);
    expect(response.status).toBe(429);
    expect(await response.json()).toEqual({
      error: {
        message:
          'Rate limit exceeded for api_key: 8908b0f9ee65068bbda87c8487234937f8a5489af40dc0c0fe4385af7a7b89c0. Limit type: requests. Current limit: 0, Remaining: 0. Limit resets at: 2026-01-02 03:05:05 UTC',
        type: 'throttling_error',
        param: null,
        code: '429',
      },
    });
    const names = ['retry-after', 'rate_limit_type', 'reset_at'];
    expect(names.map((name) => response.headers.get(name))).toEqual(['60', 'requests', '2026-01-02 03:05:05 UTC']);
    expect(api.log).toEqual([
      expect.objectContaining({ status: 429, body: expect.objectContaining({ model: 'MythoMax-L2-13b' }) }),
    ]);
  });
});

test('the limit of open requests is one of its own', () =>
  withSimulator({ keys: { 'sk-parallel': { requestsPerMinute: 60, maxParallel: 1 } } }, async (api) => {
    api.next({ hang: 'before-first-token' });
    const controller = new AbortController();
    const first = await stream(api, {}, { signal: controller.signal });
    const second = await ask(api);
    expect([second.status, second.headers.get('rate_limit_type')]).toEqual([429, 'max_parallel_requests']);
    expect(await second.text()).toContain('Limit type: max_parallel_requests. Current limit: 1');
    const aborted = nextEvent(api, 'aborted');
    controller.abort();
    await first.text().catch(() => '');
    await aborted;
    expect(await statusOf(ask(api))).toBe(200);
    expect(await statusOf(ask(api))).toBe(200);
  }));

test('a client that leaves while its request is on the way is gone on arrival, and holds no place', async () => {
  const { clock, advance, waiting } = manualClock();
  const keys = { 'sk-parallel': { requestsPerMinute: 60, maxParallel: 1 } };
  await withSimulator({ clock, keys, latencyMs: 60 }, async (api) => {
    const controller = new AbortController();
    const answer = ask(api, {}, { signal: controller.signal }).catch((error: Error) => error.name);
    await waiting();
    controller.abort();
    await answer;
    await settle();
    advance(30);
    await settle();
    expect(api.log.map(({ aborted, status }) => [aborted, status])).toEqual([[true, 0]]);
    const second = ask(api);
    await waiting();
    advance(30);
    await waiting();
    advance(30);
    expect((await second).status).toBe(200);
  });
});

test('keys have budgets of their own', () =>
  withSimulator({ keys: { 'sk-a': { requestsPerMinute: 1 }, 'sk-b': { requestsPerMinute: 1 } } }, async (api) => {
    const statuses: number[] = [];
    for (const key of ['sk-a', 'sk-a', 'sk-b', 'sk-c']) statuses.push(await statusOf(ask(api, {}, { key })));
    expect(statuses).toEqual([200, 429, 200, 401]);
  }));

test('the limits of a key can change over what has arrived and what is open', () =>
  withSimulator({ keys: { 'sk-a': { requestsPerMinute: 2 } } }, async (api) => {
    expect([await statusOf(ask(api)), await statusOf(ask(api)), await statusOf(ask(api))]).toEqual([200, 200, 429]);
    api.setLimits('sk-a', { requestsPerMinute: 3 });
    const third = await ask(api);
    await third.text();
    const names = ['x-litellm-key-rpm-limit', 'x-ratelimit-remaining-requests'];
    expect(names.map((name) => third.headers.get(name))).toEqual(['3', '0']);
    expect(await statusOf(ask(api))).toBe(429);
    api.setLimits('sk-a', { requestsPerMinute: 60, maxParallel: 0 });
    expect((await ask(api)).headers.get('rate_limit_type')).toBe('max_parallel_requests');
    api.setLimits('sk-a', { requestsPerMinute: 1 });
    expect(await (await ask(api)).text()).toContain('Current limit: 1, Remaining: 0');
    expect(() => api.setLimits('sk-b', { requestsPerMinute: 1 })).toThrow('there is no key sk-b');
  }));

test('keys come and go while the server runs, and one that is added again begins anew', () =>
  withSimulator({}, async (api) => {
    const limits = { requestsPerMinute: 1 };
    const statuses: number[] = [];
    const askWith = async () => statuses.push(await statusOf(ask(api, {}, { key: 'sk-own' })));
    await askWith();
    api.addKey('sk-own', limits);
    await askWith();
    await askWith();
    api.removeKey('sk-own');
    await askWith();
    api.addKey('sk-own', limits);
    await askWith();
    expect(statuses).toEqual([401, 200, 429, 401, 200]);
  }));

test('successes carry what is left of the budget, unless the edge keeps the headers', async () => {
  const names = [
    'x-ratelimit-limit-requests',
    'x-ratelimit-remaining-requests',
    'x-ratelimit-api_key-remaining-requests',
    'x-litellm-key-rpm-limit',
    'x-litellm-call-id',
  ];
  const keys = { 'sk-five': { requestsPerMinute: 5 } };
  const { clock } = manualClock();
  await withSimulator({ keys, clock }, async (api) => {
    await statusOf(ask(api));
    const { headers } = await stream(api);
    const callId = '00000000-0000-4000-8000-000000000002';
    expect(names.map((name) => headers.get(name))).toEqual(['5', '3', '3', '5', callId]);
  });
  await withSimulator({ keys, clock, forwardsHeaders: false }, async (api) => {
    const { headers } = await ask(api);
    expect(names.map((name) => headers.get(name))).toEqual([null, null, null, null, null]);
    api.setForwardsHeaders(true);
    const forwarded = await ask(api);
    expect(forwarded.headers.get('x-litellm-key-rpm-limit')).toBe('5');
  });
});
