import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createEditClock, type EditBucket } from '../../src/chat/edit-clock.ts';
import { FakeClock, settle } from '../support/fake-clock.ts';
import { createDiscordBucket, oneAtATime } from './discord-bucket.ts';

const KEY = 'PATCH /channels/1/messages/:id';
const ROUND_TRIP_MS = 60;
const WINDOW_MS = 5_000;

function setUp(options: { limit?: number; windowMs?: number; nextLegMs?: () => number } = {}) {
  const clock = new FakeClock();
  const editClock = createEditClock({ clock });
  const bucket = editClock.bucket(KEY);
  const discord = createDiscordBucket({ clock, editClock, key: KEY, ...options });
  return { clock, editClock, bucket, discord };
}

interface Written {
  updatesAt: number[];
  /** From the end of the text to the moment at which its last edit left. */
  lateMs: number;
}

/** A reply whose text grows from `startMs` to `endMs`: one request at a time, the first and the last of them urgent. */
async function writeReply(
  { clock, bucket, request }: { clock: FakeClock; bucket: EditBucket; request: () => Promise<void> },
  { startMs, endMs }: { startMs: number; endMs: number },
): Promise<Written> {
  const updatesAt: number[] = [];
  const release = bucket.keepSlot();
  await clock.sleep(startMs);
  const ending = new AbortController();
  const ended = clock.sleep(endMs - startMs).then(() => ending.abort());
  const send = (signal?: AbortSignal) => {
    const edit = () => {
      updatesAt.push(clock.now());
      return request();
    };
    return bucket.send(edit, { urgent: updatesAt.length === 0, signal });
  };
  while (!ending.signal.aborted) await send(ending.signal).catch(() => {});
  await ended;
  let lateMs = 0;
  await bucket.send(
    () => {
      lateMs = clock.now() - endMs;
      return request();
    },
    { urgent: true },
  );
  release();
  return { updatesAt, lateMs };
}

test('the edits of one reply are spread evenly over each window, and its last one leaves at once', async () => {
  const { clock, bucket, discord } = setUp();
  const writing = writeReply({ clock, bucket, request: discord.request }, { startMs: 0, endMs: 8_000 });
  await clock.advance(10_000);
  expect({ ...(await writing), sentAt: discord.sentAt, refusedAt: discord.refusedAt }).toEqual({
    updatesAt: [0, 1_265, 2_530, 3_795, 5_060, 6_325, 7_590],
    lateMs: 0,
    sentAt: [0, 1_265, 2_530, 3_795, 5_060, 6_325, 7_590, 8_000],
    refusedAt: [],
  });
});

const sideBySide = (request: () => Promise<void>) => request;
const buckets = [
  { name: 'with requests side by side', wrap: sideBySide },
  { name: 'with one request at a time', wrap: oneAtATime },
];

test.each(buckets.flatMap(({ name, wrap }) => [1, 2, 3, 4, 5, 6, 7, 8].map((replies) => ({ name, wrap, replies }))))(
  '$replies replies in one bucket $name: none refused, none starved, none ends late',
  async ({ wrap, replies }) => {
    const { clock, bucket, discord } = setUp();
    const request = wrap(discord.request);
    const writing = Promise.all(
      Array.from({ length: replies }, (_, index) => {
        const startMs = index * 700;
        return writeReply({ clock, bucket, request }, { startMs, endMs: startMs + 30_000 });
      }),
    );
    await clock.advance(60_000);
    const written = await writing;
    expect(discord.refusedAt).toEqual([]);
    for (const { updatesAt, lateMs } of written) {
      expect(lateMs).toBeLessThanOrEqual(WINDOW_MS + ROUND_TRIP_MS);
      const gaps = updatesAt.slice(1).map((at, index) => at - (updatesAt[index] ?? 0));
      // Three slots of each window are for growing, the replies take them in turn, and first and last edits come before.
      expect(Math.max(...gaps)).toBeLessThanOrEqual((replies / 3 + 1) * (WINDOW_MS + ROUND_TRIP_MS));
    }
  },
);

test.each([
  { replies: 2, lateMs: [0, 0] },
  { replies: 3, lateMs: [0, 0, 1_560] },
  { replies: 7, lateMs: [0, 0, 1_560, 1_560, 1_560, 1_560, 1_560] },
  { replies: 8, lateMs: [0, 0, 1_560, 1_560, 1_560, 1_560, 1_560, 6_620] },
])('$replies replies that end in one moment share the kept-back slots, then the next window', async (expected) => {
  const { clock, bucket, discord } = setUp();
  const releases = Array.from({ length: expected.replies }, () => bucket.keepSlot());
  const updating = Promise.all(
    Array.from({ length: 9 }, () => bucket.send(discord.request, { urgent: false }).catch(() => {})),
  );
  await clock.advance(3_500);
  const lateMs: number[] = [];
  const ends = releases.map((release) =>
    bucket
      .send(
        () => {
          lateMs.push(clock.now() - 3_500);
          return discord.request();
        },
        { urgent: true },
      )
      .finally(release),
  );
  await clock.advance(20_000);
  await Promise.all([...ends, updating]);
  expect({ lateMs, refusedAt: discord.refusedAt }).toEqual({ lateMs: expected.lateMs, refusedAt: [] });
});

test('urgent requests go before updates, updates among themselves first come first served', async () => {
  const { clock, bucket } = setUp();
  const log: string[] = [];
  const send = (name: string, urgent: boolean) =>
    bucket.send(() => Promise.resolve(void log.push(`${clock.now()} ${name}`)), { urgent });
  const sent = [
    ...['a', 'b', 'c', 'd', 'e', 'f'].map((name) => send(name, false)),
    ...['U', 'V', 'W'].map((name) => send(name, true)),
  ];
  await clock.advance(20_000);
  await Promise.all(sent);
  expect(log).toEqual(['0 a', '0 U', '0 V', '0 W', '2500 b', '5000 c', '6000 d', '7000 e', '8000 f']);
});

test('a reply that was not served yet goes before one that asks again', async () => {
  const { clock, bucket } = setUp();
  const log: string[] = [];
  const writers = new Map(['a', 'b', 'c'].map((name) => [name, { name }]));
  const update = (name: string) =>
    bucket.send(() => Promise.resolve(void log.push(name)), { urgent: false, writer: writers.get(name) ?? {} });
  const sent = [update('a')];
  await clock.advance(10);
  for (const name of ['a', 'a', 'b', 'c', 'b']) sent.push(update(name));
  await clock.advance(20_000);
  await Promise.all(sent);
  expect(log).toEqual(['a', 'b', 'c', 'a', 'b', 'a']);
});

test('slots kept back for several replies and not needed serve the others just before the window ends', async () => {
  const { clock, bucket } = setUp();
  const releases = [bucket.keepSlot(), bucket.keepSlot()];
  const sentAt: number[] = [];
  const sent = Array.from({ length: 6 }, () =>
    bucket.send(() => Promise.resolve(void sentAt.push(clock.now())), { urgent: false }),
  );
  await clock.advance(5_000);
  await Promise.all(sent);
  for (const release of releases) release();
  expect(sentAt).toEqual([0, 1_667, 3_334, 4_750, 4_875, 5_000]);
});

test('an aborted wait rejects with the reason, costs no slot and lets the next one through', async () => {
  const { clock, bucket, discord } = setUp({ limit: 1 });
  await Promise.all([bucket.send(discord.request, { urgent: true }), clock.advance(60)]);
  const log: string[] = [];
  const aborted = new AbortController();
  const send = (name: string, options: { urgent: boolean; signal?: AbortSignal }) =>
    bucket
      .send(() => Promise.resolve(void log.push(`${clock.now()} ${name}`)), options)
      .catch((error: unknown) => void log.push(`${clock.now()} ${name} ${String(error)}`));
  const waiting = [
    send('first', { urgent: true, signal: aborted.signal }),
    send('second', { urgent: false, signal: new AbortController().signal }),
  ];
  await clock.advance(100);
  aborted.abort('stopped');
  const late = send('third', { urgent: true, signal: aborted.signal });
  await clock.advance(10_000);
  await Promise.all([...waiting, late]);
  // An abort of what has left already changes nothing.
  expect(log).toEqual(['160 first stopped', '160 third stopped', '5060 second']);
});

const failures: { name: string; request: (clock: FakeClock) => Promise<void> }[] = [
  { name: 'fail at once', request: () => Promise.reject(new Error('refused')) },
  { name: 'fail after a while', request: (clock) => clock.sleep(300).then(() => Promise.reject(new Error('reset'))) },
  {
    name: 'fail after the window',
    request: (clock) => clock.sleep(15_000).then(() => Promise.reject(new Error('late'))),
  },
  { name: 'are answered without headers', request: (clock) => clock.sleep(60) },
];

test.each(failures)('the bucket goes on when all requests in flight $name', async ({ request }) => {
  const { clock, bucket, discord } = setUp();
  const outcomes = Promise.allSettled(
    Array.from({ length: 5 }, () => bucket.send(() => request(clock), { urgent: true })),
  );
  const next = bucket.send(discord.request, { urgent: true });
  const update = bucket.send(discord.request, { urgent: false });
  await clock.advance(30_000);
  await Promise.all([outcomes, next, update]);
  expect({ sent: discord.sentAt.length, isSoon: discord.sentAt.every((at) => at <= 20_000) }).toEqual({
    sent: 2,
    isSoon: true,
  });
});

test.each([
  { limit: 1, windowMs: 5_000, updatesAt: [0, 5_060, 10_120] },
  { limit: 2, windowMs: 5_000, updatesAt: [0, 5_060, 10_120] },
  {
    limit: 3,
    windowMs: 2_000,
    updatesAt: [0, 1_030, 2_060, 3_090, 4_120, 5_150, 6_180, 7_210, 8_240, 9_270, 10_300, 11_330],
  },
])('a bucket of $limit in $windowMs ms is filled and never overrun', async ({ limit, windowMs, updatesAt }) => {
  const { clock, bucket, discord } = setUp({ limit, windowMs });
  const writing = writeReply({ clock, bucket, request: discord.request }, { startMs: 0, endMs: 12_000 });
  await clock.advance(30_000);
  expect({ updatesAt: (await writing).updatesAt, refusedAt: discord.refusedAt }).toEqual({ updatesAt, refusedAt: [] });
});

test('a bucket of 30 lets a reply grow 29 times in a window', async () => {
  const { clock, bucket, discord } = setUp({ limit: 30 });
  const writing = writeReply({ clock, bucket, request: discord.request }, { startMs: 0, endMs: 5_059 });
  await clock.advance(30_000);
  const { updatesAt, lateMs } = await writing;
  expect({ updates: updatesAt.length, lateMs, refusedAt: discord.refusedAt }).toEqual({
    updates: 29,
    lateMs: 0,
    refusedAt: [],
  });
});

test.each([
  {
    name: 'a refusal with a long reset',
    observed: { limit: 5, remaining: 0, resetAfterMs: 30_000 },
    at: [30_000, 30_000, 30_000],
  },
  { name: 'a smaller limit', observed: { limit: 2, remaining: 0, resetAfterMs: 700 }, at: [700, 700, 5_700] },
  { name: 'a larger limit', observed: { limit: 50, remaining: 49, resetAfterMs: 700 }, at: [0, 0, 0] },
])('$name counts from the moment at which it is told', async ({ observed, at }) => {
  const { clock, editClock, bucket } = setUp();
  editClock.observe(KEY, observed);
  const sentAt: number[] = [];
  const sent = [1, 2, 3].map(() => bucket.send(() => Promise.resolve(void sentAt.push(clock.now())), { urgent: true }));
  await clock.advance(40_000);
  await Promise.all(sent);
  expect(sentAt).toEqual(at);
});

test('what is told of another bucket changes nothing here', async () => {
  const { clock, editClock, bucket, discord } = setUp();
  editClock.observe('PATCH /channels/2/messages/:id', { limit: 1, remaining: 0, resetAfterMs: 60_000 });
  await Promise.all([bucket.send(discord.request, { urgent: true }), clock.advance(100)]);
  const other = editClock.bucket('PATCH /channels/2/messages/:id');
  await Promise.all([other.send(discord.request, { urgent: true }), clock.advance(100)]);
  expect(discord.sentAt).toEqual([0, 100]);
});

test('a kept slot that is released twice is one slot', async () => {
  const { clock, bucket, discord } = setUp();
  const [first] = [bucket.keepSlot(), bucket.keepSlot()];
  first?.();
  first?.();
  const updates = Array.from({ length: 5 }, () => bucket.send(discord.request, { urgent: false }));
  await clock.advance(5_059);
  expect(discord.sentAt).toHaveLength(4);
  await clock.advance(10_000);
  await Promise.all(updates);
});

test('a slot that is given back goes to the one who waits', async () => {
  const { clock, bucket, discord } = setUp();
  const release = bucket.keepSlot();
  const updates = Array.from({ length: 5 }, () => bucket.send(discord.request, { urgent: false }));
  await clock.advance(4_000);
  release();
  await Promise.all([...updates, clock.advance(2_000)]);
  expect(discord.sentAt).toEqual([0, 1_265, 2_530, 3_795, 4_428]);
});

test('the length of a window is remembered for one whose first answer is lost', async () => {
  const { clock, bucket, discord } = setUp({ limit: 1, windowMs: 10_000 });
  await Promise.all([bucket.send(discord.request, { urgent: true }), clock.advance(11_000)]);
  const lost = bucket.send(() => Promise.reject(new Error('reset')), { urgent: true });
  await expect(lost).rejects.toThrow('reset');
  await Promise.all([bucket.send(discord.request, { urgent: true }), clock.advance(20_000)]);
  expect(discord.sentAt).toEqual([0, 21_000]);
});

test('a bucket that nobody uses is forgotten, one in use is not', async () => {
  const clock = new FakeClock();
  const editClock = createEditClock({ clock });
  const used = {
    idle: editClock.bucket('idle'),
    kept: editClock.bucket('kept'),
    inFlight: editClock.bucket('inFlight'),
    waiting: editClock.bucket('waiting'),
  };
  used.kept.keepSlot();
  void used.inFlight.send(() => clock.sleep(1_000_000), { urgent: true });
  const forgotten = clock
    .sleep(60_000)
    .then(() => Object.entries(used).filter(([key, it]) => editClock.bucket(key) !== it));
  // Its turn comes in the very moment of the sweep.
  editClock.observe('waiting', { limit: 5, remaining: 0, resetAfterMs: 60_000 });
  const waiting = used.waiting.send(() => Promise.resolve(), { urgent: true });
  await Promise.all([used.idle.send(() => Promise.resolve(), { urgent: true }), waiting, clock.advance(60_000)]);
  expect(await forgotten).toEqual([['idle', used.idle]]);
});

test('an update into a window that others have opened is spread over what is left of it', async () => {
  const { clock, editClock, bucket, discord } = setUp();
  editClock.observe(KEY, { limit: 5, remaining: 3, resetAfterMs: 4_000 });
  await Promise.all([bucket.send(discord.request, { urgent: false }), clock.advance(4_000)]);
  expect(discord.sentAt).toEqual([250]);
});

test('whatever arrives when: nothing is refused, and all that is not aborted leaves', async () => {
  const arrival = fc.record({ atMs: fc.nat(30_000), urgent: fc.boolean(), abortAfterMs: fc.option(fc.nat(6_000)) });
  const scene = fc.record({
    limit: fc.integer({ min: 1, max: 6 }),
    windowMs: fc.constantFrom(1_000, 5_000),
    kept: fc.nat(6),
    arrivals: fc.array(arrival, { maxLength: 40 }),
    requests: fc.oneof(
      fc.record({ wrap: fc.constant(sideBySide), legsMs: fc.constantFrom([1], [30], [700]) }),
      // Answers that overtake each other would tell nothing of the order in which Discord counted.
      fc.record({ wrap: fc.constant(oneAtATime), legsMs: fc.array(fc.nat(700), { minLength: 1 }) }),
    ),
  });
  await fc.assert(
    fc.asyncProperty(scene, async ({ limit, windowMs, kept, arrivals, requests: { wrap, legsMs } }) => {
      let legs = 0;
      const nextLegMs = () => legsMs[legs++ % legsMs.length] ?? 0;
      const { clock, editClock, bucket, discord } = setUp({ limit, windowMs, nextLegMs });
      // The headers of an earlier request.
      editClock.observe(KEY, { limit, remaining: limit - 1, resetAfterMs: windowMs });
      await clock.advance(windowMs);
      for (let index = 0; index < kept; index++) bucket.keepSlot();
      const request = wrap(discord.request);
      const outcomes = Promise.all(
        arrivals.map(async ({ atMs, urgent, abortAfterMs }) => {
          await clock.sleep(atMs);
          const aborted = new AbortController();
          if (abortAfterMs !== null) void clock.sleep(abortAfterMs).then(() => aborted.abort('aborted'));
          return bucket.send(request, { urgent, signal: aborted.signal }).then(
            () => 'sent',
            (error: unknown) => error,
          );
        }),
      );
      await clock.advance(400_000);
      const outcome = await Promise.race([outcomes, settle().then(() => 'stuck')]);
      expect(outcome).not.toBe('stuck');
      expect(discord.refusedAt).toEqual([]);
      expect([...(outcome as string[])].filter((one) => one === 'sent')).toHaveLength(discord.sentAt.length);
      const mayAbort = arrivals.filter(({ abortAfterMs }) => abortAfterMs !== null).length;
      expect(discord.sentAt.length).toBeGreaterThanOrEqual(arrivals.length - mayAbort);
    }),
    { numRuns: 200 },
  );
});
