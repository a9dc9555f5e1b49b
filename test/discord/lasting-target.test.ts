import { beforeEach, expect, test } from '@jest/globals';
import type { ReplyControl } from '../../src/chat/reply-target.ts';
import { createLastingTarget } from '../../src/discord/lasting-target.ts';
import { createFakeTarget } from '../chat/fake-target.ts';
import { FakeClock } from '../support/fake-clock.ts';

const MINUTE_MS = 60_000;
const MOVING = '"> Why?\\n-… (114)"';

let clock: FakeClock;
let log: string[];
let ended: AbortController;
/** The line of the log whose write fails. */
let refused: string | undefined;

beforeEach(() => {
  clock = new FakeClock();
  log = [];
  refused = undefined;
  ended = new AbortController();
});

function open({ mayWrite = true, roundTripMs = 0 } = {}) {
  const targetOf = (name: string, reuse: string[] = []) =>
    createFakeTarget({
      clock,
      log: (line) => void log.push(`${clock.now() / MINUTE_MS} ${name} ${line}`),
      roundTripMs,
      reuse,
      failWith: (line) => (log.at(-1) === refused && refused?.endsWith(line) ? new Error('refused') : undefined),
    });
  return createLastingTarget({
    interaction: targetOf('interaction'),
    channel: mayWrite
      ? { open: (reuse) => targetOf(`channel[${reuse.join()}]`, reuse), heading: '> Why?\n' }
      : undefined,
    closesAt: 15 * MINUTE_MS,
    onLate: () => void log.push(`${clock.now() / MINUTE_MS} late`),
    clock,
    signal: ended.signal,
  });
}

const controls: ReplyControl[] = [];
const text = (content: string) => ({ content, controls });
const notice = (content: string) => ({ content, controls, isNotice: true as const });

/** Fake targets answer on the clock. */
async function write(writing: Promise<void>): Promise<void> {
  await clock.advance(0);
  await writing;
}

test('a reply that ends in time stays in its interaction', async () => {
  const target = open();
  await write(target.create(0, text('Hello')));
  await write(target.edit(0, text('Hello there')));
  ended.abort();
  await clock.advance(20 * MINUTE_MS);
  expect(log).toEqual(['0 interaction create 0 "Hello"', '0 interaction edit 0 "Hello there"']);
});

test('what stands in line for 14 minutes is told so and comes as a new message', async () => {
  const target = open();
  const { messageIds } = target;
  await write(target.create(0, notice('You are number 9')));
  await clock.advance(14 * MINUTE_MS);
  expect([target.bucketOf('edit', 0), messageIds]).toEqual(['create', []]);
  await write(target.edit(0, notice('You are next')));
  await write(target.edit(0, text('Hello')));
  await write(target.create(1, text('World')));
  expect(log).toEqual([
    '0 interaction create 0 "You are number 9"',
    `14 interaction create 0 ${MOVING}`,
    '14 channel[] create 0 "You are next"',
    '14 channel[] edit 0 "Hello"',
    '14 channel[] create 1 "World"',
  ]);
  expect(target.messageIds).toBe(messageIds);
  expect(messageIds).toEqual(['m0', 'm1']);
});

test('what is being written goes on in its own messages', async () => {
  const target = open();
  await write(target.create(0, text('Hello')));
  await clock.advance(14 * MINUTE_MS);
  expect(target.bucketOf('edit', 0)).toBe('edit');
  await write(target.edit(0, text('Hello there')));
  await write(target.remove(0));
  expect(log).toEqual([
    '0 interaction create 0 "Hello"',
    '14 channel[m0] edit 0 "Hello there"',
    '14 channel[m0] remove 0',
  ]);
});

test('a part that is being created when it is time to move is not created again', async () => {
  const target = open({ roundTripMs: 500 });
  const first = target.create(0, text('Hello'));
  await clock.advance(14 * MINUTE_MS - 100);
  await first;
  const second = target.create(1, text('World'));
  await clock.advance(500);
  await second;
  const third = target.edit(1, text('World!'));
  await clock.advance(500);
  await third;
  expect(log.map((line) => line.replace(/^[\d.]+ /, ''))).toEqual([
    'interaction create 0 "Hello"',
    'interaction create 1 "World"',
    'channel[m0,m1] edit 1 "World!"',
  ]);
  expect(target.messageIds).toEqual(['m0', 'm1']);
});

test('what is written while it moves comes behind the notice', async () => {
  const target = open({ roundTripMs: 500 });
  const first = target.create(0, notice('You are number 9'));
  await clock.advance(14 * MINUTE_MS - 100);
  await first;
  const second = target.edit(0, notice('You are next'));
  await clock.advance(200);
  const third = target.edit(0, text('Hello'));
  await clock.advance(2_000);
  await Promise.all([second, third]);
  expect(log.map((line) => line.replace(/^[\d.]+ /, ''))).toEqual([
    'interaction create 0 "You are number 9"',
    'interaction edit 0 "You are next"',
    `interaction create 0 ${MOVING}`,
    'channel[] create 0 "Hello"',
  ]);
});

test('a write that Discord refuses keeps nothing back', async () => {
  const target = open();
  refused = '0 interaction create 0 "Hello"';
  const failing = expect(target.create(0, text('Hello'))).rejects.toThrow('refused');
  await clock.advance(0);
  await failing;
  await clock.advance(14 * MINUTE_MS);
  await write(target.create(0, text('Hello there')));
  expect(log).toEqual(['0 interaction create 0 "Hello"', '14 channel[] create 0 "Hello there"']);
});

test('where the bot may not write for itself the reply ends before Discord closes its place', async () => {
  const target = open({ mayWrite: false });
  await write(target.create(0, notice('You are number 9')));
  await clock.advance(20 * MINUTE_MS);
  await write(target.edit(0, text('The end')));
  expect(log).toEqual(['0 interaction create 0 "You are number 9"', '14 late', '20 interaction edit 0 "The end"']);
});
