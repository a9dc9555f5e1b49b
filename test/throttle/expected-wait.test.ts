import { describe, expect, test } from '@jest/globals';
import { MINUTE_MS, setup, WINDOW_MS } from './scene.ts';

/** Anybody told to wait this much too long or too short would not mind. */
const HONEST_MS = 5_000;

describe('an expected wait', () => {
  test('for the budget is exact', async () => {
    const { askAs, pass } = setup({ requestsPerMinute: 2 });
    askAs('anna');
    await pass(10_000);
    askAs('ben');
    await pass(10_000);
    const asked = ['cleo', 'dora', 'emil'].map((person) => askAs(person));
    const places = () => asked.map(({ waiting }) => waiting?.place());
    const expected = [
      { place: 1, startsInMs: WINDOW_MS - 20_000 },
      { place: 2, startsInMs: WINDOW_MS - 10_000 },
      { place: 3, startsInMs: 2 * WINDOW_MS - 20_000 },
    ];
    expect(places()).toEqual(expected);
    await pass(1_500);
    expect(places()).toEqual(expected.map(({ place, startsInMs }) => ({ place, startsInMs: startsInMs - 1_500 })));
  });

  test('for a place comes from how long requests ran of late', async () => {
    const { askAs, pass } = setup({ requestsPerMinute: 60, maxConcurrent: 1 });
    for (const heldMs of [4_000, 6_000]) {
      const asked = askAs('anna');
      await pass(heldMs);
      asked.release();
      await pass(0);
    }
    askAs('anna');
    await pass(1_000);
    const [ben, cleo] = [askAs('ben'), askAs('cleo')];
    expect([ben, cleo].map(({ waiting }) => waiting?.place())).toEqual([
      { place: 1, startsInMs: 4_000 },
      { place: 2, startsInMs: 9_000 },
    ]);
    await pass(7_000);
    // The one that runs takes longer than expected: it can only end from now on.
    expect(cleo.waiting?.place()).toEqual({ place: 2, startsInMs: 5_000 });
  });

  test('forgets how long requests ran fifty requests ago', async () => {
    const { askAs, pass } = setup({ requestsPerMinute: 1_000, maxConcurrent: 1 });
    for (const heldMs of [100_000, ...Array<number>(50).fill(2_000)]) {
      const asked = askAs('anna');
      await pass(heldMs);
      asked.release();
      await pass(0);
    }
    askAs('anna');
    expect(askAs('ben').waiting?.place()).toEqual({ place: 1, startsInMs: 2_000 });
  });

  test('grows with a closed gate and a lowered limit, and shrinks as soon as somebody before gives up', async () => {
    const { throttle, askAs, pass } = setup({ requestsPerMinute: 2 });
    throttle.refused({ retryAfterMs: 90_000, requestsPerMinute: 1 });
    const [anna, ben] = [askAs('anna'), askAs('ben')];
    await pass(0);
    expect(ben.waiting?.place()).toEqual({ place: 2, startsInMs: 90_000 + WINDOW_MS });
    anna.abort('bored');
    expect(ben.waiting?.place()).toEqual({ place: 1, startsInMs: 90_000 });
    expect(anna.waiting?.place()).toEqual({ place: 0, startsInMs: 0 });
  });

  test('of somebody who asks now is behind the others, and before who was served or has more in line', async () => {
    const { throttle, askAs, pass } = setup({ requestsPerMinute: 2 });
    const startsInMs = () => throttle.status().startsInMs;
    expect(startsInMs()).toBe(0);
    for (let asked = 0; asked < 5; asked++) askAs('anna');
    expect(startsInMs()).toBe(WINDOW_MS);
    for (const person of ['ben', 'cleo']) askAs(person);
    expect(startsInMs()).toBe(2 * WINDOW_MS);
    await pass(1_000);
    expect(startsInMs()).toBe(2 * WINDOW_MS - 1_000);
    throttle.refused({ retryAfterMs: 3 * WINDOW_MS });
    expect(startsInMs()).toBe(5 * WINDOW_MS);
    const foreseenMs = startsInMs();
    const { waiting } = askAs('dora');
    expect(waiting?.place()).toEqual({ place: 3, startsInMs: foreseenMs });
  });

  test.each([
    ['the budget decides', { requestsPerMinute: 12, maxConcurrent: 8 }],
    ['the places decide', { requestsPerMinute: 60, maxConcurrent: 3 }],
    ['both do', { requestsPerMinute: 24, maxConcurrent: 3 }],
  ])('is what comes true within seconds, when %s', async (_name, limits) => {
    const { clock, pass, ask } = setup(limits);
    const errorsMs: number[] = [];
    // Replies of 4 to 10 s, in no order.
    const heldMsOf = (number: number) => 4_000 + ((number * 7_919) % 6_001);

    function come(number: number): void {
      const asked = ask(number, {
        personId: String(number),
        onStart: () => {
          if (number >= 20 && startsAt !== undefined) errorsMs.push(Math.abs(clock.monotonic() - startsAt));
          void clock.sleep(heldMsOf(number)).then(() => asked.release());
        },
      });
      const place = asked.waiting?.place();
      const startsAt = place && clock.monotonic() + place.startsInMs;
    }

    for (let number = 0; number < 20; number++) come(number);
    await pass(3 * MINUTE_MS);
    for (let number = 20; number < 60; number++) come(number);
    await pass(10 * MINUTE_MS);
    expect(errorsMs.length).toBeGreaterThan(20);
    expect(Math.max(...errorsMs)).toBeLessThan(HONEST_MS);
  });
});
