import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Here } from '../../src/simulator/discord/index.ts';
import { type BotWorld, MODEL, startBot } from '../support/bot.ts';
import {
  ask,
  buttonsOf,
  completions,
  createHome,
  growing,
  type Home,
  isFinished,
  lastPrompt,
  prompts,
  replyTo,
  say,
  use,
  waitForApi,
} from './scene.ts';

let world: BotWorld;
let home: Home;
let bot: string;

beforeAll(async () => {
  world = await startBot();
  home = createHome(world.discord);
  bot = `<@${world.discord.botUserId}>`;
});
afterAll(() => world.close());
afterEach(() => {
  world.api.clearLog();
  expect(world.log.filter(({ level }) => level === 'error')).toEqual([]);
});

describe('a mention in a channel', () => {
  test('is answered as a reply that pings nobody, with "is typing" until the first text', async () => {
    const here = home.alice.in(home.newChannel());
    world.api.next({ reply: ['Hello, ', 'Alice.'], speed: { firstTokenMs: 1_000, tokensPerSecond: 1 } });
    const question = await here.post(`${bot} hello`);
    await here.waitFor(() => here.typing().includes(world.discord.botUserId));
    await waitForApi(world.api, () => completions(world.api).length === 1);

    world.clock.skip(1_000);
    await replyTo(here, question.id, ({ content }) => content === 'Hello,');
    expect(here.typing()).toEqual([]);

    world.clock.skip(1_000);
    const reply = await replyTo(here, question.id);
    expect(reply).toMatchObject({
      content: 'Hello, Alice.',
      mentions: { userIds: [], roleIds: [], everyone: false },
      components: [],
    });
    expect(lastPrompt(world.api)).toEqual(['user: Alice: hello']);
  });

  test('is not needed in a reply to the bot, with or without its ping', async () => {
    const here = home.alice.in(home.newChannel());
    world.api.next('Four.', 'Because I counted.', 'Twice.');
    const first = await say(here, `${bot} two and two?`);
    const second = await say(here, 'why?', { replyTo: first, pingReply: true });
    await say(here, 'how often?', { replyTo: second, pingReply: false });
    expect(lastPrompt(world.api)).toEqual([
      'user: Alice: two and two?',
      'assistant: Four.',
      'user: Alice: why?',
      'assistant: Because I counted.',
      'user: Alice: how often?',
    ]);
  });

  test('with other mentions in it reaches the model with names', async () => {
    const channel = home.newChannel();
    world.api.next('Bob is here.');
    await say(home.alice.in(channel), `${bot} do you know <@${home.bob.id}>?`);
    expect(lastPrompt(world.api)).toEqual(['user: Alice: do you know @Bob?']);
  });

  test('with nothing but the bot’s name is told what is missing, and is not remembered', async () => {
    const here = home.alice.in(home.newChannel());
    world.api.next('Hello.');
    const reply = await say(here, bot);
    expect(reply.content).toBe('There is nothing to answer yet: write your question after the command or the mention.');
    await say(here, `${bot} hello`);
    expect(prompts(world.api)).toEqual([['user: Alice: hello']]);
  });

  test('that brings only a file is told how files are read', async () => {
    const here = home.alice.in(home.newChannel());
    const reply = await say(here, bot, { files: [{ name: 'a.txt', type: 'text/plain', data: Buffer.from('text') }] });
    expect(reply.content).toBe('I read files and look at pictures only with `/ask`: use its option `file`.');
  });

  test('that brings a file beside its words is answered, and told how files are read', async () => {
    const here = home.alice.in(home.newChannel());
    world.api.next('A cat?');
    const { id } = await here.post(`${bot} what is this?`, {
      files: [{ name: 'cat.png', type: 'image/png', data: Buffer.from('picture') }],
    });
    expect((await replyTo(here, id)).content).toBe(
      '-# I read files and look at pictures only with `/ask`: use its option `file`.\nA cat?',
    );
    expect(prompts(world.api)).toEqual([['user: Alice: what is this?']]);
  });
});

test('in direct messages everything is a question', async () => {
  const here = home.alice.in(await home.alice.openDm());
  world.api.next('Hello, you.', 'You said hello.');
  await say(here, 'hello');
  const reply = await say(here, 'what did I say?');
  expect(reply.content).toBe('You said hello.');
  expect(lastPrompt(world.api)).toEqual([
    'user: Alice: hello',
    'assistant: Hello, you.',
    'user: Alice: what did I say?',
  ]);
});

test('a thread has a history of its own, empty at its start', async () => {
  const here = home.alice.in(home.newChannel());
  world.api.next('Noted.', 'I know no colour.');
  await say(here, `${bot} my colour is green`);
  const thread = home.alice.in(await here.startThread({ name: 'Colours' }));
  const reply = await say(thread, `${bot} what is my colour?`);
  expect(reply.content).toBe('I know no colour.');
  expect(lastPrompt(world.api)).toEqual(['user: Alice: what is my colour?']);
});

describe('the prompt', () => {
  test('holds the whole conversation, each line under its speaker’s name', async () => {
    const channel = home.newChannel();
    home.guild.join(home.bob, { nick: 'Bobby' });
    world.api.next('Nice to meet you.', 'Hello, Bobby.', 'Your cat is called Tom.');
    await ask(home.alice.in(channel), 'my cat is called Tom');
    await say(home.bob.in(channel), `${bot} hello`);
    await ask(home.alice.in(channel), 'what is my cat called?');
    home.guild.join(home.bob);
    expect(lastPrompt(world.api)).toEqual([
      'user: Alice: my cat is called Tom',
      'assistant: Nice to meet you.',
      'user: Bobby: hello',
      'assistant: Hello, Bobby.',
      'user: Alice: what is my cat called?',
    ]);
  });

  test('of a private question belongs to its person alone, and the channel’s never holds it', async () => {
    const [channel, other] = [home.newChannel(), home.newChannel()];
    world.api.next('In the open.', 'In secret.', 'Still secret.', 'For Bob.', 'Open again.');
    await ask(home.alice.in(channel), 'an open question');
    const secret = await ask(home.alice.in(channel), 'a secret', { private: true });
    await ask(home.alice.in(other), 'which secret?', { private: true });
    await ask(home.bob.in(channel), 'Bob’s secret', { private: true });
    await ask(home.bob.in(channel), 'what was said?');
    expect(secret.ephemeral).toBe(true);
    expect(prompts(world.api)).toEqual([
      ['user: Alice: an open question'],
      ['user: Alice: a secret'],
      ['user: Alice: a secret', 'assistant: In secret.', 'user: Alice: which secret?'],
      ['user: Bob: Bob’s secret'],
      ['user: Alice: an open question', 'assistant: In the open.', 'user: Bob: what was said?'],
    ]);
  });

  test('holds a text file that came with the question', async () => {
    const here = home.alice.in(home.newChannel());
    world.api.next('It is a poem.');
    const file = { name: 'poem.txt', type: 'text/plain', data: Buffer.from('Roses are red') };
    const reply = await ask(here, 'what is this?', { file });
    expect(reply.content).toBe('> what is this?\nIt is a poem.');
    expect(lastPrompt(world.api)).toEqual(['user: Alice: what is this?\n\npoem.txt:\nRoses are red']);
  });
});

describe('the model', () => {
  const modelsAsked = () => completions(world.api).map(({ body }) => (body as { model: string }).model);

  test('is the default one, or the one that was asked for, typed as people type', async () => {
    const here = home.alice.in(home.newChannel());
    await ask(here, 'hello');
    await ask(here, 'hello', { model: 'noromaid 13B v0.2' });
    expect(modelsAsked()).toEqual([MODEL, 'Noromaid-13b-v0.2']);
  });

  test('is suggested while its name is typed', async () => {
    const here = home.alice.in(home.newChannel());
    const suggested = await here.autocomplete('ask', 'model', 'noro', { prompt: 'hello' });
    expect(suggested.map(({ value }) => value)).toEqual([
      'Noromaid-v0.1-mixtral-8x7b-Instruct-v3',
      'Noromaid-v0.4-Mixtral-Instruct-8x7b-Zloss',
      'Noromaid-13b-v0.2',
    ]);
    expect((await here.autocomplete('ask', 'model', '')).length).toBe(25);
    expect((await here.autocomplete('ask', 'model', 'mytomax'))[0]).toEqual({ name: MODEL, value: MODEL });
  });
});

describe('the reply', () => {
  test('goes on in further messages when it is longer than one, with its code blocks whole', async () => {
    const here = home.alice.in(home.newChannel());
    const code = Array.from({ length: 150 }, (_, line) => `console.log("line ${line} of the program");\n`);
    world.api.next({ reply: ['Here it is:\n```js\n', ...code, '```\nThat is all.'] });
    const interaction = await here.slash('ask', { prompt: 'write a long program' });
    await growing(interaction, 'That is all.');
    const messages = await interaction.waitFor((shown) => shown.every(isFinished) && shown);

    expect(messages.length).toBe(4);
    for (const { content, components } of messages) {
      expect(content.length).toBeLessThanOrEqual(2_000);
      expect(content.match(/```/g)?.length).toBe(2);
      expect(components).toEqual([]);
    }
    const lines = messages.flatMap(({ content }) => content.match(/line \d+/g) ?? []);
    expect(lines).toEqual(code.map((_, line) => `line ${line}`));
  });

  test('keeps its reasoning behind a button, for whoever wants to read it', async () => {
    const channel = home.newChannel();
    world.api.next({ reply: ['<think>', 'Sevens are ', 'lucky.', '</think>', 'Seven', '.'] }, 'Eight.');
    const reply = await ask(home.alice.in(channel), 'a number?');
    expect(reply.content).toBe('> a number?\nSeven.');
    expect(buttonsOf(reply)).toEqual(['Reasoning']);
    const shown = world.discord.log.filter(({ method }) => method === 'PATCH').map(({ body }) => JSON.stringify(body));
    expect(shown.filter((body) => body.includes('lucky'))).toEqual([]);

    const pressed = await home.bob.in(channel).click(reply, 'Reasoning');
    const reasoning = await pressed.waitFor((messages) => messages.find(isFinished));
    expect(reasoning).toMatchObject({ content: 'Sevens are lucky.', ephemeral: true });

    await ask(home.alice.in(channel), 'and the next?');
    expect(lastPrompt(world.api)).toEqual([
      'user: Alice: a number?',
      'assistant: Seven.',
      'user: Alice: and the next?',
    ]);
  });

  test('can hold everybody’s mention and still pings nobody', async () => {
    const here = home.alice.in(home.newChannel());
    world.api.next(`@everyone <@${home.bob.id}> wake up`);
    const reply = await say(here, `${bot} wake them`);
    expect(reply.content).toContain('@everyone');
    expect(reply.mentions).toEqual({ userIds: [], roleIds: [], everyone: false });
  });
});

describe('what is not for the bot', () => {
  /** As another program would with this bot's token, or through a webhook. */
  async function request(path: string, body: object): Promise<Record<string, string>> {
    const response = await fetch(`${world.discord.apiUrl}/v10${path}`, {
      method: 'POST',
      headers: { authorization: `Bot ${world.discord.token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return (response.status === 204 ? {} : await response.json()) as Record<string, string>;
  }

  const cases: [string, (here: Here) => Promise<unknown>][] = [
    ['a message between members', (here) => here.post('shall we ask the bot?')],
    ['the bot’s name without a mention', (here) => here.post('Dramatis, are you there?')],
    ['@everyone', (here) => here.post('@everyone good morning')],
    ['a mention of the bot’s role', (here) => here.post(`<@&${home.guild.botRoleId}> good morning`)],
    ['a mention of somebody else', (here) => here.post(`<@${home.bob.id}> good morning`)],
    [
      'a message of a bot',
      (here) => request(`/channels/${here.channelId}/messages`, { content: `${bot} good morning` }),
    ],
    [
      'a message of a webhook',
      async ({ channelId }) => {
        const { id, token } = await request(`/channels/${channelId}/webhooks`, { name: 'News' });
        await request(`/webhooks/${id}/${token}`, { content: `${bot} good morning` });
      },
    ],
  ];

  test.each(cases)('is left alone: %s', async (_, act) => {
    const here = home.alice.in(home.newChannel());
    await act(here);
    world.api.next('Yes?');
    await say(here, `${bot} are you there?`);
    expect(prompts(world.api)).toEqual([['user: Alice: are you there?']]);
    expect(here.messages().filter(({ replyToId }) => replyToId !== undefined).length).toBe(1);
  });
});

describe('a question whose message', () => {
  const SLOW = { reply: ['Once ', 'upon ', 'a time.'], speed: { firstTokenMs: 0, tokensPerSecond: 0.1 } };

  test('is deleted while the reply is being written ends the request', async () => {
    const here = home.alice.in(home.newChannel());
    world.api.next(SLOW);
    const question = await here.post(`${bot} tell me a story`);
    await replyTo(here, question.id, ({ content }) => content === 'Once');
    await here.delete(question);
    const aborted = await waitForApi(world.api, () => completions(world.api).find((entry) => entry.aborted));
    expect(aborted.completionTokens).toBe(1);
    const reply = await here.waitFor((messages) => messages.find(isFinished));
    expect(reply.content).toBe('Once\n\n-# Stopped.');
  });

  test('is edited is answered as it was asked', async () => {
    const here = home.alice.in(home.newChannel());
    world.api.next(SLOW);
    const question = await here.post(`${bot} tell me a story`);
    await replyTo(here, question.id, ({ content }) => content === 'Once');
    await here.edit(question, `${bot} tell me a joke`);
    world.clock.skip(20_000);
    expect((await replyTo(here, question.id)).content).toBe('Once upon a time.');
    await use(here, 'ask', { prompt: 'hello' });
    expect(prompts(world.api).length).toBe(2);
  });
});
