import { afterEach, describe, expect, test } from '@jest/globals';
import type { InteractionHandle } from '../../src/simulator/discord/index.ts';
import { errors } from '../../src/simulator/infermatic/index.ts';
import { openPanel, save } from '../support/panel.ts';
import { type LineWorld, NOTICE_WAIT, press, shown, shows, startLine, timeIn, WINDOW_MS } from './in-line.ts';
import { ask, buttonsOf, completions, createHome, finished, prompts, replyTo, use, waitForApi } from './scene.ts';

const MINUTE_MS = 60_000;
const RENEWAL_MS = 10_000;

let line: LineWorld;

afterEach(async () => {
  expect(line.log.filter(({ level }) => level === 'error')).toEqual([]);
  await line.end();
});

describe('who has to wait', () => {
  test('sees place and time, both renewed as the line changes, until the answer begins', async () => {
    line = await startLine({ configured: 2 });
    const [hers, his, mias] = [
      line.room(),
      line.home.bob.in(line.home.newChannel()),
      line.home.mia.in(line.home.newChannel()),
    ];
    await ask(hers, 'one');
    await ask(hers, 'two');
    const [firstAt = 0, secondAt = 0] = completions(line.api).map(({ at }) => at);

    const bob = await line.askInLine(his, 'three');
    expect(shown(bob)).toMatch(/^> three\n-# You are next: your answer should begin <t:\d+:R>\.$/);
    expect(Math.abs(timeIn(shown(bob)) - firstAt - WINDOW_MS)).toBeLessThan(2_000);
    expect(bob.messages().map(buttonsOf)).toEqual([['Stop']]);

    const alice = await line.askInLine(hers, 'four');
    expect(shown(alice)).toMatch(/^> four\n-# You are number 2 in line: your answer should begin <t:\d+:R>\.$/);
    expect(Math.abs(timeIn(shown(alice)) - secondAt - WINDOW_MS)).toBeLessThan(2_000);

    // Mia has asked less than Alice.
    const mia = await line.askInLine(mias, 'five');
    expect(shown(mia)).toContain('You are number 2 in line');
    line.clock.skip(RENEWAL_MS);
    await shows(alice, 'You are number 3 in line');
    expect(timeIn(shown(alice)) - timeIn(shown(mia))).toBeGreaterThan(MINUTE_MS - 5_000);

    await press(mias, mia.messages()[0] ?? '', 'Stop');
    const stopped = await finished(mia);
    expect(stopped.content).toBe('> five\nStopped before the first word.');
    expect(buttonsOf(stopped)).toEqual(['Retry']);
    line.clock.skip(RENEWAL_MS);
    await shows(alice, 'You are number 2 in line');

    line.api.next('Third.', 'Fourth.');
    line.clock.skip(WINDOW_MS);
    // Both start in one moment, and whose prompt is made sooner asks first.
    expect((await finished(bob)).content).toMatch(/^> three\n(Third|Fourth)\.$/);
    expect((await finished(alice)).content).toMatch(/^> four\n(Third|Fourth)\.$/);
    const asked = line.asked();
    expect(asked.slice(0, 2)).toEqual(['Alice: one', 'Alice: two']);
    expect(asked.slice(2).sort()).toEqual([
      expect.stringContaining('Alice: four'),
      expect.stringContaining('Bob: three'),
    ]);
    expect(line.refused()).toBe(0);
  });

  test('by a mention sees it in the reply to the message, and pings nobody', async () => {
    line = await startLine({ configured: 1 });
    await ask(line.room(), 'one');
    const here = line.home.bob.in(line.home.newChannel());
    const question = await here.post(`<@${line.discord.botUserId}> two`);
    await line.clock.skipWait(NOTICE_WAIT);
    const waiting = await replyTo(here, question.id, ({ content }) => content !== '');
    expect(waiting).toMatchObject({
      content: expect.stringMatching(/^-# You are next: your answer should begin <t:\d+:R>\.$/),
      mentions: { userIds: [], roleIds: [], everyone: false },
    });
    line.api.next('Second.');
    line.clock.skip(WINDOW_MS);
    const reply = await replyTo(here, question.id);
    expect([reply.id, reply.content]).toEqual([waiting.id, 'Second.']);
  });

  test('gives the place up when the message is deleted', async () => {
    line = await startLine({ configured: 1 });
    await ask(line.room(), 'one');
    const here = line.home.bob.in(line.home.newChannel());
    const question = await here.post(`<@${line.discord.botUserId}> two`);
    await line.clock.skipWait(NOTICE_WAIT);
    const alice = await line.askInLine(line.room(), 'three');
    expect(shown(alice)).toContain('You are number 2 in line');
    await here.delete(question);
    await here.waitFor((messages) => messages.find(({ content }) => content === 'Stopped before the first word.'));
    line.clock.skip(WINDOW_MS);
    await finished(alice);
    expect(line.asked()).toEqual(['Alice: one', 'Alice: three']);
  });

  test('gives the place up when the history is cleared, and leaves nothing of the question', async () => {
    line = await startLine({ configured: 1 });
    await ask(line.room(), 'one');
    const channel = line.home.newChannel();
    const waiting = await line.askInLine(line.home.bob.in(channel), 'two');
    const mia = line.home.mia.in(channel);
    await press(mia, await use(mia, 'history clear'), 'Forget all');
    expect((await finished(waiting)).content).toBe('> two\nStopped before the first word.');
    expect((await use(mia, 'history show')).content).toBe('I remember nothing of this conversation yet.');
    line.clock.skip(WINDOW_MS);
    await ask(mia, 'three');
    expect(line.asked()).toEqual(['Alice: one', 'Mia: three']);
  });

  test('after a restart of the bot can ask again where the question stands', async () => {
    line = await startLine({ configured: 1 });
    await ask(line.room(), 'one');
    const here = line.home.bob.in(line.home.newChannel());
    const waiting = await line.askInLine(here, 'two');
    const stopping = line.stop();
    await line.clock.skipWait({ fromMs: 20_000, toMs: 20_000 });
    await stopping;
    const interrupted = await finished(waiting);
    expect(interrupted.content).toBe('> two\nInterrupted by a restart of the bot. Press Retry for a new reply.');
    expect(buttonsOf(interrupted)).toEqual(['Retry']);
    expect(line.asked()).toEqual(['Alice: one']);
  });
});

test('whoever has asked least goes first', async () => {
  line = await startLine({ configured: 1 });
  const hers = Array.from({ length: 4 }, line.room);
  const waiting: InteractionHandle[] = [];
  const [first, ...others] = hers;
  if (first) await ask(first, 'one');
  for (const [index, here] of others.entries()) waiting.push(await line.askInLine(here, `${index + 2}`));
  waiting.splice(1, 0, await line.askInLine(line.home.bob.in(line.home.newChannel()), 'mine'));
  for (let count = 2; count <= 5; count++) {
    line.clock.skip(WINDOW_MS);
    await line.answered(count);
  }
  await Promise.all(waiting.map(finished));
  expect(line.asked()).toEqual(['Alice: one', 'Bob: mine', 'Alice: 2', 'Alice: 3', 'Alice: 4']);
  expect(line.refused()).toBe(0);
});

test('reads what was said while it waited', async () => {
  line = await startLine({ configured: 1 });
  const channel = line.home.newChannel();
  line.api.next('First.', 'Second.', 'Third.');
  await ask(line.home.alice.in(channel), 'one');
  const bob = await line.askInLine(line.home.bob.in(channel), 'two');
  const mia = await line.askInLine(line.home.mia.in(channel), 'three');
  for (const waiting of [bob, mia]) {
    line.clock.skip(WINDOW_MS);
    await finished(waiting);
  }
  expect(prompts(line.api).at(-1)).toEqual([
    'user: Alice: one',
    'assistant: First.',
    'user: Bob: two',
    'assistant: Second.',
    'user: Mia: three',
  ]);
});

describe('the limit that the API tells', () => {
  test('lets more start at once than were configured, and no more than that', async () => {
    line = await startLine({ configured: 2, granted: 5 });
    await ask(line.room(), 'one');
    await Promise.all(['two', 'three', 'four', 'five'].map((prompt) => ask(line.room(), prompt)));
    const sixth = await line.askInLine(line.room(), 'six');
    expect([completions(line.api).length, line.refused()]).toEqual([5, 0]);
    line.clock.skip(WINDOW_MS);
    await finished(sixth);
    expect(line.refused()).toBe(0);
  });

  test('keeps back what was configured too high, before anything is refused', async () => {
    line = await startLine({ configured: 1_000, granted: 2 });
    await ask(line.room(), 'one');
    await ask(line.room(), 'two');
    const third = await line.askInLine(line.room(), 'three');
    line.clock.skip(WINDOW_MS);
    await finished(third);
    expect(line.refused()).toBe(0);
  });
});

describe('a 429', () => {
  test('shuts the line for as long as the API says; then all are answered with no other', async () => {
    // Headers do not get through, so only the refusal tells that the key may do two.
    line = await startLine({ configured: 10, granted: 2, forwardsHeaders: false });
    await ask(line.room(), 'one');
    await ask(line.room(), 'two');
    const third = await line.askInLine(line.room(), 'three');
    expect(line.refused()).toBe(1);
    const refusedAt = completions(line.api).at(-1)?.at ?? 0;
    expect(Math.abs(timeIn(shown(third)) - refusedAt - MINUTE_MS)).toBeLessThan(2_000);
    const fourth = await line.askInLine(line.home.bob.in(line.home.newChannel()), 'four');
    const fifth = await line.askInLine(line.room(), 'five');

    line.clock.skip(WINDOW_MS);
    await Promise.all([finished(third), finished(fourth)]);
    line.clock.skip(WINDOW_MS);
    await finished(fifth);
    expect([completions(line.api).length, line.refused()]).toEqual([6, 1]);
  });

  const cases: [string, number | string | null, { fromMs: number; toMs: number }][] = [
    ['names no time: until the minute is over', null, { fromMs: 59_000, toMs: WINDOW_MS }],
    ['names nonsense: the same', 'soon', { fromMs: 59_000, toMs: WINDOW_MS }],
    ['names a time that has passed: a second', 0, { fromMs: 900, toMs: 1_000 }],
  ];

  test.each(cases)('that %s', async (_, retryAfter, wait) => {
    line = await startLine({ configured: 100 });
    line.api.next(errors.rateLimited(retryAfter), 'Here I am.');
    const interaction = await line.room().slash('ask', { prompt: 'hello' });
    await waitForApi(line.api, () => line.refused() === 1);
    await line.clock.skipWait(wait);
    expect((await finished(interaction)).content).toBe('> hello\nHere I am.');
    expect([completions(line.api).length, line.refused()]).toEqual([2, 1]);
  });

  test('that names an hour: two minutes', async () => {
    line = await startLine({ configured: 100 });
    line.api.next(errors.rateLimited(3_600), 'Here I am.');
    const interaction = await line.room().slash('ask', { prompt: 'hello' });
    await waitForApi(line.api, () => line.refused() === 1);
    // In between the line wakes up once, because its limit recovers by one a minute.
    for (let minute = 1; minute <= 2; minute++) {
      expect(completions(line.api).length).toBe(1);
      await line.clock.skipWait({ fromMs: 59_000, toMs: MINUTE_MS });
    }
    expect((await finished(interaction)).content).toBe('> hello\nHere I am.');
    expect([completions(line.api).length, line.refused()]).toEqual([2, 1]);
  });

  test('that comes again and again is told, with Retry', async () => {
    line = await startLine({ configured: 100 });
    line.api.next(...[7, 7, 7].map((seconds) => errors.rateLimited(seconds)), 'Here I am.');
    const here = line.room();
    const interaction = await here.slash('ask', { prompt: 'hello' });
    for (let count = 1; count <= 2; count++) {
      await waitForApi(line.api, () => line.refused() === count);
      await line.clock.skipWait({ fromMs: 6_000, toMs: 7_000 });
    }
    const failed = await finished(interaction);
    expect(failed.content).toBe('> hello\nThe API is at its limit of requests. Try again in 7 seconds.');
    await press(here, failed, 'Retry');
    await line.clock.skipWait({ fromMs: 6_000, toMs: 7_000 });
    await here.waitFor((messages) => messages.find(({ content }) => content === '> hello\nHere I am.'));
  });
});

describe('the limits that an admin sets', () => {
  async function setLimits(limits: Record<string, string>): Promise<void> {
    const here = line.newAdmin().in(line.home.newChannel());
    await save(here, await openPanel(here, 'Limits'), ['Change limits', limits]);
  }

  test('of questions that wait are told with the time at which there is room, in this server alone', async () => {
    line = await startLine({ configured: 1 });
    await setLimits({ personWaiting: '1' });
    const here = line.room();
    await ask(here, 'one');
    const waiting = await line.askInLine(here, 'two');
    const startsAt = timeIn(shown(waiting));

    const told = (await ask(here, 'three')).content;
    expect(told).toMatch(
      /^You have 1 question waiting already, as many as this server allows each person\. It works again <t:\d+:R>\.$/,
    );
    expect(Math.abs(timeIn(told) - startsAt)).toBeLessThan(2_000);
    const question = await here.post(`<@${line.discord.botUserId}> three`);
    expect((await replyTo(here, question.id)).content).toBe(told);

    const other = createHome(line.discord);
    other.guild.join(line.home.alice);
    await line.askInLine(line.home.alice.in(other.newChannel()), 'elsewhere');
    await line.askInLine(line.home.bob.in(line.home.newChannel()), 'mine');

    line.clock.skip(WINDOW_MS);
    await line.answered(2);
    expect(line.asked()).toEqual(['Alice: one', 'Bob: mine']);
    line.clock.skip(WINDOW_MS);
    await finished(waiting);
    await line.askInLine(here, 'three');
  });

  test('of a whole server hold for all its members together', async () => {
    line = await startLine({ configured: 1 });
    await setLimits({ serverWaiting: '1' });
    await ask(line.room(), 'one');
    await line.askInLine(line.room(), 'two');
    expect((await ask(line.home.bob.in(line.home.newChannel()), 'mine')).content).toMatch(
      /^This server has 1 question waiting already, as many as its admins allow\. It works again <t:\d+:R>\.$/,
    );
    const dm = line.home.bob.in(await line.home.bob.openDm());
    expect(shown(await line.askInLine(dm, 'in private'))).toContain('You are next');
  });

  test('of questions in an hour hold until the oldest is an hour old', async () => {
    line = await startLine({ configured: 100 });
    await setLimits({ personPerHour: '2', serverPerHour: '3' });
    const here = line.room();
    await ask(here, 'one');
    const firstAt = completions(line.api)[0]?.at ?? 0;
    await ask(here, 'two');
    const told = (await ask(here, 'three')).content;
    expect(told).toContain('You have asked 2 questions within the last hour');
    expect(Math.abs(timeIn(told) - firstAt - 60 * MINUTE_MS)).toBeLessThan(2_000);
    const his = line.home.bob.in(line.home.newChannel());
    await ask(his, 'mine');
    expect((await ask(his, 'mine again')).content).toContain('This server has asked 3 questions within the last hour');
    line.clock.skip(60 * MINUTE_MS);
    expect((await ask(here, 'four')).content).toMatch(/^> four\n/);
  });

  test('hold for Retry, whose button stays for later', async () => {
    line = await startLine({ configured: 50 });
    await setLimits({ personPerHour: '1' });
    const here = line.room();
    line.api.next(errors.badRequest('no such template'), 'Here I am.');
    const failed = await ask(here, 'hello');
    const pressed = await here.click(failed, 'Retry');
    const told = await pressed.waitFor((messages) => messages.find(({ ephemeral, loading }) => ephemeral && !loading));
    expect(told.content).toContain('You have asked 1 question within the last hour');
    const stands = await here.waitFor((messages) => messages.find((one) => buttonsOf(one).includes('Retry')));
    expect(stands).toMatchObject({ id: failed.id, content: failed.content, components: failed.components });
    expect(completions(line.api)).toHaveLength(1);
    line.clock.skip(60 * MINUTE_MS);
    await press(here, stands, 'Retry');
    await here.waitFor((messages) => messages.find(({ content }) => content === '> hello\nHere I am.'));
  });

  test('hold for questions that come all at once', async () => {
    line = await startLine({ configured: 1 });
    await setLimits({ personPerHour: '2' });
    const answers = ['one', 'two', 'three', 'four', 'five'].map(async (prompt) => {
      const interaction = await line.room().slash('ask', { prompt });
      return interaction.waitFor(([message]) => message?.content || undefined);
    });
    await line.clock.skipWait(NOTICE_WAIT);
    const refusals = (await Promise.all(answers)).filter((content) => content.includes('allows each person'));
    expect(refusals).toHaveLength(3);
  });
});
