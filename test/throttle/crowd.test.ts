import { describe, expect, test } from '@jest/globals';
import { setup, WINDOW_MS } from './scene.ts';

const CROWD = 10_000;

describe('ten thousand', () => {
  test('may wait, and start in the order in which they came', async () => {
    const { throttle, names, ask, counts, pass } = setup({ requestsPerMinute: 1_000, maxConcurrent: 20_000 });
    const people = Array.from({ length: CROWD }, (_, index) => ask(index, { personId: `${index}` }));
    await pass(0);
    expect(counts()).toEqual([1_000, 9_000]);
    const gone = new Set([9_999, 5_000, 1_000]);
    for (const index of gone) people[index]?.abort('bored');
    await pass(0);
    throttle.refused({ retryAfterMs: 1_000, requestsPerMinute: 1_000 });
    await pass(10 * WINDOW_MS);
    const started = names().slice(0, 1_000).concat(names().slice(1_003)).map(Number);
    const expected = people.map((_, index) => index).filter((index) => !gone.has(index));
    expect([started, counts()]).toEqual([expected, [9_997, 0]]);
  });

  test('are told a place as they come, a sixteenth off at most, and the right one a second later', async () => {
    const { ask, pass } = setup({ requestsPerMinute: 100, maxConcurrent: 1_000 });
    const errors: number[] = [];
    const people = Array.from({ length: CROWD + 100 }, (_, index) => {
      const asked = ask(index, { personId: `${index}`, channelId: `${index}` });
      const { place, startsInMs } = asked.waiting?.place() ?? { place: index - 99, startsInMs: WINDOW_MS };
      errors.push(Math.abs(place - (index - 99)) / (index + 1));
      if (startsInMs < WINDOW_MS) errors.push(1);
      return asked;
    });
    expect([Math.max(...errors.slice(0, 500)), Math.max(...errors) < 1 / 16]).toEqual([0, true]);
    await pass(1_000);
    const placesOf = (asked: typeof people) => asked.map(({ waiting }) => waiting?.place().place ?? 0);
    expect(placesOf(people.slice(100))).toEqual(Array.from({ length: CROWD }, (_, index) => index + 1));
    await pass(WINDOW_MS);
    expect(placesOf(people.slice(200))).toEqual(Array.from({ length: CROWD - 100 }, (_, index) => index + 1));
  });

  test('may be one person, whom one newcomer overtakes', async () => {
    const { ask, pass, names } = setup({ requestsPerMinute: 2 });
    for (let index = 0; index < CROWD; index++) ask('anna');
    const ben = ask('ben', { personId: 'ben' });
    await pass(1_000);
    expect(ben.waiting?.place()).toEqual({ place: 1, startsInMs: WINDOW_MS - 1_000 });
    await pass(WINDOW_MS);
    expect(names()).toEqual(['anna', 'anna', 'ben', 'anna']);
  });

  test.each([
    ['waiting', false],
    ['behind a closed gate', true],
  ])('may all give up while %s, in whatever order, and leave nothing behind', async (_name, isClosed) => {
    const { throttle, ask, counts, pass, clock, log } = setup({ requestsPerMinute: 1 });
    if (isClosed) throttle.refused({ retryAfterMs: 60_000, requestsPerMinute: 1 });
    else ask('first');
    const people = Array.from({ length: CROWD }, (_, index) => ask(index, { personId: `${index % 300}` }));
    await pass(0);
    for (const [index, one] of people.entries()) (people[(index * 7_919) % CROWD] ?? one).abort('bored');
    await pass(0);
    expect([counts(), clock.sleeping, log.length]).toEqual([[isClosed ? 0 : 1, 0], 0, isClosed ? CROWD : CROWD + 1]);
    const next = ask('next');
    await pass(2 * WINDOW_MS);
    expect([next.waiting?.place(), counts()]).toEqual([{ place: 0, startsInMs: 0 }, [isClosed ? 1 : 2, 0]]);
  });
});
