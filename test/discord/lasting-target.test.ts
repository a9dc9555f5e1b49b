import { beforeEach, expect, test } from '@jest/globals';
import type { ReplyControl } from '../../src/chat/reply-target.ts';
import { createLastingTarget } from '../../src/discord/lasting-target.ts';
import { createFakeTarget } from '../chat/fake-target.ts';
import { FakeClock } from '../support/fake-clock.ts';

const MINUTE_MS = 60_000;
const MOVING = '"> Why?\\n-… (117)"';

let clock: FakeClock;
let log: string[];
let ended: AbortController;

beforeEach(() => {
  clock = new FakeClock();
  log = [];
  ended = new AbortController();
});

function open({ mayWrite = true } = {}) {
  const targetOf = (name: string, reuse: string[] = []) =>
    createFakeTarget({
      clock,
      log: (line) => void log.push(`${clock.now() / MINUTE_MS} ${name} ${line}`),
      roundTripMs: 0,
      reuse,
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

test('where the bot may not write for itself the reply ends before Discord closes its place', async () => {
  const target = open({ mayWrite: false });
  await write(target.create(0, notice('You are number 9')));
  await clock.advance(20 * MINUTE_MS);
  await write(target.edit(0, text('The end')));
  expect(log).toEqual(['0 interaction create 0 "You are number 9"', '14 late', '20 interaction edit 0 "The end"']);
});
