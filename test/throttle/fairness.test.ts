import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Asker } from '../../src/throttle/queue.ts';
import { type Asked, MINUTE_MS, setup, WINDOW_MS } from './scene.ts';

const HORIZON_MS = 10 * MINUTE_MS;

describe('whose turn it is', () => {
  test('everybody is served once before anybody is served twice', async () => {
    const { names, askAs, pass } = setup({ requestsPerMinute: 1 });
    for (const person of ['anna', 'anna', 'anna', 'ben', 'ben', 'cleo']) askAs(person);
    await pass(6 * WINDOW_MS);
    expect(names()).toEqual(['anna', 'ben', 'cleo', 'anna', 'ben', 'anna']);
  });

  test.each([
    ['less than ten minutes ago goes behind', HORIZON_MS - 500, ['anna', 'first', 'dora', 'anna']],
    ['ten minutes ago goes before', HORIZON_MS, ['anna', 'first', 'anna', 'dora']],
  ])('whoever was served %s those who were not and came later', async (_name, turnAt, expected) => {
    const { names, askAs, pass } = setup({ requestsPerMinute: 1 });
    const anna = askAs('anna');
    await pass(turnAt - WINDOW_MS);
    anna.release();
    for (const person of ['first', 'anna', 'dora']) askAs(person);
    await pass(2 * WINDOW_MS);
    expect(names()).toEqual(expected);
  });

  test('a further try of a question counts like any request', async () => {
    const { names, askAs, pass } = setup({ requestsPerMinute: 1 });
    for (const name of ['anna', 'anna', 'anna']) askAs(name, { isRepeat: true });
    askAs('ben');
    await pass(3 * WINDOW_MS);
    expect(names()).toEqual(['anna', 'ben', 'anna', 'anna']);
  });

  test('what runs counts however long it has done so', async () => {
    const { names, askAs, pass } = setup({ maxConcurrent: 2 });
    askAs('anna');
    const ben = askAs('ben');
    await pass(HORIZON_MS + MINUTE_MS);
    askAs('anna');
    askAs('cleo');
    ben.release();
    await pass(0);
    expect(names()).toEqual(['anna', 'ben', 'cleo']);
  });

  test('of people served alike, those of the channel that was served less go first, then who came first', async () => {
    const { names, askAs, pass } = setup({ requestsPerMinute: 1 });
    for (const [person, channelId] of [
      ['anna', 'busy'],
      ['ben', 'busy'],
      ['cleo', 'busy'],
      ['dora', 'quiet'],
      ['emil', 'busy'],
      ['fay', 'quiet'],
    ] as const) {
      askAs(person, { channelId });
    }
    await pass(6 * WINDOW_MS);
    expect(names()).toEqual(['anna', 'dora', 'ben', 'fay', 'cleo', 'emil']);
  });

  test('the background waits for people, and its work in their name does not count as theirs', async () => {
    const { names, ask, pass } = setup({ requestsPerMinute: 1 });
    ask('summary', { kind: 'background' });
    ask('another summary', { kind: 'background' });
    ask('anna');
    ask('ben', { personId: 'ben' });
    await pass(2 * WINDOW_MS);
    ask('cleo', { personId: 'cleo' });
    await pass(2 * WINDOW_MS);
    expect(names()).toEqual(['summary', 'anna', 'ben', 'cleo', 'another']);
  });

  test('whoever gave up leaves their later requests to go in their place', async () => {
    const { log, ask, pass } = setup({ requestsPerMinute: 1 });
    ask('anna 0');
    const ben = ask('ben 1', { personId: 'ben' });
    for (const name of ['cleo 1', 'cleo 2']) ask(name, { personId: 'cleo' });
    ask('ben 2', { personId: 'ben' });
    ben.abort('bored');
    await pass(3 * WINDOW_MS);
    expect(log).toEqual([
      'anna 0 at 0',
      'ben 1 gave up at 0: bored',
      `cleo 1 at ${WINDOW_MS}`,
      `ben 2 at ${2 * WINDOW_MS}`,
      `cleo 2 at ${3 * WINDOW_MS}`,
    ]);
  });
});

type Step =
  | { type: 'ask'; person: number; channel: number; kind: Asker['kind'] }
  | { type: 'abort' | 'release'; which: number }
  | { type: 'pass'; ms: number };

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        type: fc.constant('ask' as const),
        person: fc.nat({ max: 4 }),
        channel: fc.nat({ max: 2 }),
        kind: fc.constantFrom('person' as const, 'person' as const, 'background' as const),
      }),
    },
    { weight: 3, arbitrary: fc.record({ type: fc.constantFrom('abort', 'release'), which: fc.nat({ max: 60 }) }) },
    { weight: 3, arbitrary: fc.record({ type: fc.constant('pass' as const), ms: fc.nat({ max: 90_000 }) }) },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('pass' as const), ms: fc.nat({ max: 900_000 }) }) },
  ),
  { maxLength: 80 },
);

/** One request as an onlooker sees it. */
interface Watched {
  person: number;
  kind: Asker['kind'];
  state: 'waiting' | 'running' | 'ended' | 'gave up';
  startedAt: number;
  asked: Asked;
}

/** Does what the steps say, and writes down every breach of the promises. */
function watch(options: { requestsPerMinute: number; maxConcurrent: number }) {
  const scene = setup(options);
  const { clock, ask } = scene;
  const all: Watched[] = [];
  const breaches: string[] = [];

  const served = ({ person, kind }: Watched) =>
    all.filter(
      (other) =>
        other.person === person &&
        other.kind === kind &&
        (other.state === 'running' || (other.state === 'ended' && other.startedAt > clock.monotonic() - HORIZON_MS)),
    ).length;

  function judge(starting: Watched): void {
    const rivals = all.filter(({ state }) => state === 'waiting');
    if (rivals.some((rival) => rival.kind === starting.kind && served(rival) < served(starting))) {
      breaches.push(`served before one who was served less, at ${clock.monotonic()}`);
    }
    if (starting.kind === 'background' && rivals.some(({ kind }) => kind === 'person')) {
      breaches.push(`background before a person, at ${clock.monotonic()}`);
    }
    const inMinute = all.filter(({ startedAt }) => startedAt > clock.monotonic() - MINUTE_MS).length;
    if (inMinute >= options.requestsPerMinute) breaches.push(`over the budget at ${clock.monotonic()}`);
    if (all.filter(({ state }) => state === 'running').length >= options.maxConcurrent) {
      breaches.push(`too many at once at ${clock.monotonic()}`);
    }
  }

  function askAs({ person, channel, kind }: { person: number; channel: number; kind: Asker['kind'] }): void {
    const watched = { person, kind, state: 'waiting', startedAt: -Infinity } as Watched;
    const onStart = () => {
      judge(watched);
      Object.assign(watched, { state: 'running', startedAt: clock.monotonic() });
    };
    watched.asked = ask(all.length, { personId: `${person}`, channelId: `${channel}`, kind, onStart });
    all.push(watched);
  }

  function end(watched: Watched | undefined): void {
    if (watched?.state === 'running') watched.state = 'ended';
    watched?.asked.release();
  }

  async function take(step: Step): Promise<void> {
    if (step.type === 'ask') askAs(step);
    else if (step.type === 'release') end(all[step.which]);
    else if (step.type === 'abort') {
      const watched = all[step.which];
      if (watched?.state === 'waiting') watched.state = 'gave up';
      watched?.asked.abort('bored');
    }
    await scene.pass(step.type === 'pass' ? step.ms : 0);
  }

  async function finish(): Promise<void> {
    for (let round = 0; all.some(({ state }) => state === 'waiting' || state === 'running') && round < 200; round++) {
      for (const watched of all) if (watched.state === 'running') end(watched);
      await scene.pass(WINDOW_MS);
    }
  }

  return { ...scene, all, breaches, take, finish };
}

test('nobody is served before a waiting person of the same kind who was served less, and all are served', async () => {
  const budget = fc.record({
    requestsPerMinute: fc.integer({ min: 1, max: 6 }),
    maxConcurrent: fc.integer({ min: 1, max: 4 }),
  });
  await fc.assert(
    fc.asyncProperty(budget, steps, async (options, given) => {
      const { take, finish, all, breaches, throttle, clock } = watch(options);
      for (const step of given) await take(step);
      await finish();
      const left = all.filter(({ state }) => state !== 'ended' && state !== 'gave up').length;
      const { waiting, running } = throttle.status();
      expect({ breaches, left, waiting, running, timers: clock.sleeping }).toEqual({
        breaches: [],
        left: 0,
        waiting: 0,
        running: 0,
        timers: 0,
      });
    }),
    { numRuns: 100 },
  );
});

test('places are those in which requests are then served', async () => {
  // Nothing leaves the horizon during this: then those who were served long ago would rightly move up.
  const budget = fc.integer({ min: 20, max: 40 });
  await fc.assert(
    fc.asyncProperty(budget, steps, async (requestsPerMinute, given) => {
      const { take, finish, all, log } = watch({ requestsPerMinute, maxConcurrent: 2 });
      for (const step of given) await take(step.type === 'pass' ? { ...step, ms: step.ms % 500 } : step);
      const told = all
        .map(({ asked, state }, name) => ({ name, place: state === 'waiting' ? asked.waiting?.place().place : 0 }))
        .filter(({ place }) => place !== 0);
      const before = log.length;
      await finish();
      const servedThen = log
        .slice(before)
        .map((line, index) => ({ name: Number(line.split(' ')[0]), place: index + 1 }));
      expect(told.sort((a, b) => (a.place ?? 0) - (b.place ?? 0))).toEqual(servedThen);
    }),
    { numRuns: 100 },
  );
});
