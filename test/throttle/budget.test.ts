import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Clock } from '../../src/core/clock.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { type Asked, BEGIN, MINUTE_MS, setup, WINDOW_MS } from './scene.ts';

const HOUR_MS = 60 * MINUTE_MS;

describe('the budget', () => {
  test('starts requests at once until it is used up, and the next when the oldest is a minute old', async () => {
    const { log, ask, counts, pass } = setup();
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
    const { log, ask, pass } = setup({ requestsPerMinute: 1 });
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
        const { throttle, log, ask, pass, clock } = setup({ requestsPerMinute: budget });
        const arrivals = timetable(given);
        const people: Asked[] = [];
        const moments = arrivals.flatMap(({ name, at, until }) => [
          { at, run: () => (people[name] = ask(name)) },
          { at: until, run: () => people[name]?.abort('bored') },
        ]);
        for (const { at, run } of moments.sort((a, b) => a.at - b.at)) {
          await pass(at - clock.monotonic());
          run();
        }
        await pass(HOUR_MS);
        expect([log.filter((line) => !line.includes('gave up')), throttle.status().waiting, clock.sleeping]).toEqual([
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

describe('the clock', () => {
  test.each([
    ['back', -HOUR_MS],
    ['forward', HOUR_MS],
  ])('set an hour %s changes no start, neither of the window nor of a closed gate', async (_name, jumpMs) => {
    const { log, ask, pass, clock, throttle } = setup({ requestsPerMinute: 2 });
    for (const name of ['a', 'b', 'c', 'd']) ask(name);
    await pass(10_000);
    clock.set(clock.now() + jumpMs);
    await pass(WINDOW_MS);
    throttle.refused({ retryAfterMs: 90_000, requestsPerMinute: 2 });
    ask('e');
    clock.set(clock.now() - jumpMs);
    clock.set(clock.now() + jumpMs);
    expect(throttle.status().closedUntil).toBe(BEGIN + jumpMs + 10_000 + WINDOW_MS + 90_000);
    await pass(90_000);
    const refusedAt = 10_000 + WINDOW_MS;
    expect(log).toEqual(['a at 0', 'b at 0', `c at ${WINDOW_MS}`, `d at ${WINDOW_MS}`, `e at ${refusedAt + 90_000}`]);
  });

  test.each([
    ['early', (ms: number) => Math.ceil(ms / 2), WINDOW_MS],
    ['late', (ms: number) => ms + 700, WINDOW_MS + 700],
  ])('that wakes too %s lets nothing start too early, and everything start', async (_name, shift, startedAt) => {
    const clock = new FakeClock();
    const inexact: Clock = {
      now: () => clock.now(),
      monotonic: () => clock.monotonic(),
      sleep: (ms, options) => clock.sleep(shift(ms), options),
    };
    const { ask, throttle } = setup({ requestsPerMinute: 1, clock: inexact });
    let startedAfter: number | undefined;
    ask('a');
    ask('b', { onStart: () => (startedAfter = clock.monotonic()) });
    await clock.advance(2 * MINUTE_MS);
    expect([startedAfter, throttle.status().waiting, clock.sleeping]).toEqual([startedAt, 0, 0]);
  });
});

test('the status says what is used and what is in force', async () => {
  const { throttle, ask, pass } = setup({ requestsPerMinute: 3, maxConcurrent: 4 });
  for (const name of ['a', 'b']) ask(name);
  await pass(30_000);
  ask('c');
  ask('d');
  await pass(1_000);
  expect(throttle.status()).toEqual({
    waiting: 1,
    running: 3,
    requestsPerMinute: 3,
    configuredPerMinute: 3,
    isTold: false,
    maxConcurrent: 4,
    usedInLastMinute: 3,
    startsInMs: WINDOW_MS - 31_000,
  });
  await pass(2 * MINUTE_MS);
  expect(throttle.status()).toMatchObject({ waiting: 0, running: 4, usedInLastMinute: 0 });
});
