import { describe, expect, test } from '@jest/globals';
import { type Asker, type Caps, LimitReached } from '../../src/throttle/queue.ts';
import { ANNA, BEGIN, MINUTE_MS, setup, WINDOW_MS } from './scene.ts';

const HOUR_MS = 60 * MINUTE_MS;
const BEN: Asker = { ...ANNA, personId: 'ben' };

/** What a further request would be told; undefined if there is room. */
function refusalOf({ throttle }: ReturnType<typeof setup>, asker: Asker, caps: Caps) {
  try {
    throttle.reserve(asker, caps)();
    return undefined;
  } catch (error) {
    if (!(error instanceof LimitReached)) throw error;
    const { scope, kind, limit, freeAt } = error;
    return { scope, kind, limit, freeAfterMs: freeAt - BEGIN };
  }
}

describe('waiting requests', () => {
  test('of one person are at most as many as the cap, and room is expected when the first of them starts', async () => {
    const scene = setup({ requestsPerMinute: 1 });
    for (const name of ['running', 'one', 'two']) scene.ask(name);
    await scene.pass(1_000);
    expect([
      refusalOf(scene, ANNA, { personWaiting: 2 }),
      refusalOf(scene, ANNA, { personWaiting: 1 }),
      refusalOf(scene, ANNA, { personWaiting: 3 }),
      refusalOf(scene, BEN, { personWaiting: 2 }),
    ]).toEqual([
      { scope: 'person', kind: 'waiting', limit: 2, freeAfterMs: WINDOW_MS },
      { scope: 'person', kind: 'waiting', limit: 1, freeAfterMs: 2 * WINDOW_MS },
      undefined,
      undefined,
    ]);
    await scene.pass(WINDOW_MS);
    expect(refusalOf(scene, ANNA, { personWaiting: 2 })).toBe(undefined);
  });

  test('of one server are at most as many as the cap, whoever asked', async () => {
    const scene = setup({ requestsPerMinute: 1 });
    scene.ask('running');
    scene.ask('one');
    const two = scene.ask('two', BEN);
    const caps = { serverWaiting: 2 };
    const full = { scope: 'server', kind: 'waiting', limit: 2, freeAfterMs: WINDOW_MS };
    expect(refusalOf(scene, { ...ANNA, personId: 'cleo' }, caps)).toEqual(full);
    two.abort('bored');
    expect(refusalOf(scene, { ...ANNA, personId: 'cleo' }, caps)).toBe(undefined);
  });
});

describe('requests of the last hour', () => {
  test('are at most as many as the cap, and room comes when the oldest is an hour old', async () => {
    const scene = setup();
    scene.ask('one');
    await scene.pass(10 * MINUTE_MS);
    scene.ask('two', BEN);
    scene.ask('three');
    await scene.pass(0);
    const full = (scope: string, limit: number, freeAfterMs: number) => ({ scope, kind: 'hour', limit, freeAfterMs });
    expect([
      refusalOf(scene, ANNA, { personPerHour: 2 }),
      refusalOf(scene, ANNA, { personPerHour: 1 }),
      refusalOf(scene, BEN, { personPerHour: 2 }),
      refusalOf(scene, BEN, { serverPerHour: 3 }),
      refusalOf(scene, BEN, { personPerHour: 2, serverPerHour: 4 }),
    ]).toEqual([
      full('person', 2, HOUR_MS),
      full('person', 1, HOUR_MS + 10 * MINUTE_MS),
      undefined,
      full('server', 3, HOUR_MS),
      undefined,
    ]);
    await scene.pass(50 * MINUTE_MS - 1);
    expect(refusalOf(scene, ANNA, { personPerHour: 2 })).toEqual(full('person', 2, HOUR_MS));
    await scene.pass(1);
    expect(refusalOf(scene, ANNA, { personPerHour: 2 })).toBe(undefined);
  });

  test('include those that wait: a long line is no way around the cap', async () => {
    const scene = setup({ requestsPerMinute: 1 });
    scene.ask('started', BEN);
    for (const name of ['one', 'two']) scene.ask(name);
    await scene.pass(0);
    const refusal = refusalOf(scene, ANNA, { personPerHour: 2 });
    expect(refusal).toEqual({ scope: 'person', kind: 'hour', limit: 2, freeAfterMs: WINDOW_MS + HOUR_MS });
  });

  test('are forgotten with the clock that nobody sets', async () => {
    const scene = setup();
    scene.ask('one');
    await scene.pass(0);
    scene.clock.set(BEGIN - HOUR_MS);
    const refusal = refusalOf(scene, ANNA, { personPerHour: 1 });
    expect(refusal).toEqual({ scope: 'person', kind: 'hour', limit: 1, freeAfterMs: 0 });
    scene.clock.set(BEGIN + 2 * HOUR_MS);
    expect(refusalOf(scene, ANNA, { personPerHour: 1 })).toMatchObject({ freeAfterMs: 3 * HOUR_MS });
  });
});

describe('what is not counted', () => {
  test('is a further try of a question, whether it waits, runs, has run or was given up', async () => {
    const scene = setup({ requestsPerMinute: 2 });
    const caps = { personWaiting: 1, serverWaiting: 1, personPerHour: 2, serverPerHour: 2 };
    scene.ask('first');
    await scene.pass(1);
    const again = scene.ask('again', { isRepeat: true });
    const third = scene.ask('third', { isRepeat: true });
    scene.ask('given up', { isRepeat: true }).abort('bored');
    await scene.pass(1);
    expect([scene.counts(), refusalOf(scene, ANNA, caps)]).toEqual([[2, 1], undefined]);
    again.release();
    await scene.pass(WINDOW_MS);
    third.release();
    expect(refusalOf(scene, ANNA, caps)).toBe(undefined);
    scene.ask('another question');
    await scene.pass(0);
    expect(refusalOf(scene, ANNA, caps)).toEqual({ scope: 'person', kind: 'hour', limit: 2, freeAfterMs: HOUR_MS });
  });

  const strict: Caps = { personWaiting: 1, serverWaiting: 1, personPerHour: 1, serverPerHour: 1 };

  test.each([
    ['in another server', { guildId: 'garden' }, ANNA],
    ['without a server', { guildId: undefined }, { ...ANNA, guildId: undefined }],
    ['in the background', { kind: 'background' as const }, ANNA],
  ])('is a request %s', async (_name, asked, asker) => {
    const scene = setup({ requestsPerMinute: 1 });
    for (const name of ['started', 'waiting']) scene.ask(name, asked);
    await scene.pass(0);
    expect([scene.counts(), refusalOf(scene, asker, strict)]).toEqual([[1, 1], undefined]);
  });

  test('is anything if there is no cap', async () => {
    const scene = setup();
    for (let name = 0; name < 20; name++) scene.ask(name);
    await scene.pass(0);
    expect(refusalOf(scene, ANNA, {})).toBe(undefined);
  });

  test('is background work that is asked for now', async () => {
    const scene = setup();
    for (let name = 0; name < 20; name++) scene.ask(name);
    await scene.pass(0);
    expect(refusalOf(scene, { ...ANNA, kind: 'background' }, strict)).toBe(undefined);
  });
});

describe('room that is reserved', () => {
  test('counts as a request that waits, until it is given back', () => {
    const scene = setup();
    const { throttle } = scene;
    const caps = { personPerHour: 2, serverWaiting: 3 };
    const giveBack = [throttle.reserve(ANNA, caps), throttle.reserve(ANNA, caps)];
    expect(refusalOf(scene, ANNA, caps)).toMatchObject({ scope: 'person', kind: 'hour', limit: 2 });
    throttle.reserve(BEN, caps);
    expect(refusalOf(scene, BEN, caps)).toMatchObject({ scope: 'server', kind: 'waiting', limit: 3 });
    for (const release of [...giveBack, ...giveBack]) release();
    expect([refusalOf(scene, ANNA, caps), refusalOf(scene, BEN, caps)]).toEqual([undefined, undefined]);
  });

  test('is not kept for who was refused', () => {
    const scene = setup();
    const giveBack = scene.throttle.reserve(ANNA, { personWaiting: 1 });
    for (let tries = 0; tries < 3; tries++)
      expect(refusalOf(scene, ANNA, { personWaiting: 1 })).toMatchObject({ kind: 'waiting' });
    giveBack();
    expect(refusalOf(scene, ANNA, { personWaiting: 1 })).toBe(undefined);
  });
});
