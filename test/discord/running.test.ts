import { beforeEach, describe, expect, test } from '@jest/globals';
import { TurnStopped } from '../../src/chat/stop.ts';
import { UserError } from '../../src/core/errors.ts';
import { createRunningReplies, type RunningReplies, type RunningReply } from '../../src/discord/running.ts';
import { FakeClock, settle } from '../support/fake-clock.ts';

const GRACE_MS = 20_000;

let clock: FakeClock;
let running: RunningReplies;
let log: string[];

beforeEach(() => {
  clock = new FakeClock();
  running = createRunningReplies({ clock });
  log = [];
});

const reply = (replyId: string): RunningReply => ({
  replyId,
  ownerId: 'anna',
  conversationId: 'room',
  userMessageId: `question-${replyId}`,
  messageIds: [`message-${replyId}`],
});

/** Begins a reply that takes `ms`, or until it is stopped, and then `lastEditMs` for its last edit. */
function begin(replyId: string, { ms = Infinity, lastEditMs = 0 } = {}): Promise<void> {
  return running.run(reply(replyId), async (signal) => {
    try {
      await clock.sleep(ms, { signal });
      log.push(`${replyId} ended at ${clock.now()}`);
    } catch (error) {
      const by = error instanceof TurnStopped ? error.by : String(error);
      log.push(`${replyId} stopped by ${by} at ${clock.now()}`);
    }
    if (lastEditMs === 0) return;
    await clock.sleep(lastEditMs);
    log.push(`${replyId} shown at ${clock.now()}`);
  });
}

async function shutDown(): Promise<void> {
  await running.shutDown({ graceMs: GRACE_MS });
  log.push(`shut down at ${clock.now()}`);
}

describe('stopping', () => {
  test('ends that reply and no other', async () => {
    const first = begin('first');
    void begin('second', { ms: 100 });
    running.stop('first');
    await first;
    await clock.advance(100);
    expect(log).toEqual(['first stopped by member at 0', 'second ended at 100']);
  });

  test('finds a reply by the message that it answers', async () => {
    void begin('first');
    void begin('second', { ms: 100 });
    expect(await running.stopAll(({ userMessageId }) => userMessageId === 'question-first')).toEqual(['message-first']);
    await clock.advance(100);
    expect(log).toEqual(['first stopped by member at 0', 'second ended at 100']);
  });

  test('what does not run is harmless', async () => {
    void begin('first', { ms: 100 });
    running.stop('unknown');
    expect(await running.stopAll(() => false)).toEqual([]);
    await clock.advance(100);
    running.stop('first');
    await settle();
    expect(log).toEqual(['first ended at 100']);
  });
});

test('the end of a reply can be waited for once its last edit is on its way', async () => {
  let finish = () => {};
  const first = running.run(reply('first'), async (_, onEnding) => {
    await clock.sleep(100);
    onEnding();
    await new Promise<void>((resolve) => {
      finish = resolve;
    });
  });
  expect(running.endOf('first')).toBe(undefined);
  await clock.advance(100);
  const ended = running.endOf('first')?.then(() => log.push('waited for the end'));
  await settle();
  expect(log).toEqual([]);
  finish();
  await Promise.all([first, ended]);
  expect(log).toEqual(['waited for the end']);
  expect(running.endOf('first')).toBe(undefined);
});

describe('finding', () => {
  test('sees a reply as long as it runs', async () => {
    const find = () => running.find(({ userMessageId }) => userMessageId === 'question-first');
    void begin('first', { ms: 100, lastEditMs: 50 });
    expect(find()).toEqual(reply('first'));
    await clock.advance(149);
    expect(find()).toEqual(reply('first'));
    await clock.advance(1);
    expect(find()).toEqual(undefined);
  });

  test('forgets a reply that failed, and its caller hears of it', async () => {
    const failing = running.run(reply('first'), () => Promise.reject(new Error('the store is full')));
    await expect(failing).rejects.toEqual(new Error('the store is full'));
    expect(running.find(() => true)).toEqual(undefined);
  });
});

describe('shutting down', () => {
  test('is over at once when nothing runs', async () => {
    await shutDown();
    expect(log).toEqual(['shut down at 0']);
    expect(clock.sleeping).toBe(0);
  });

  test('lets replies end by themselves within the grace, last edit included', async () => {
    void begin('first', { ms: 5_000 });
    void begin('second', { ms: 10_000, lastEditMs: 60 });
    void shutDown();
    await clock.advance(GRACE_MS);
    expect(log).toEqual([
      'first ended at 5000',
      'second ended at 10000',
      'second shown at 10060',
      'shut down at 10060',
    ]);
    expect(clock.sleeping).toBe(0);
  });

  test('ends those that take longer, and waits for their last edits', async () => {
    void begin('short', { ms: 5_000 });
    void begin('long', { lastEditMs: 5_500 });
    void shutDown();
    await clock.advance(GRACE_MS + 5_499);
    expect(log).toEqual(['short ended at 5000', `long stopped by shutdown at ${GRACE_MS}`]);
    await clock.advance(1);
    expect(log.slice(2)).toEqual(['long shown at 25500', 'shut down at 25500']);
  });

  test('is not held up by a reply that fails', async () => {
    const failing = running.run(reply('first'), async () => {
      await clock.sleep(1_000);
      throw new Error('the store is full');
    });
    const outcome = expect(failing).rejects.toEqual(new Error('the store is full'));
    void shutDown();
    await clock.advance(1_000);
    await outcome;
    expect(log).toEqual(['shut down at 1000']);
  });

  test('still lets members stop their replies', async () => {
    void begin('first');
    void shutDown();
    await clock.advance(1_000);
    running.stop('first');
    await clock.advance(0);
    expect(log).toEqual(['first stopped by member at 1000', 'shut down at 1000']);
  });

  test('refuses new replies, and says why', async () => {
    void shutDown();
    const refusal = await begin('late').catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(UserError);
    expect(refusal).toMatchObject({
      kind: 'unavailable',
      message: 'The bot is restarting. Please try again in a minute.',
    });
    expect(running.find(() => true)).toEqual(undefined);
  });
});
