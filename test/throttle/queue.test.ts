import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import type { Clock } from '../../src/core/clock.ts';
import { createThrottle, type Slot, type ThrottleOptions } from '../../src/throttle/queue.ts';

const MINUTE_MS = 60_000;
/** What the throttle takes for a minute: one that has surely passed at the server too. */
const WINDOW_MS = 60_400;

beforeEach(() => {
  jest.useFakeTimers({ now: 0, doNotFake: ['queueMicrotask', 'nextTick', 'setImmediate'] });
});
afterEach(() => {
  jest.useRealTimers();
});
const pass = (ms: number) => jest.advanceTimersByTimeAsync(ms);

/** Runs on the same fake timers as p-queue does. */
const clock: Clock = {
  now: () => Date.now(),
  monotonic: () => Date.now(),
  sleep: (ms, { signal } = {}) =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(resolve, ms);
      signal?.addEventListener('abort', () => {
        clearTimeout(timer);
        reject(signal.reason as Error);
      });
    }),
};

/** A throttle whose requests are named; `log` tells who started when, and who gave up with which reason. */
function setup(options: Partial<ThrottleOptions> = {}) {
  const throttle = createThrottle({ requestsPerMinute: 5, maxConcurrent: 100, clock, ...options });
  const log: string[] = [];
  function ask(name: string | number) {
    const caller = new AbortController();
    let slot: Slot | undefined;
    throttle.acquire({ signal: caller.signal }).then(
      (granted) => {
        slot = granted;
        log.push(`${name} at ${Date.now()}`);
      },
      (reason: unknown) => log.push(`${name} gave up at ${Date.now()}: ${String(reason)}`),
    );
    return { abort: (reason: string) => caller.abort(reason), release: () => slot?.release() };
  }
  return { throttle, log, ask, counts: () => [throttle.running, throttle.waiting] };
}

describe('the budget', () => {
  test('starts requests at once until it is used up, and the next when the oldest is a minute old', async () => {
    const { log, ask, counts } = setup();
    for (const name of ['a', 'b', 'c']) ask(name);
    await pass(10_000);
    for (const name of ['d', 'e', 'f', 'g', 'h', 'i']) ask(name);
    await pass(0);
    expect(counts()).toEqual([5, 4]);
    await pass(2 * MINUTE_MS);
    expect(log).toEqual([
      'a at 0',
      'b at 0',
      'c at 0',
      'd at 10000',
      'e at 10000',
      `f at ${WINDOW_MS}`,
      `g at ${WINDOW_MS}`,
      `h at ${WINDOW_MS}`,
      `i at ${WINDOW_MS + 10_000}`,
    ]);
  });

  test('counts starts, not ends', async () => {
    const { log, ask } = setup({ requestsPerMinute: 1 });
    ask('long');
    await pass(50_000);
    ask('next');
    await pass(10_400);
    expect(log).toEqual(['long at 0', `next at ${WINDOW_MS}`]);
  });

  test('is never exceeded in any minute and never left unused, whoever comes and gives up when', async () => {
    const arrival = fc.record({ gap: fc.nat({ max: 1_500 }), patience: fc.nat({ max: 20_000 }) });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 6 }), fc.array(arrival, { maxLength: 40 }), async (budget, given) => {
        jest.setSystemTime(0);
        const { throttle, log, ask } = setup({ requestsPerMinute: budget });
        const arrivals = timetable(given);
        const moments = arrivals.flatMap(({ name, at, until }) => [
          { at, run: () => (people[name] = ask(name)) },
          { at: until, run: () => people[name]?.abort('bored') },
        ]);
        const people: ReturnType<typeof ask>[] = [];
        for (const { at, run } of moments.sort((a, b) => a.at - b.at)) {
          await pass(at - Date.now());
          run();
        }
        await pass(60 * MINUTE_MS);
        expect([log.filter((line) => !line.includes('gave up')), throttle.waiting, jest.getTimerCount()]).toEqual([
          expectedStarts(arrivals, budget),
          0,
          0,
        ]);
      }),
      { numRuns: 40 },
    );
  });
});

interface Arrival {
  name: number;
  at: number;
  until: number;
}

/** Times in steps of 10 ms, at whose middle people give up, so that no two things fall on one instant. */
function timetable(given: { gap: number; patience: number }[]): Arrival[] {
  let at = 0;
  return given.map(({ gap, patience }, name) => {
    at += gap * 10;
    return { name, at, until: at + patience * 10 + 5 };
  });
}

/** The definition of the budget, written down plainly: whoever gave up is as if never there. */
function expectedStarts(arrivals: Arrival[], budget: number): string[] {
  const starts: { name: number; at: number }[] = [];
  for (const { name, at, until } of arrivals) {
    const oldest = starts.at(-budget);
    const isFull = starts.length >= budget;
    const startAt = Math.max(at, starts.at(-1)?.at ?? 0, isFull && oldest ? oldest.at + WINDOW_MS : 0);
    if (startAt < until) starts.push({ name, at: startAt });
  }
  return starts.map((start) => `${start.name} at ${start.at}`);
}

describe('open requests', () => {
  test('are at most as many as allowed, and a release starts the next', async () => {
    const { log, ask, counts } = setup({ maxConcurrent: 2 });
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
    const { log, ask, counts } = setup({ maxConcurrent: 1 });
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
    await expect(throttle.acquire({ signal: AbortSignal.abort('stopped') })).rejects.toBe('stopped');
    await throttle.acquire({ signal: new AbortController().signal });
    expect(counts()).toEqual([1, 0]);
  });

  test.each([
    ['the budget', { requestsPerMinute: 1 }, `c at ${WINDOW_MS}`],
    ['a place', { maxConcurrent: 1 }, 'c at 1000'],
  ])(
    'while waiting for %s rejects at once, costs no budget and lets the others move up',
    async (_name, options, next) => {
      const { log, ask, counts } = setup(options);
      const a = ask('a');
      const b = ask('b');
      ask('c');
      await pass(1_000);
      b.abort('bored');
      await pass(0);
      expect([log, counts()]).toEqual([
        ['a at 0', 'b gave up at 1000: bored'],
        [1, 1],
      ]);
      a.release();
      await pass(WINDOW_MS);
      expect(log.slice(2)).toEqual([next]);
    },
  );

  test('of a running one leaves its place taken until the release', async () => {
    const { log, ask, counts } = setup({ maxConcurrent: 1 });
    const a = ask('a');
    ask('b');
    await pass(0);
    a.abort('stopped');
    await pass(1_000);
    expect([log, counts()]).toEqual([['a at 0'], [1, 1]]);
    a.release();
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
      const first = await throttle.acquire({ signal: new AbortController().signal });
      const caller = new AbortController();
      const second = throttle.acquire({ signal: caller.signal }).then(
        (slot) => slot.release(),
        (reason: unknown) => expect(reason).toBe('stopped'),
      );
      first.release();
      for (let turn = 0; turn < microtasks; turn++) await Promise.resolve();
      caller.abort('stopped');
      await second;
      await pass(0);
      expect(counts()).toEqual([0, 0]);
    }
  });

  test('of the same instant as the request costs nothing', async () => {
    const { log, ask } = setup({ requestsPerMinute: 1, maxConcurrent: 1 });
    ask('a').release();
    await pass(0);
    ask('b').abort('stopped');
    ask('c');
    await pass(WINDOW_MS);
    expect(log[1]).toBe('b gave up at 0: stopped');
  });
});

describe('a pause', () => {
  test('holds new and waiting requests for exactly its time, and then lets the whole budget go', async () => {
    const { throttle, log, ask, counts } = setup({ maxConcurrent: 1 });
    const a = ask('a');
    ask('b');
    await pass(1_000);
    throttle.pauseFor(20_000);
    a.release();
    ask('c').abort('bored');
    await pass(19_999);
    expect(counts()).toEqual([0, 1]);
    await pass(1);
    expect(log).toEqual(['a at 0', 'c gave up at 1000: bored', 'b at 21000']);
  });

  test('that ends last counts', async () => {
    const { throttle, log, ask } = setup();
    throttle.pauseFor(20_000);
    throttle.pauseFor(5_000);
    ask('a');
    ask('b');
    await pass(10_000);
    throttle.pauseFor(15_000);
    expect(jest.getTimerCount()).toBe(1);
    await pass(MINUTE_MS);
    expect(log).toEqual(['a at 25000', 'b at 25000']);
  });

  test('that is over before anybody comes delays nobody, and keeps no timer', async () => {
    const { throttle, log, ask } = setup();
    throttle.pauseFor(20_000);
    expect(jest.getTimerCount()).toBe(0);
    await pass(20_000);
    ask('a');
    await pass(0);
    expect(log).toEqual(['a at 20000']);
  });

  test('keeps no timer once the last one waiting has given up, and holds whoever comes in the same instant', async () => {
    const { throttle, log, ask } = setup();
    throttle.pauseFor(20_000);
    const a = ask('a');
    await pass(1_000);
    a.abort('bored');
    await pass(0);
    expect(jest.getTimerCount()).toBe(0);
    const b = ask('b');
    b.abort('bored');
    for (let turn = 0; turn < 3; turn++) await Promise.resolve();
    ask('c');
    await pass(MINUTE_MS);
    expect(log).toEqual(['a gave up at 1000: bored', 'b gave up at 1000: bored', 'c at 20000']);
  });

  test('does not give back budget', async () => {
    const { throttle, log, ask } = setup({ requestsPerMinute: 1 });
    ask('a');
    await pass(0);
    throttle.pauseFor(5_000);
    ask('b');
    await pass(MINUTE_MS + 400);
    expect(log).toEqual(['a at 0', `b at ${WINDOW_MS}`]);
  });
});

test('ten thousand may wait, and start in the order in which they came', async () => {
  const { throttle, log, ask, counts } = setup({ requestsPerMinute: 1_000, maxConcurrent: 20_000 });
  const people = Array.from({ length: 10_000 }, (_, index) => ask(index));
  await pass(0);
  expect(counts()).toEqual([1_000, 9_000]);
  for (const index of [9_999, 5_000, 1_000]) people[index]?.abort('bored');
  throttle.pauseFor(1_000);
  await pass(10 * WINDOW_MS);
  const started = log.filter((line) => !line.includes('gave up')).map((line) => Number(line.split(' ')[0]));
  const expected = people.map((_, index) => index).filter((index) => ![9_999, 5_000, 1_000].includes(index));
  expect([started, counts()]).toEqual([expected, [9_997, 0]]);
});
