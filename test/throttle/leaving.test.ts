import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Asked, MINUTE_MS, setup, WINDOW_MS } from './scene.ts';

test('a request that leaves later than it was let go is counted from then on', async () => {
  const { throttle, log, ask, pass } = setup({ requestsPerMinute: 2 });
  const [a] = ['a', 'b', 'c', 'd'].map((name) => ask(name));
  await pass(5_000);
  a?.leaves();
  await pass(WINDOW_MS - 5_000);
  expect([throttle.status().usedInLastMinute, throttle.status().startsInMs]).toEqual([2, 5_000]);
  await pass(MINUTE_MS);
  expect(log).toEqual(['a at 0', 'b at 0', `c at ${WINDOW_MS}`, `d at ${WINDOW_MS + 5_000}`]);
});

test('those who wait are told the later time, and woken then', async () => {
  const { log, ask, pass, clock } = setup({ requestsPerMinute: 1 });
  const a = ask('a');
  const b = ask('b');
  await pass(5_000);
  const before = b.waiting?.place();
  a.leaves();
  expect([before?.startsInMs, b.waiting?.place(), clock.sleeping]).toEqual([
    WINDOW_MS - 5_000,
    { place: 1, startsInMs: WINDOW_MS },
    1,
  ]);
  await pass(WINDOW_MS);
  expect(log).toEqual(['a at 0', `b at ${5_000 + WINDOW_MS}`]);
});

test('it leaves once', async () => {
  const { log, ask, pass } = setup({ requestsPerMinute: 1 });
  const a = ask('a');
  ask('b');
  for (const ms of [5_000, 10_000]) {
    await pass(ms);
    a.leaves();
  }
  await pass(WINDOW_MS);
  expect(log).toEqual(['a at 0', `b at ${5_000 + WINDOW_MS}`]);
});

test('one that leaves after more than a minute counts from then on too', async () => {
  const { throttle, log, ask, pass } = setup({ requestsPerMinute: 2 });
  const a = ask('a');
  await pass(2 * WINDOW_MS);
  ask('b');
  await pass(0);
  a.leaves();
  ask('c');
  expect(throttle.status().usedInLastMinute).toBe(2);
  await pass(WINDOW_MS);
  expect(log).toEqual(['a at 0', `b at ${2 * WINDOW_MS}`, `c at ${3 * WINDOW_MS}`]);
});

test('no minute sees more leave than the budget, however long each takes to', async () => {
  const question = fc.record({ gapMs: fc.nat({ max: 15_000 }), takesMs: fc.nat({ max: MINUTE_MS }) });
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 4 }),
      fc.array(question, { maxLength: 25 }),
      async (budget, questions) => {
        const { ask, pass, clock } = setup({ requestsPerMinute: budget });
        const left: number[] = [];
        for (const [name, { gapMs, takesMs }] of questions.entries()) {
          const leave = async (asked: () => Asked) => {
            await clock.sleep(takesMs);
            asked().leaves();
            left.push(clock.monotonic());
          };
          const asked: Asked = ask(name, { onStart: () => void leave(() => asked) });
          await pass(gapMs);
        }
        await pass(questions.length * 2 * WINDOW_MS);
        const isOver = (at: number, index: number) => at - (left[index - budget] ?? -Infinity) <= MINUTE_MS;
        expect([left.length, left.filter(isOver)]).toEqual([questions.length, []]);
      },
    ),
    { numRuns: 25 },
  );
});
