import { expect, test } from '@jest/globals';
import { createHealth, type Outcome } from '../../src/models/health.ts';
import { FakeClock } from '../support/fake-clock.ts';

const MINUTE_MS = 60_000;
const ok = (firstTextMs = 400): Outcome => ({ ok: true, firstTextMs });
const failed = (kind: string): Outcome => ({ ok: false, kind });

/** Outcomes with the minutes that pass after each. */
async function healthAfter(...steps: [Outcome, number][]) {
  const clock = new FakeClock();
  const health = createHealth({ clock });
  for (const [outcome, minutes] of steps) {
    health.record('m', outcome);
    await clock.advance(minutes * MINUTE_MS);
  }
  return health.of('m');
}

test.each<[string, [Outcome, number][], object]>([
  ['nothing', [], { state: 'unknown' }],
  ['an answer', [[ok(), 0]], { state: 'up', firstTextMs: 400 }],
  ['an answer 59 minutes ago', [[ok(), 59]], { state: 'up', firstTextMs: 400 }],
  ['an answer an hour ago', [[ok(), 60]], { state: 'unknown', firstTextMs: 400 }],
  [
    'an answer and a failure',
    [
      [ok(), 1],
      [failed('timeout'), 0],
    ],
    { state: 'up', firstTextMs: 400, failure: 'timeout' },
  ],
  ['one failure', [[failed('network'), 0]], { state: 'unknown', failure: 'network' }],
  [
    'two failures',
    [
      [failed('network'), 9],
      [failed('cut'), 0],
    ],
    { state: 'down', failure: 'cut', since: 0 },
  ],
  [
    'two failures of each other kind',
    [
      [failed('unavailable'), 0],
      [failed('timeout'), 9],
    ],
    { state: 'down', failure: 'timeout', since: 0 },
  ],
  [
    'two failures, one ten minutes ago',
    [
      [failed('network'), 10],
      [failed('cut'), 0],
    ],
    { state: 'unknown', failure: 'cut' },
  ],
  [
    'an answer and two old failures',
    [
      [ok(), 1],
      [failed('cut'), 0],
      [failed('cut'), 11],
    ],
    { state: 'unknown', firstTextMs: 400, failure: 'cut' },
  ],
  [
    'two failures over an hour ago',
    [
      [failed('cut'), 0],
      [failed('cut'), 60],
    ],
    { state: 'unknown' },
  ],
  [
    'two failures and an answer',
    [
      [failed('cut'), 0],
      [failed('cut'), 0],
      [ok(), 0],
    ],
    { state: 'up', firstTextMs: 400 },
  ],
  [
    'failures of requests only',
    [
      [failed('rate-limited'), 0],
      [failed('context-overflow'), 0],
    ],
    { state: 'unknown' },
  ],
  [
    'a refused request between failures',
    [
      [failed('cut'), 0],
      [failed('refused'), 0],
      [failed('cut'), 0],
    ],
    { state: 'down', failure: 'cut', since: 0 },
  ],
])('after %s', async (_, steps, expected) => {
  expect(await healthAfter(...steps)).toEqual(expected);
});

test('the time to the first text is the median of the newest twenty answers', async () => {
  const answers = (...times: number[]) => times.map((ms): [Outcome, number] => [ok(ms), 0]);
  const slow = Array.from({ length: 20 }, () => 90_000);
  expect((await healthAfter(...answers(300, 100, 5_000))).firstTextMs).toBe(300);
  expect((await healthAfter(...answers(...slow, ...slow.map((_, index) => index + 1)))).firstTextMs).toBe(11);
});

test('models do not mix, a clock that jumps changes nothing, and those long unused are forgotten', async () => {
  const clock = new FakeClock(1_000_000);
  const health = createHealth({ clock });
  for (const model of ['first', 'second']) for (const _ of [1, 2]) health.record(model, failed('cut'));
  health.record('second', ok());
  clock.set(99_000_000_000);
  expect([health.of('first').state, health.of('second').state]).toEqual(['down', 'up']);
  for (let number = 0; number < 1_999; number += 1) health.record(`other ${number}`, ok());
  expect([health.of('first').state, health.of('second').state, health.of('other 0').state]).toEqual([
    'unknown',
    'up',
    'up',
  ]);
});

test('a model is down since the first failure after its last answer', async () => {
  const clock = new FakeClock(1_000);
  const health = createHealth({ clock });
  health.record('model', ok());
  await clock.advance(60_000);
  health.record('model', failed('cut'));
  await clock.advance(60_000);
  health.record('model', failed('cut'));
  clock.set(5_000_000);
  expect(health.of('model')).toEqual({ state: 'down', firstTextMs: 400, failure: 'cut', since: 4_940_000 });
});
