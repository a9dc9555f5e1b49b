import { describe, expect, test } from '@jest/globals';
import { settle } from '../support/fake-clock.ts';
import { ANNA, setup, WINDOW_MS } from './scene.ts';

describe('open requests', () => {
  test('are at most as many as allowed, and a release starts the next', async () => {
    const { log, ask, counts, pass } = setup({ maxConcurrent: 2 });
    const a = ask('a');
    for (const name of ['b', 'c', 'd']) ask(name);
    await pass(1_000);
    expect(counts()).toEqual([2, 2]);
    a.release();
    await pass(0);
    expect([log, counts()]).toEqual([
      ['a at 0', 'b at 0', 'c at 1000'],
      [2, 1],
    ]);
  });

  test('a second release gives nothing away', async () => {
    const { log, ask, counts, pass } = setup({ maxConcurrent: 1 });
    const a = ask('a');
    for (const name of ['b', 'c']) ask(name);
    await pass(0);
    a.release();
    a.release();
    await pass(0);
    a.release();
    await pass(0);
    expect([log, counts()]).toEqual([
      ['a at 0', 'b at 0'],
      [1, 1],
    ]);
  });
});

describe('an abort', () => {
  test('beforehand rejects and costs nothing', async () => {
    const { throttle, counts } = setup({ requestsPerMinute: 1 });
    await expect(throttle.acquire({ ...ANNA, signal: AbortSignal.abort('stopped') })).rejects.toBe('stopped');
    await throttle.acquire({ ...ANNA, signal: new AbortController().signal });
    expect(counts()).toEqual([1, 0]);
  });

  test.each([
    ['the budget', { requestsPerMinute: 1 }, `c at ${WINDOW_MS}`],
    ['a place', { maxConcurrent: 1 }, 'c at 1000'],
  ])(
    'while waiting for %s rejects at once, costs no budget and lets the others move up',
    async (_name, options, next) => {
      const { log, ask, counts, pass } = setup(options);
      const a = ask('a');
      const b = ask('b');
      ask('c');
      await pass(1_000);
      b.abort('bored');
      expect(counts()).toEqual([1, 1]);
      await pass(0);
      expect(log).toEqual(['a at 0', 'b gave up at 1000: bored']);
      a.release();
      await pass(WINDOW_MS);
      expect(log.slice(2)).toEqual([next]);
    },
  );

  test('while the gate is closed rejects at once, and leaves no timer behind', async () => {
    const { throttle, log, ask, counts, pass, clock } = setup();
    throttle.refused({ retryAfterMs: 20_000 });
    const a = ask('a');
    await pass(1_000);
    expect(clock.sleeping).toBe(1);
    a.abort('bored');
    await pass(0);
    expect([log, counts(), clock.sleeping]).toEqual([['a gave up at 1000: bored'], [0, 0], 0]);
  });

  test('of a running one leaves its place taken until the release', async () => {
    const { log, ask, counts, pass } = setup({ maxConcurrent: 1 });
    const a = ask('a');
    ask('b');
    await pass(0);
    a.abort('stopped');
    await pass(1_000);
    expect([log, counts()]).toEqual([['a at 0'], [1, 1]]);
    a.release();
    a.abort('stopped again');
    await pass(0);
    expect([log, counts()]).toEqual([
      ['a at 0', 'b at 1000'],
      [1, 0],
    ]);
  });

  test('in the moment of the grant leaves either a place to release or nothing', async () => {
    // Each case aborts b at another point of the hand-over from a.
    for (let microtasks = 0; microtasks < 12; microtasks++) {
      const { throttle, counts } = setup({ maxConcurrent: 1 });
      const first = await throttle.acquire({ ...ANNA, signal: new AbortController().signal });
      const caller = new AbortController();
      const second = throttle.acquire({ ...ANNA, signal: caller.signal }).then(
        (slot) => slot.release(),
        (reason: unknown) => expect(reason).toBe('stopped'),
      );
      first.release();
      for (let turn = 0; turn < microtasks; turn++) await Promise.resolve();
      caller.abort('stopped');
      await second;
      await settle();
      expect(counts()).toEqual([0, 0]);
    }
  });

  test('whose signal moves the line before it is heard here starts nothing', async () => {
    const { throttle, log, ask, counts, pass } = setup({ requestsPerMinute: 1, maxConcurrent: 2 });
    ask('a');
    const caller = new AbortController();
    caller.signal.addEventListener('abort', () => throttle.told({ requestsPerMinute: 60 }));
    const waits = throttle.acquire({ ...ANNA, signal: caller.signal });
    caller.abort('stopped');
    await expect(waits).rejects.toBe('stopped');
    expect([counts(), throttle.status().usedInLastMinute]).toEqual([[1, 0], 1]);
    ask('b');
    await pass(0);
    expect(log).toEqual(['a at 0', 'b at 0']);
  });

  test('of the same instant as the request costs nothing', async () => {
    const { log, ask, pass } = setup({ requestsPerMinute: 1, maxConcurrent: 1 });
    const a = ask('a');
    await pass(0);
    a.release();
    await pass(0);
    ask('b').abort('stopped');
    ask('c');
    await pass(WINDOW_MS);
    expect(log).toEqual(['a at 0', 'b gave up at 0: stopped', `c at ${WINDOW_MS}`]);
  });
});

describe('a request that waits', () => {
  test('is told so once, before anything else happens, and not if it starts at once', async () => {
    const { ask, pass } = setup({ requestsPerMinute: 1 });
    const a = ask('a');
    const b = ask('b');
    expect([a.waiting, b.waiting?.place()]).toEqual([undefined, { place: 1, startsInMs: WINDOW_MS }]);
    await pass(400);
    expect(b.waiting?.place()).toEqual({ place: 1, startsInMs: WINDOW_MS - 400 });
    await pass(WINDOW_MS);
    expect(b.waiting?.place()).toEqual({ place: 0, startsInMs: 0 });
    await pass(WINDOW_MS);
    expect(ask('c').waiting).toBe(undefined);
  });

  test('is over if its listener fails', async () => {
    const { throttle, ask, counts, pass, clock } = setup({ requestsPerMinute: 1 });
    ask('a');
    const onWaiting = () => {
      throw new Error('no such channel');
    };
    const { signal } = new AbortController();
    await expect(throttle.acquire({ ...ANNA, signal, onWaiting })).rejects.toThrow('no such channel');
    await pass(0);
    expect([counts(), clock.sleeping]).toEqual([[1, 0], 0]);
  });
});

test('no timer runs while nobody waits, and one while anybody does', async () => {
  const { ask, pass, clock } = setup({ requestsPerMinute: 2 });
  const timers = [];
  const asked = ['a', 'b', 'c', 'd'].map((name) => {
    const one = ask(name);
    timers.push(clock.sleeping);
    return one;
  });
  asked[2]?.abort('bored');
  timers.push(clock.sleeping);
  await pass(WINDOW_MS);
  timers.push(clock.sleeping);
  expect(timers).toEqual([0, 0, 1, 1, 1, 0]);
});
