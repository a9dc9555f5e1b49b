import { describe, expect, test } from '@jest/globals';
import { BEGIN, MINUTE_MS, setup, WINDOW_MS } from './scene.ts';

type Scene = ReturnType<typeof setup>;
const rateOf = ({ throttle }: Scene) => throttle.status().requestsPerMinute;
const concurrencyOf = ({ throttle }: Scene) => throttle.status().maxConcurrent;

describe('a 429', () => {
  test('closes the gate for exactly the time that it names, and then lets the whole budget go', async () => {
    const { throttle, log, ask, counts, pass } = setup({ maxConcurrent: 1 });
    const a = ask('a');
    ask('b');
    await pass(1_000);
    throttle.refused({ retryAfterMs: 20_000 });
    a.release();
    ask('c').abort('bored');
    await pass(0);
    expect(throttle.status().closedUntil).toBe(BEGIN + 21_000);
    await pass(19_999);
    expect(counts()).toEqual([0, 1]);
    await pass(1);
    expect(log).toEqual(['a at 0', 'c gave up at 1000: bored', 'b at 21000']);
    expect(throttle.status().closedUntil).toBe(undefined);
  });

  test.each([
    ['no time, and nothing had started', undefined, 0, 5_000],
    ['no time, and a request had started', undefined, 10_000, WINDOW_MS - 10_000],
    ['no time, and the window is nearly over', undefined, 60_000, 5_000],
    ['nonsense', Number.NaN, 0, 5_000],
    ['for ever', Infinity, 0, 5_000],
    ['no wait', 0, 0, 1_000],
    ['a time that has passed', -30_000, 0, 1_000],
    ['less than a second', 200, 0, 200],
  ])('that names %s closes it for a sensible time', async (_name, retryAfterMs, startedBeforeMs, expectedMs) => {
    const { throttle, ask, pass, clock } = setup();
    if (startedBeforeMs > 0) ask('a');
    await pass(startedBeforeMs);
    throttle.refused({ retryAfterMs });
    expect((throttle.status().closedUntil ?? 0) - clock.now()).toBe(expectedMs);
  });

  test('that names a month is waited for without a hot loop', async () => {
    const { throttle, log, ask, pass, clock } = setup();
    const monthMs = 30 * 24 * 60 * MINUTE_MS;
    throttle.refused({ retryAfterMs: monthMs });
    ask('a');
    await pass(0);
    expect(clock.sleeping).toBe(1);
    await pass(monthMs);
    expect(log).toEqual([`a at ${monthMs}`]);
  });

  test('of several ends the wait that lasts longest', async () => {
    const { throttle, log, ask, pass, clock } = setup();
    throttle.refused({ retryAfterMs: 20_000 });
    throttle.refused({ retryAfterMs: 5_000 });
    for (const name of ['a', 'b']) ask(name);
    await pass(10_000);
    throttle.refused({ retryAfterMs: 15_000 });
    expect(clock.sleeping).toBe(1);
    await pass(MINUTE_MS);
    expect(log).toEqual(['a at 25000', 'b at 25000']);
  });

  test('whose wait is over before anybody comes delays nobody, and keeps no timer', async () => {
    const { throttle, log, ask, pass, clock } = setup();
    throttle.refused({ retryAfterMs: 20_000 });
    expect(clock.sleeping).toBe(0);
    await pass(20_000);
    ask('a');
    await pass(0);
    expect(log).toEqual(['a at 20000']);
  });

  test('does not give back budget', async () => {
    const { throttle, log, ask, pass } = setup({ requestsPerMinute: 1 });
    ask('a');
    await pass(0);
    throttle.refused({ retryAfterMs: 5_000 });
    ask('b');
    await pass(WINDOW_MS);
    expect(log).toEqual(['a at 0', `b at ${WINDOW_MS}`]);
  });

  test('holds back in order whoever comes in the instant in which the last one waiting gives up', async () => {
    const { throttle, log, ask, pass } = setup();
    throttle.refused({ retryAfterMs: 20_000 });
    ask('a').abort('bored');
    for (let turn = 0; turn < 3; turn++) await Promise.resolve();
    ask('b');
    await pass(20_000);
    expect(log).toEqual(['a gave up at 0: bored', 'b at 20000']);
  });
});

describe('the learned rate', () => {
  test.each([
    ['by a tenth', 60, {}, 54],
    ['by a tenth at least, in whole requests', 12, {}, 10],
    ['never below one', 1, {}, 1],
    ['to what the 429 names', 60, { requestsPerMinute: 30 }, 30],
    ['not up to what the 429 names', 60, { requestsPerMinute: 90 }, 60],
    [
      'by a tenth if the 429 for requests names what is in force',
      60,
      { limit: 'requests' as const, requestsPerMinute: 60 },
      54,
    ],
    ['by a tenth if it names more', 60, { limit: 'requests' as const, requestsPerMinute: 90 }, 54],
    ['by a tenth if what the 429 names is nonsense', 60, { requestsPerMinute: 0 }, 54],
    ['not by a 429 for parallel requests', 60, { limit: 'parallel' as const, requestsPerMinute: 30 }, 60],
  ])('goes down %s', (_name, requestsPerMinute, refusal, lowered) => {
    const scene = setup({ requestsPerMinute });
    scene.throttle.refused({ retryAfterMs: 1_000, ...refusal });
    expect(rateOf(scene)).toBe(lowered);
    expect(scene.throttle.status().configuredPerMinute).toBe(requestsPerMinute);
  });

  test('goes down once for all that are refused together, and again after the gate was open', async () => {
    const scene = setup({ requestsPerMinute: 100 });
    for (let stream = 0; stream < 8; stream++) {
      scene.throttle.refused({ retryAfterMs: 2_000 });
      await scene.pass(100);
    }
    expect(rateOf(scene)).toBe(90);
    await scene.pass(2_000);
    scene.throttle.refused({ retryAfterMs: 2_000 });
    expect(rateOf(scene)).toBe(81);
  });

  test('believes whichever of several 429s names a number', () => {
    const scene = setup({ requestsPerMinute: 100 });
    scene.throttle.refused({ retryAfterMs: 2_000 });
    scene.throttle.refused({ retryAfterMs: 2_000, requestsPerMinute: 20 });
    expect(rateOf(scene)).toBe(20);
  });

  test('comes back by one for each minute since the last 429, up to what is configured', async () => {
    const scene = setup({ requestsPerMinute: 20 });
    const rates: number[] = [];
    scene.throttle.refused({ retryAfterMs: 1_000 });
    await scene.pass(MINUTE_MS - 1);
    rates.push(rateOf(scene));
    await scene.pass(1);
    rates.push(rateOf(scene));
    await scene.pass(MINUTE_MS / 2);
    scene.throttle.refused({ retryAfterMs: 1_000 });
    rates.push(rateOf(scene));
    await scene.pass(MINUTE_MS - 1);
    rates.push(rateOf(scene));
    await scene.pass(20 * MINUTE_MS);
    rates.push(rateOf(scene));
    expect(rates).toEqual([18, 19, 17, 17, 20]);
  });

  test('does not come back beyond a number that the server named', async () => {
    const scene = setup({ requestsPerMinute: 20 });
    scene.throttle.refused({ retryAfterMs: 1_000, requestsPerMinute: 10 });
    await scene.pass(20 * MINUTE_MS);
    expect(rateOf(scene)).toBe(10);
  });

  test('lets a waiting request go in the moment in which it comes back', async () => {
    const { throttle, ask, log, pass } = setup({ requestsPerMinute: 3 });
    await pass(0);
    throttle.refused({ retryAfterMs: 1_000 });
    await pass(30_000);
    for (const name of ['a', 'b', 'c']) ask(name);
    await pass(MINUTE_MS);
    expect(log).toEqual(['a at 30000', 'b at 30000', 'c at 60000']);
  });

  test.each([
    ['higher', 8, ['a at 0', 'b at 0', 'c at 10000', 'd at 10000']],
    ['lower', 1, ['a at 0', 'b at 0', `c at ${WINDOW_MS}`, `d at ${2 * WINDOW_MS}`]],
  ])('is what the answers say, also when that is %s than configured', async (_name, requestsPerMinute, starts) => {
    const { throttle, ask, log, pass } = setup({ requestsPerMinute: 2 });
    for (const name of ['a', 'b', 'c', 'd']) ask(name);
    await pass(10_000);
    throttle.told({ requestsPerMinute });
    await pass(3 * WINDOW_MS);
    expect(log).toEqual(starts);
  });

  test.each([0, -5, 0.5, Number.NaN, Infinity, 1_000_000_000])('is never %d, whatever the answers say', (nonsense) => {
    const scene = setup({ requestsPerMinute: 12 });
    scene.throttle.told({ requestsPerMinute: nonsense });
    expect(rateOf(scene)).toBe(12);
  });

  test('counts as told once an answer or a 429 has named it', () => {
    const isTold = (tell: (throttle: Scene['throttle']) => void) => {
      const { throttle } = setup({ requestsPerMinute: 12 });
      tell(throttle);
      return throttle.status().isTold;
    };
    expect([
      isTold(() => {}),
      isTold((throttle) => throttle.told({ requestsPerMinute: 0 })),
      isTold((throttle) => throttle.refused({})),
      isTold((throttle) => throttle.refused({ limit: 'parallel', requestsPerMinute: 12 })),
      isTold((throttle) => throttle.refused({ requestsPerMinute: 12 })),
      isTold((throttle) => throttle.told({ requestsPerMinute: 12 })),
    ]).toEqual([false, false, false, false, true, true]);
  });

  test('is not undone by an answer that says again what was in force', async () => {
    const scene = setup({ requestsPerMinute: 20 });
    const rates: number[] = [];
    const note = () => rates.push(rateOf(scene));
    scene.throttle.told({ requestsPerMinute: 1_000 });
    for (let stream = 0; stream < 2; stream++) {
      scene.throttle.refused({ limit: 'requests', requestsPerMinute: 1_000, retryAfterMs: 1_000 });
      note();
    }
    scene.throttle.told({ requestsPerMinute: 1_000 });
    note();
    await scene.pass(MINUTE_MS);
    note();
    scene.throttle.told({ requestsPerMinute: 800 });
    note();
    expect(rates).toEqual([900, 900, 900, 901, 800]);
  });

  test('is lowered by what a server behind the gateway allows, and never raised', () => {
    const scene = setup({ requestsPerMinute: 20 });
    const says: [number, { ofKey?: true }?][] = [
      [1_000],
      [10],
      [1_000],
      [100, { ofKey: true }],
      [50],
      [400],
      [50],
      [100, { ofKey: true }],
    ];
    const seen = says.map(([requestsPerMinute, { ofKey } = {}]) => {
      scene.throttle.told({ requestsPerMinute, isOfBackend: ofKey ? undefined : true });
      return [rateOf(scene), scene.throttle.status().isTold];
    });
    expect(seen).toEqual([
      [20, false],
      [10, true],
      [20, false],
      [100, true],
      [50, true],
      [100, true],
      [50, true],
      [100, true],
    ]);
  });

  test('that a 429 named is not raised by what a server behind the gateway allows', () => {
    const scene = setup({ requestsPerMinute: 20 });
    scene.throttle.refused({ limit: 'requests', requestsPerMinute: 12, retryAfterMs: 1_000 });
    scene.throttle.told({ requestsPerMinute: 1_000, isOfBackend: true });
    expect(rateOf(scene)).toBe(12);
  });

  test('is believed again from the next answer on that names it', () => {
    const scene = setup({ requestsPerMinute: 60 });
    scene.throttle.refused({ retryAfterMs: 1_000 });
    scene.throttle.told({ requestsPerMinute: 40.9 });
    expect(rateOf(scene)).toBe(40);
  });
});

describe('the learned concurrency', () => {
  test('goes down by one for all that are refused together, and comes back by one a minute', async () => {
    const scene = setup({ requestsPerMinute: 60, maxConcurrent: 4 });
    for (let stream = 0; stream < 3; stream++) scene.throttle.refused({ retryAfterMs: 1_000, limit: 'parallel' });
    expect([concurrencyOf(scene), rateOf(scene)]).toEqual([3, 60]);
    await scene.pass(MINUTE_MS);
    expect(concurrencyOf(scene)).toBe(4);
    for (let time = 0; time < 6; time++) {
      scene.throttle.refused({ retryAfterMs: 1_000, limit: 'parallel' });
      await scene.pass(1_000);
    }
    expect(concurrencyOf(scene)).toBe(1);
    await scene.pass(20 * MINUTE_MS);
    expect(concurrencyOf(scene)).toBe(4);
  });

  test('is kept to, and lets a waiting request go in the moment in which it comes back', async () => {
    const { throttle, ask, log, pass } = setup({ maxConcurrent: 2 });
    const a = ask('a');
    ask('b');
    await pass(0);
    throttle.refused({ retryAfterMs: 1_000, limit: 'parallel' });
    a.release();
    ask('c');
    await pass(2 * MINUTE_MS);
    expect(log).toEqual(['a at 0', 'b at 0', 'c at 60000']);
  });
});
