import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Here, ShownMessage } from '../../src/simulator/discord/index.ts';
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
  prompts,
  say,
  use,
  waitForApi,
} from './scene.ts';

/** Writes a word every ten seconds. */
const SLOW = { reply: ['Once ', 'upon ', 'a time.'], speed: { firstTokenMs: 0, tokensPerSecond: 0.1 } };
const REFUSED = errors.badRequest('no such template');
const REFUSAL = 'The API refused this request. Try other words or another model: `/models list` shows them.';

let folder: string;
let world: BotWorld;
let home: Home;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dramatis-'));
  world = await startBot({ env: { STORE_URL: `sqlite://${join(folder, 'store.sqlite')}` } });
  home = createHome(world.discord);
});
afterAll(async () => {
  await world.close();
  await rm(folder, { recursive: true });
});
afterEach(() => {
  world.api.clearLog();
  expect(world.log.filter(({ level }) => level === 'error')).toEqual([]);
});

/** What a person is told, privately, after pressing a button. */
async function toldAfter(here: Here, message: ShownMessage, button: string): Promise<string> {
  const pressed = await here.click(message, button);
  const told = await pressed.waitFor((messages) => messages.find(({ ephemeral, loading }) => ephemeral && !loading));
  return told.content;
}

/** Waits for a finished reply that ends so. */
function shown(here: Here, end: string): Promise<ShownMessage> {
  return here.waitFor((messages) => messages.find((message) => isFinished(message) && message.content.endsWith(end)));
}

/** A message of the bot that still carries a button of another time. */
async function oldButton(here: Here, customId: string): Promise<ShownMessage> {
  const button = { type: 2, style: 2, label: 'Old', custom_id: customId };
  const response = await fetch(`${world.discord.apiUrl}/v10/channels/${here.channelId}/messages`, {
    method: 'POST',
    headers: { authorization: `Bot ${world.discord.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ content: 'an old message', components: [{ type: 1, components: [button] }] }),
  });
  const { id } = (await response.json()) as { id: string };
  return here.waitFor((messages) => messages.find((message) => message.id === id));
}

function customIdOf(message: ShownMessage): string {
  const [row] = message.components as { components: { custom_id: string }[] }[];
  return row?.components[0]?.custom_id ?? '';
}

describe('Stop', () => {
  const owners: [string, () => Here, Parameters<Here['slash']>[1]][] = [
    ['the person who asked', () => home.alice.in(home.newChannel()), {}],
    ['the person who asked in private', () => home.alice.in(home.newChannel()), { private: true }],
  ];

  test.each(owners)('by %s ends the request and keeps what was shown', async (_, place, options) => {
    const here = place();
    world.api.next(SLOW, 'A joke.');
    const interaction = await here.slash('ask', { prompt: 'tell me a story', ...options });
    const reply = await growing(interaction, 'Once');
    expect(buttonsOf(reply)).toEqual(['Stop']);
    await here.click(reply, 'Stop');

    const stopped = await finished(interaction);
    expect(stopped.content).toBe('> tell me a story\nOnce\n\n-# Stopped.');
    expect(buttonsOf(stopped)).toEqual(['Retry']);
    const entry = await waitForApi(world.api, () => completions(world.api).find(({ finishedAt }) => finishedAt));
    expect(entry).toMatchObject({ aborted: true, completionTokens: 1 });

    await ask(here, 'tell me a joke', options);
    const told = lastPrompt(world.api)?.map((line) => line.trim());
    const before = options?.['private'] === true ? -3 : 0;
    expect(told?.slice(before)).toEqual([
      'user: Alice: tell me a story',
      'assistant: Once',
      'user: Alice: tell me a joke',
    ]);
  });

  test('by a moderator ends the request as well', async () => {
    const channel = home.newChannel();
    world.api.next(SLOW);
    const interaction = await home.alice.in(channel).slash('ask', { prompt: 'tell me a story' });
    await home.mia.in(channel).click(await growing(interaction, 'Once'), 'Stop');
    expect((await finished(interaction)).content).toBe('> tell me a story\nOnce\n\n-# Stopped.');
    await waitForApi(world.api, () => completions(world.api).some(({ aborted }) => aborted));
  });

  test('by another member is refused, to them alone, and the reply goes on', async () => {
    const channel = home.newChannel();
    world.api.next(SLOW);
    const interaction = await home.alice.in(channel).slash('ask', { prompt: 'tell me a story' });
    const reply = await growing(interaction, 'Once');
    expect(await toldAfter(home.bob.in(channel), reply, 'Stop')).toBe(
      'Only the person who asked, or a moderator, can stop this reply.',
    );
    expect(home.alice.in(channel).messages().length).toBe(1);
    world.clock.skip(20_000);
    expect((await finished(interaction)).content).toBe('> tell me a story\nOnce upon a time.');
    expect(completions(world.api)[0]?.aborted).toBe(false);
  });

  test('of a reply that has ended says so', async () => {
    const here = home.alice.in(home.newChannel());
    const message = await oldButton(here, 'stop:gone');
    expect(await toldAfter(here, message, 'Old')).toBe('This reply is not being written any more.');
  });
});

describe('Retry', () => {
  test('after a failure answers in the same place', async () => {
    const here = home.alice.in(home.newChannel());
    world.api.next(REFUSED, 'Blue.', 'Green.');
    const failed = await ask(here, 'a colour?');
    expect(failed.content).toBe(`> a colour?\n${REFUSAL}`);
    expect(buttonsOf(failed)).toEqual(['Retry']);

    await here.click(failed, 'Retry');
    const reply = await shown(here, 'Blue.');
    expect(reply.id).toBe(failed.id);
    expect(reply.content).toBe('> a colour?\nBlue.');
    expect(here.messages().length).toBe(1);

    await ask(here, 'another?');
    expect(prompts(world.api)).toEqual([
      ['user: Alice: a colour?'],
      ['user: Alice: a colour?'],
      ['user: Alice: a colour?', 'assistant: Blue.', 'user: Alice: another?'],
    ]);
  });

  test('turns into Stop at once, before the model says anything', async () => {
    const here = home.alice.in(home.newChannel());
    world.api.next(REFUSED, { hang: 'before-first-token' });
    const failed = await ask(here, 'a colour?');
    await here.click(failed, 'Retry');
    const waiting = await here.waitFor((messages) => messages.find((message) => buttonsOf(message)[0] === 'Stop'));
    expect({ id: waiting.id, content: waiting.content }).toEqual({ id: failed.id, content: failed.content });
    await waitForApi(world.api, () => completions(world.api).length === 2);
    await here.click(waiting, 'Stop');
    expect((await shown(here, 'Stopped before the first word.')).id).toBe(failed.id);
  });

  test('of a question with a file keeps the heading, and the model reads the file again', async () => {
    const here = home.alice.in(home.newChannel());
    const file = { name: 'poem.txt', type: 'text/plain', data: Buffer.from('Roses are red') };
    world.api.next(REFUSED, 'A poem.');
    const failed = await ask(here, 'what is *this*?', { file });
    await here.click(failed, 'Retry');
    const reply = await shown(here, 'A poem.');
    expect(reply.content).toBe('> what is \\*this\\*?\nA poem.');
    expect(lastPrompt(world.api)).toEqual(['user: Alice: what is *this*?\n\npoem.txt:\nRoses are red']);
  });

  test('of a reply to a message stays a reply without a heading', async () => {
    const here = home.alice.in(home.newChannel());
    world.api.next(REFUSED, 'Blue.');
    const failed = await say(here, `<@${world.discord.botUserId}> a colour?`);
    expect(failed.content).toBe(REFUSAL);
    await here.click(failed, 'Retry');
    const reply = await shown(here, 'Blue.');
    expect(reply).toMatchObject({ id: failed.id, replyToId: failed.replyToId, components: [] });
  });

  test('of a private reply stays private', async () => {
    const here = home.bob.in(home.newChannel());
    world.api.next(REFUSED, 'Blue.');
    const failed = await ask(here, 'a colour?', { private: true });
    await here.click(failed, 'Retry');
    const reply = await shown(here, 'Blue.');
    expect(reply).toMatchObject({ id: failed.id, ephemeral: true, content: '> a colour?\nBlue.' });
  });

  test('keeps the model that was asked for', async () => {
    const here = home.alice.in(home.newChannel());
    world.api.next(REFUSED, 'Blue.');
    const failed = await ask(here, 'a colour?', { model: 'Noromaid-13b-v0.2' });
    await here.click(failed, 'Retry');
    await shown(here, 'Blue.');
    expect(completions(world.api).map(({ body }) => (body as { model: string }).model)).toEqual([
      'Noromaid-13b-v0.2',
      'Noromaid-13b-v0.2',
    ]);
  });

  test('is for the person who asked and for moderators', async () => {
    const channel = home.newChannel();
    world.api.next(REFUSED, 'Blue.');
    const failed = await ask(home.alice.in(channel), 'a colour?');
    expect(await toldAfter(home.bob.in(channel), failed, 'Retry')).toBe(
      'Only the person who asked, or a moderator, can retry this reply.',
    );
    await home.mia.in(channel).click(failed, 'Retry');
    const here = home.alice.in(channel);
    await shown(here, 'Blue.');
    expect(prompts(world.api)).toEqual([['user: Alice: a colour?'], ['user: Alice: a colour?']]);
  });

  test('of a reply that was cut in its second message leaves nothing of it', async () => {
    const here = home.alice.in(home.newChannel());
    const lines = Array.from({ length: 80 }, (_, line) => `This is line ${line} of a long reply.\n`);
    world.api.next({ reply: lines, cutAfter: 70 }, 'Short.');
    const interaction = await here.slash('ask', { prompt: 'write a lot' });
    const cut = await interaction.waitFor((messages) => messages.find((one) => buttonsOf(one).includes('Retry')));
    const [first, second] = interaction.messages();
    expect(cut.id).toBe(second?.id);
    expect(cut.content).toMatch(
      /line 69 of a long reply\.\n\n-# The reply was cut here\. The connection to the model broke off\. Press Retry for a new reply\.$/,
    );

    await here.click(cut, 'Retry');
    await here.waitFor((messages) => messages.length === 1);
    expect(here.messages()).toMatchObject([{ id: first?.id, content: '> write a lot\nShort.', components: [] }]);
  });

  test('pressed twice at once asks the model once', async () => {
    const channel = home.newChannel();
    const here = home.alice.in(channel);
    world.api.next(REFUSED, SLOW);
    const failed = await ask(here, 'a colour?');
    const pressed = await Promise.all([
      here.click(failed, 'Retry'),
      here.click(failed, 'Retry'),
      home.mia.in(channel).click(failed, 'Retry'),
    ]);
    await here.waitFor((messages) => messages.find(({ content }) => content.includes('Once')));
    const told = await Promise.all(
      pressed.slice(1).map((press) => press.waitFor((messages) => messages.find(({ ephemeral }) => ephemeral))),
    );
    expect(told.map(({ content }) => content)).toEqual([
      'A new reply to this is on its way already.',
      'A new reply to this is on its way already.',
    ]);
    world.clock.skip(20_000);
    await shown(here, 'Once upon a time.');
    expect(completions(world.api).length).toBe(2);
  });

  test('of a question that was forgotten says so', async () => {
    const channel = home.newChannel();
    const here = home.alice.in(channel);
    world.api.next(REFUSED);
    const copy = await oldButton(here, customIdOf(await ask(here, 'a colour?')));
    await use(here, 'history undo');
    expect(await toldAfter(here, copy, 'Old')).toBe('This part of the conversation is no longer in the history.');
    expect(completions(world.api).length).toBe(1);
  });

  test('works where the bot itself cannot look', async () => {
    const hidden = home.guild.createTextChannel({
      name: 'hidden',
      overwrites: [{ id: world.discord.botUserId, type: 1, deny: 1n << 10n }],
    });
    const here = home.alice.in(hidden);
    world.api.next(REFUSED, 'Blue.');
    const failed = await ask(here, 'a colour?');
    await here.click(failed, 'Retry');
    await shown(here, 'Blue.');
  });
});

describe('a button', () => {
  test('of an older version says that it does nothing', async () => {
    const here = home.alice.in(home.newChannel());
    for (const customId of ['frobnicate:1', 'constructor:1', 'nonsense', 'retry:']) {
      const message = await oldButton(here, customId);
      expect(await toldAfter(here, message, 'Old')).toBe(
        'This button is from an older version of the bot and does nothing now.',
      );
    }
  });

  test('works after a restart of the bot', async () => {
    const channel = home.newChannel();
    const here = home.alice.in(channel);
    world.api.next({ reply: ['<think>', 'Hm.', '</think>', 'Seven.'] }, REFUSED, 'Blue.');
    const thought = await ask(here, 'a number?');
    const failed = await ask(here, 'a colour?');
    await world.restart();

    expect(await toldAfter(here, thought, 'Reasoning')).toBe('Hm.');
    await here.click(failed, 'Retry');
    const reply = await shown(here, 'Blue.');
    expect(reply).toMatchObject({ id: failed.id, content: '> a colour?\nBlue.' });
    expect(here.messages().filter(isFinished).length).toBe(3);
  });

  test('of reasoning that was forgotten says so', async () => {
    const here = home.alice.in(home.newChannel());
    world.api.next({ reply: ['<think>', 'Hm.', '</think>', 'Seven.'] });
    const copy = await oldButton(here, customIdOf(await ask(here, 'a number?')));
    await use(here, 'history undo');
    expect(await toldAfter(here, copy, 'Old')).toBe('This part of the conversation is no longer in the history.');
  });
});
