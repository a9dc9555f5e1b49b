import { describe, expect, test } from '@jest/globals';
import { CompletionError, type CompletionErrorFacts, type CompletionErrorKind } from '../../src/completions/errors.ts';
import type { CompletionEvent } from '../../src/completions/events.ts';
import { streamWithRetry } from '../../src/completions/retry.ts';
import { FakeClock, settle } from '../support/fake-clock.ts';
import { outcome } from './support.ts';

type Step = CompletionEvent | Error;
const hi: CompletionEvent = { type: 'text', text: 'Hi' };
const hm: CompletionEvent = { type: 'reasoning', text: 'Hm' };
const stop: CompletionEvent = { type: 'finish', reason: 'stop' };
const twelve: CompletionEvent = { type: 'limit', requestsPerMinute: 12 };
const HOUR_MS = 3_600_000;
const fail = (kind: CompletionErrorKind, facts: CompletionErrorFacts = {}) => new CompletionError(kind, facts);

/** Plays one script per attempt on a clock that jumps over every wait; logs when attempts open and close. */
async function run(attempts: Step[][], random = () => 0) {
  const clock = new FakeClock();
  const log: string[] = [];
  async function* open(attempt: number): AsyncGenerator<CompletionEvent> {
    log.push(`open ${attempt} at ${clock.now()}`);
    try {
      for (const step of attempts[attempt - 1] ?? []) {
        if (step instanceof Error) throw step;
        yield step;
      }
    } finally {
      log.push('close');
    }
  }
  const signal = new AbortController().signal;
  const ended = outcome(streamWithRetry(open, { clock, signal, random }));
  await clock.advance(HOUR_MS);
  return { shown: await ended, log };
}

test('a failure before the first token is tried again, after its place has been given back', async () => {
  const { shown, log } = await run([[fail('unavailable')], [fail('network')], [hi, stop]]);
  expect([shown, log]).toEqual([
    ['Hi', { finish: 'stop' }],
    ['open 1 at 0', 'close', 'open 2 at 1000', 'close', 'open 3 at 3000', 'close'],
  ]);
});

test.each<[string, Step]>([
  ['text', hi],
  ['reasoning', hm],
])('nothing is tried again after %s', async (_name, event) => {
  const { shown, log } = await run([
    [event, fail('cut')],
    [hi, stop],
  ]);
  expect([shown.length, shown[1], log]).toEqual([2, { error: 'cut', isRetryable: true }, ['open 1 at 0', 'close']]);
});

test('a failure after the limit alone is tried again, and the limit told again', async () => {
  const { shown } = await run([
    [twelve, fail('cut')],
    [twelve, hi, stop],
  ]);
  expect(shown).toEqual([{ perMinute: 12 }, { perMinute: 12 }, 'Hi', { finish: 'stop' }]);
});

test('the last error is thrown after three attempts', async () => {
  const down = [fail('unavailable')];
  const { shown, log } = await run([down, down, [fail('network')], [hi]]);
  expect([shown, log.filter((line) => line.startsWith('open')).length]).toEqual([
    [{ error: 'network', isRetryable: true }],
    3,
  ]);
});

test.each<[string, Step[][], number]>([
  ['a permanent error', [[fail('refused')], [hi]], 1],
  ['a reply over the total limit', [[fail('timeout', { limit: 'total' })], [hi]], 1],
  ['an error of our own', [[new TypeError('bug')], [hi]], 1],
  ['an empty reply', [[fail('empty')], [fail('empty')], [hi]], 2],
  ['a refused key', [[fail('unauthorized')], [fail('unauthorized')], [hi]], 2],
  ['a model that does not wake', [[fail('timeout')], [fail('timeout')], [hi]], 2],
  ['an empty reply among others', [[fail('empty')], [fail('unavailable')], [fail('empty')]], 3],
])('%s is tried only so often', async (_name, attempts, count) => {
  const { shown, log } = await run(attempts);
  expect([log.filter((line) => line.startsWith('open')).length, shown.length, shown.includes('Hi')]).toEqual([
    count,
    1,
    false,
  ]);
});

describe('the wait', () => {
  const waits = async (attempts: Step[][], random?: () => number) => {
    const { log } = await run([...attempts, [hi, stop]], random);
    const opened = log.flatMap((line) => /open \d+ at (\d+)/.exec(line)?.[1] ?? []).map(Number);
    return opened.slice(1).map((at, index) => at - (opened[index] ?? 0));
  };
  const times = (count: number, error: Error) => Array.from({ length: count }, () => [error]);

  test('doubles', async () => {
    expect(await waits(times(2, fail('unavailable')))).toEqual([1000, 2000]);
  });

  test('is shortened by up to half', async () => {
    expect(await waits(times(2, fail('unavailable')), () => 0.5)).toEqual([750, 1500]);
  });

  test('is what the server asked for, no more and no less', async () => {
    const asked = (...times: number[]) => times.map((retryAfterMs) => [fail('unavailable', { retryAfterMs })]);
    expect([await waits(asked(0, 1234), () => 0.9), await waits(asked(60_000), () => 0.9)]).toEqual([
      [0, 1234],
      [60_000],
    ]);
  });

  test('after a 429 is left to the throttle, whatever the server asked for', async () => {
    const refused = [{}, { retryAfterMs: 60_000 }].map((facts) => [fail('rate-limited', facts)]);
    expect(await waits(refused)).toEqual([0, 0]);
  });

  test('is 5 s for a refused key', async () => {
    expect(await waits([[fail('unauthorized')]], () => 0.9)).toEqual([5000]);
  });
});

describe('an abort', () => {
  test('during the wait ends it at once with the reason', async () => {
    const clock = new FakeClock();
    const caller = new AbortController();
    let opened = 0;
    // oxlint-disable-next-line require-yield
    async function* open(): AsyncGenerator<CompletionEvent> {
      opened++;
      throw fail('unavailable');
    }
    const ended = outcome(streamWithRetry(open, { clock, signal: caller.signal }));
    await settle();
    caller.abort('stopped');
    expect([await ended, opened, clock.sleeping]).toEqual([['stopped'], 1, 0]);
  });

  test('that an attempt reports in its own words still throws the reason', async () => {
    const caller = new AbortController();
    // oxlint-disable-next-line require-yield
    async function* open(): AsyncGenerator<CompletionEvent> {
      caller.abort('stopped');
      throw fail('refused');
    }
    expect(await outcome(streamWithRetry(open, { clock: new FakeClock(), signal: caller.signal }))).toEqual([
      'stopped',
    ]);
  });

  test('by leaving the loop closes the attempt', async () => {
    let isClosed = false;
    async function* open(): AsyncGenerator<CompletionEvent> {
      try {
        yield hi;
        yield hi;
      } finally {
        isClosed = true;
      }
    }
    const signal = new AbortController().signal;
    for await (const event of streamWithRetry(open, { clock: new FakeClock(), signal })) {
      expect(event).toEqual(hi);
      break;
    }
    expect(isClosed).toBe(true);
  });
});
