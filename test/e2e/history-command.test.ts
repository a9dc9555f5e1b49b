import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { errors } from '../../src/simulator/infermatic/index.ts';
import { type BotWorld, startBot } from '../support/bot.ts';
import {
  ask,
  buttonsOf,
  completions,
  createHome,
  finished,
  growing,
  type Home,
  isFinished,
  lastPrompt,
  say,
  use,
  waitForApi,
} from './scene.ts';

const MINUTE_MS = 60_000;
const SLOW = { reply: ['Once ', 'upon ', 'a time.'], speed: { firstTokenMs: 0, tokensPerSecond: 0.1 } };

let world: BotWorld;
let home: Home;

beforeAll(async () => {
  world = await startBot();
  home = createHome(world.discord);
});
afterAll(() => world.close());
afterEach(() => {
  world.api.clearLog();
  expect(world.log.filter(({ level }) => level === 'error')).toEqual([]);
});

describe('/history show', () => {
  test('lists the newest turns, to the person alone', async () => {
    const channel = home.newChannel();
    world.api.next('Four.', 'Hello,\nBob.', errors.paymentRequired());
    await ask(home.alice.in(channel), 'two and two?');
    await ask(home.bob.in(channel), 'hello');
    await ask(home.bob.in(channel), 'are you there?');
    const shown = await use(home.alice.in(channel), 'history show');
    expect(shown).toMatchObject({
      ephemeral: true,
      content: [
        '**5 messages** are remembered. The newest:',
        '> **Alice**: two and two?',
        '> **Dramatis**: Four.',
        '> **Bob**: hello',
        '> **Dramatis**: Hello, Bob.',
        '> **Bob**: are you there?',
      ].join('\n'),
    });
  });

  test('goes back ten turns, however long they are', async () => {
    const here = home.alice.in(home.newChannel());
    for (let turn = 1; turn <= 12; turn++) {
      world.api.next(`Reply ${turn} ${'long '.repeat(100)}`);
      await ask(here, `Question ${turn}`);
    }
    const interaction = await here.slash('history show');
    await interaction.waitFor((messages) => messages.find(({ content }) => content.includes('Reply 12')));
    const text = interaction
      .messages()
      .map(({ content }) => content)
      .join('\n');
    expect(text.match(/Question \d+/g)).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11, 12].map((turn) => `Question ${turn}`));
    expect(interaction.messages().every(({ ephemeral }) => ephemeral)).toBe(true);
  });

  test('of a channel without a conversation says so', async () => {
    const shown = await use(home.alice.in(home.newChannel()), 'history show');
    expect(shown.content).toBe('I remember nothing of this conversation yet.');
  });

  test('keeps the private conversation apart from the channel’s', async () => {
    const here = home.alice.in(home.newChannel());
    world.api.next('Open.', 'Secret.');
    await ask(here, 'in the open');
    await ask(here, 'in private', { private: true });
    expect((await use(here, 'history show')).content).toBe(
      '**2 messages** are remembered. The newest:\n> **Alice**: in the open\n> **Dramatis**: Open.',
    );
    expect((await use(here, 'history show', { private: true })).content).toBe(
      '**2 messages** are remembered. The newest:\n> **Alice**: in private\n> **Dramatis**: Secret.',
    );
    await use(here, 'history undo', { private: true });
  });
});

describe('/history undo', () => {
  test('forgets the person’s own last turn, and takes its reply away', async () => {
    const channel = home.newChannel();
    const here = home.alice.in(channel);
    world.api.next('One.', 'Two.', 'Three.');
    await ask(here, 'first');
    const undone = await ask(here, 'second');
    await ask(home.bob.in(channel), 'third');
    const told = await use(here, 'history undo');
    expect(told).toMatchObject({ content: 'Forgotten:\n> **Alice**: second', ephemeral: true });
    expect(here.messages().find(({ id }) => id === undone.id)).toBe(undefined);
    await ask(here, 'and now?');
    expect(lastPrompt(world.api)).toEqual([
      'user: Alice: first',
      'assistant: One.',
      'user: Bob: third',
      'assistant: Three.',
      'user: Alice: and now?',
    ]);
  });

  test('of a member does not touch what others asked; of a moderator it does', async () => {
    const channel = home.newChannel();
    world.api.next('One.');
    const reply = await ask(home.alice.in(channel), 'first');
    expect((await use(home.bob.in(channel), 'history undo')).content).toBe('There is nothing of yours to undo here.');
    expect(
      home.bob
        .in(channel)
        .messages()
        .find(({ id }) => id === reply.id)?.content,
    ).toBe('> first\nOne.');
    expect((await use(home.mia.in(channel), 'history undo')).content).toBe('Forgotten:\n> **Alice**: first');
    expect((await use(home.mia.in(channel), 'history show')).content).toBe(
      'I remember nothing of this conversation yet.',
    );
  });

  test('takes every message of a long reply away', async () => {
    const here = home.alice.in(home.newChannel());
    world.api.next({ reply: Array.from({ length: 80 }, (_, line) => `This is line ${line} of a long reply.\n`) });
    const question = await here.post(`<@${world.discord.botUserId}> write a lot`);
    await here.waitFor((messages) => messages.filter(isFinished).length === 2);
    await here.waitFor((messages) => messages.find(({ content }) => content.includes('line 79')));
    await use(here, 'history undo');
    const left = here.messages().filter(({ ephemeral }) => !ephemeral);
    expect(left.map(({ id }) => id)).toEqual([question.id]);
  });

  test.each([{}, { private: true }])('while the reply is written ends it and forgets both: %j', async (options) => {
    const here = home.alice.in(home.newChannel());
    world.api.next(SLOW, 'Hello.');
    const interaction = await here.slash('ask', { prompt: 'tell me a story', ...options });
    await growing(interaction, 'Once');
    const told = await use(here, 'history undo', options);
    expect(told.content).toBe('Forgotten:\n> **Alice**: tell me a story');
    await waitForApi(world.api, () => completions(world.api).find(({ aborted }) => aborted));
    // Only its person can take a private message away.
    expect(interaction.messages().map(({ content }) => content)).toEqual(
      'private' in options ? ['> tell me a story\nOnce\n\n-# Stopped.'] : [],
    );
    expect(interaction.messages().flatMap(buttonsOf)).toEqual([]);
    await ask(here, 'hello', options);
    expect(lastPrompt(world.api)).toEqual(['user: Alice: hello']);
    await use(here, 'history undo', options);
  });

  test('works on what the bot can no longer take away', async () => {
    const here = home.alice.in(home.newChannel());
    world.api.next('One.');
    const reply = await ask(here, 'first');
    await home.mia.in({ id: here.channelId }).delete(reply);
    expect((await use(here, 'history undo')).content).toBe('Forgotten:\n> **Alice**: first');
  });

  test('works where the bot itself cannot look', async () => {
    const hidden = home.guild.createTextChannel({
      name: 'hidden',
      overwrites: [{ id: world.discord.botUserId, type: 1, deny: 1n << 10n }],
    });
    const here = home.alice.in(hidden);
    world.api.next('One.');
    await ask(here, 'first');
    expect((await use(here, 'history undo')).content).toBe('Forgotten:\n> **Alice**: first');
  });
});

describe('/history clear', () => {
  async function talkInNewRoom() {
    const channel = home.newChannel();
    world.api.next('One.', 'Two.');
    await ask(home.alice.in(channel), 'first');
    await say(home.alice.in(channel), `<@${world.discord.botUserId}> second`);
    return channel;
  }

  test('needs the permission to manage messages', async () => {
    const channel = await talkInNewRoom();
    expect((await use(home.alice.in(channel), 'history clear')).content).toBe(
      'Clearing a channel’s history needs the permission Manage Messages in this channel.',
    );
  });

  test('asks first, forgets, and can be undone for 10 minutes', async () => {
    const channel = await talkInNewRoom();
    const here = home.mia.in(channel);
    const question = await use(here, 'history clear');
    expect(question).toMatchObject({ content: 'Forget all **4 messages** of this conversation?', ephemeral: true });
    expect(buttonsOf(question)).toEqual(['Forget all']);
    expect((await use(here, 'history show')).content).toContain('**4 messages**');

    await here.click(question, 'Forget all');
    const done = await here.waitFor((messages) => messages.find((message) => buttonsOf(message)[0] === 'Undo'));
    expect(done).toMatchObject({
      id: question.id,
      content: 'Forgotten: 4 messages. This can be undone for 10 minutes.',
    });
    expect((await use(here, 'history show')).content).toBe('I remember nothing of this conversation yet.');

    world.clock.skip(9 * MINUTE_MS);
    await here.click(done, 'Undo');
    const back = await here.waitFor((messages) => messages.find(({ content }) => content.includes('remembered again')));
    expect(back).toMatchObject({ id: question.id, components: [] });
    world.api.next('Three.');
    await ask(here, 'third');
    expect(lastPrompt(world.api)).toEqual([
      'user: Alice: first',
      'assistant: One.',
      'user: Alice: second',
      'assistant: Two.',
      'user: Mia: third',
    ]);
  });

  test('cannot be undone after 10 minutes', async () => {
    const channel = await talkInNewRoom();
    const here = home.mia.in(channel);
    await here.click(await use(here, 'history clear'), 'Forget all');
    const done = await here.waitFor((messages) => messages.find((message) => buttonsOf(message)[0] === 'Undo'));
    world.clock.skip(10 * MINUTE_MS);
    await here.click(done, 'Undo');
    await here.waitFor((messages) =>
      messages.find(({ content }) => content === 'The 10 minutes are over: it cannot be undone any more.'),
    );
    expect((await use(here, 'history show')).content).toBe('I remember nothing of this conversation yet.');
  });

  test('of the private conversation is everybody’s own right, and leaves the channel’s alone', async () => {
    const channel = await talkInNewRoom();
    const here = home.alice.in(channel);
    world.api.next('Secret.');
    await ask(here, 'in private', { private: true });
    await here.click(await use(here, 'history clear', { private: true }), 'Forget all');
    await here.waitFor((messages) => messages.find(({ content }) => content.startsWith('Forgotten: 2 messages.')));
    expect((await use(here, 'history show', { private: true })).content).toBe(
      'I remember nothing of this conversation yet.',
    );
    expect((await use(here, 'history show')).content).toContain('**4 messages**');
  });

  test('while a reply is written ends it and leaves nothing of it in the history', async () => {
    const channel = home.newChannel();
    const here = home.mia.in(channel);
    world.api.next(SLOW);
    const interaction = await home.alice.in(channel).slash('ask', { prompt: 'tell me a story' });
    await growing(interaction, 'Once');
    await here.click(await use(here, 'history clear'), 'Forget all');
    await here.waitFor((messages) => messages.find(({ content }) => content.startsWith('Forgotten: 1 message')));
    const reply = await finished(interaction);
    expect({ content: reply.content, buttons: buttonsOf(reply) }).toEqual({
      content: '> tell me a story\nOnce\n\n-# Stopped.',
      buttons: [],
    });
    world.api.next('Hello.');
    await ask(home.alice.in(channel), 'hello');
    expect(lastPrompt(world.api)).toEqual(['user: Alice: hello']);
  });

  test('has nothing to do in a channel without a conversation', async () => {
    expect((await use(home.mia.in(home.newChannel()), 'history clear')).content).toBe('There is nothing to forget.');
  });
});

test('/help names every command', async () => {
  const here = home.alice.in(home.newChannel());
  const shown = await use(here, 'help');
  expect(shown.ephemeral).toBe(true);
  const told = await here.waitFor((messages) => {
    const contents = messages.map(({ content }) => content);
    return contents.some((content) => content.includes('#ask-for-help')) && contents;
  });
  const named = [
    '/ask',
    '/help',
    '/history show',
    '/history undo',
    '/history clear',
    '/models list',
    '/settings',
    '/status',
  ];
  expect(named.filter((command) => !told.join('\n').includes(`\`${command}\``))).toEqual([]);
});
