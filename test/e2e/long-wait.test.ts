import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Here, Permission, type ShownMessage } from '../../src/simulator/discord/index.ts';
import { type LineWorld, NOTICE_WAIT, press, shows, startLine, WINDOW_MS } from './in-line.ts';
import { ask, buttonsOf, completions, finished, growing, isFinished, replyTo } from './scene.ts';

/** Discord keeps a command open for 15 minutes; the bot is careful. */
const LONG_WAIT_MS = 14 * 60_000;
const RENEWAL_MS = 10_000;
const MOVED =
  '-# This takes longer than Discord keeps a command open: it goes on in a message of its own in this channel.';
const LATE =
  'The wait was longer than the 15 minutes for which Discord keeps a command open. Press Retry to stand in line again.';
const NOBODY = { userIds: [], roleIds: [], everyone: false };

let line: LineWorld;
let here: Here;

beforeEach(async () => {
  line = await startLine({ configured: 1 });
  here = line.home.mia.in(line.home.newChannel());
  await ask(line.room(), 'one');
  await line.askInLine(line.home.bob.in(line.home.newChannel()), 'two');
});
afterEach(async () => {
  expect(line.log.filter(({ level }) => level === 'error')).toEqual([]);
  await line.end();
});

const says = (content: string) => (message: ShownMessage) => isFinished(message) && message.content === content;

/** After it one more is in line still, because the budget of the minute went to the other. */
async function waitLong(ms = LONG_WAIT_MS): Promise<void> {
  const before = completions(line.api).length;
  line.clock.skip(ms);
  await line.answered(before + 1);
}

test('a public question in line is told so, and answered by a message of its own that mentions nobody', async () => {
  const waiting = await line.askInLine(here, 'three');
  await waitLong();
  expect(await shows(waiting, MOVED)).toMatchObject({ components: [] });
  line.api.next('Third.', 'Fourth.');
  line.clock.skip(WINDOW_MS);
  const reply = await here.waitFor((messages) => messages.find(says('> three\nThird.')));
  expect(reply).toMatchObject({ ephemeral: false, mentions: NOBODY, components: [] });
  expect(here.messages().map(({ content }) => content)).toEqual([`> three\n${MOVED}`, '> three\nThird.']);
  const next = await line.askInLine(here, 'four');
  line.clock.skip(WINDOW_MS);
  expect((await finished(next)).content).toBe('> four\nFourth.');
});

test('it can still be stopped, and asked again in its new place', async () => {
  const waiting = await line.askInLine(here, 'three');
  await waitLong();
  await shows(waiting, MOVED);
  line.clock.skip(RENEWAL_MS);
  const inLine = await here.waitFor((messages) => messages.find((message) => buttonsOf(message).includes('Stop')));
  await press(here, inLine, 'Stop');
  const stopped = await here.waitFor((messages) => messages.find(says('> three\nStopped before the first word.')));
  line.api.next('Third.');
  await press(here, stopped, 'Retry');
  line.clock.skip(WINDOW_MS);
  const reply = await here.waitFor((messages) => messages.find(says('> three\nThird.')));
  expect(reply.id).toBe(stopped.id);
});

test('a private question in line ends with a sentence, and Retry stands in line again', async () => {
  const waiting = await line.askInLine(here, 'three', { private: true });
  await waitLong();
  const late = await finished(waiting);
  expect([late.content, buttonsOf(late)]).toEqual([`> three\n${LATE}`, ['Retry']]);
  line.api.next('Third.');
  await press(here, late, 'Retry');
  await line.clock.skipWait(NOTICE_WAIT);
  await shows(here, 'You are next');
  line.clock.skip(WINDOW_MS);
  const reply = await here.waitFor((messages) => messages.find(says('> three\nThird.')));
  expect([reply.id, reply.ephemeral]).toEqual([late.id, true]);
});

describe('a public question', () => {
  const { ViewChannel, SendMessages, SendMessagesInThreads } = Permission;
  const inThread = async () => line.home.mia.in(await here.startThread({ name: 'aside' }));

  test.each([
    ['in a channel, with no right to write', async () => here, ViewChannel],
    ['in a channel, with the right to write in threads alone', async () => here, ViewChannel | SendMessagesInThreads],
    ['in a thread, with the right to write in channels alone', inThread, ViewChannel | SendMessages],
  ])('where the bot itself may not write ends with the same sentence: %s', async (_, findPlace, rights) => {
    const place = await findPlace();
    line.home.guild.setBotPermissions(rights);
    const waiting = await line.askInLine(place, 'three');
    await waitLong();
    const late = await finished(waiting);
    expect([late.content, buttonsOf(late)]).toEqual([`> three\n${LATE}`, ['Retry']]);
  });

  test('in a thread is answered by a message of its own with the right to write in threads alone', async () => {
    const thread = await inThread();
    line.home.guild.setBotPermissions(ViewChannel | SendMessagesInThreads);
    const waiting = await line.askInLine(thread, 'three');
    await waitLong();
    await shows(waiting, MOVED);
    line.api.next('Third.');
    line.clock.skip(WINDOW_MS);
    await thread.waitFor((messages) => messages.find(says('> three\nThird.')));
  });
});

test('a mention has no such limit', async () => {
  const question = await here.post(`<@${line.discord.botUserId}> three`);
  await line.clock.skipWait(NOTICE_WAIT);
  await shows(here, 'your answer should begin');
  await waitLong();
  line.api.next('Third.');
  line.clock.skip(WINDOW_MS);
  expect((await replyTo(here, question.id)).content).toBe('Third.');
  expect(here.messages()).toHaveLength(2);
});

test('a private Retry that waits as long ends with the same sentence', async () => {
  const waiting = await line.askInLine(here, 'three', { private: true });
  await waitLong();
  const late = await finished(waiting);
  await line.askInLine(line.home.bob.in(line.home.newChannel()), 'four');
  await press(here, late, 'Retry');
  await line.clock.skipWait(NOTICE_WAIT);
  await shows(here, 'your answer should begin');
  await waitLong();
  const again = await here.waitFor((messages) => messages.find(says(`> three\n${LATE}`)));
  expect(buttonsOf(again)).toEqual(['Retry']);
});

test('a public answer that is being written goes on in its message', async () => {
  const waiting = await line.askInLine(here, 'three');
  await waitLong(LONG_WAIT_MS - WINDOW_MS - 15_000);
  line.api.next({ reply: ['Once ', 'upon ', 'a time.'], speed: { firstTokenMs: 0, tokensPerSecond: 1 / 20 } });
  line.clock.skip(WINDOW_MS);
  const { id } = await growing(waiting, 'Once');
  for (const text of ['Once upon', 'Once upon a time.']) {
    line.clock.skip(20_000);
    await growing(waiting, text);
  }
  const reply = await finished(waiting);
  expect([reply.id, reply.content]).toEqual([id, '> three\nOnce upon a time.']);
  expect(here.messages()).toHaveLength(1);
  const edits = line.discord.log.filter(
    ({ method, body }) => method === 'PATCH' && JSON.stringify(body).includes('Once'),
  );
  expect(edits.map(({ path }) => path.includes('/webhooks/'))).toEqual([true, false, false, false]);
});
